import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../testing/server-process.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { securityHeaders } from './headers.ts';

const publicUrl = 'https://wall.example.org';
const listed = 'https://board.example.org';

describe.each(engines)('%s', (engine) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(engine, {
      PUBLIC_URL: publicUrl,
      CORS_ORIGINS: listed,
    });
  });
  afterAll(() => server.close());

  it('INV-19.5 every answer carries the same headers: pages, files, problems, refusals of the engine, handshakes', async () => {
    const wanted = new Map(securityHeaders({ publicUrl, frameAncestors: [] }));
    const url = server.url();
    const answers = {
      page: await fetch(`${url}/`),
      deepPage: await fetch(`${url}/unit/1/beds`),
      notModified: await fetch(`${url}/`, {
        headers: { 'if-none-match': (await fetch(`${url}/`)).headers.get('etag') ?? '' },
      }),
      file: await fetch(`${url}/icon.svg`),
      none: await fetch(`${url}/none.js`),
      head: await fetch(`${url}/`, { method: 'HEAD' }),
      health: await fetch(`${url}/healthz`),
      keys: await fetch(`${url}/.well-known/jwks.json`),
      problem: await fetch(`${url}/api/v1/topics`),
      invalid: await fetch(`${url}/api/v1/session`, { method: 'POST', body: '{' }),
      preflight: await fetch(`${url}/api/v1/session`, { method: 'OPTIONS' }),
      tooLarge: await fetch(`${url}/api/v1/session`, { method: 'POST', body: 'x'.repeat(1_100_000) }),
      method: await answerTo(url, 'PUT X-Y'),
      polling: await fetch(`${url}/socket.io/?EIO=4&transport=polling`),
      noSession: await fetch(`${url}/socket.io/?EIO=4&transport=polling&sid=none`),
      handshake: await upgrade(url, publicUrl),
    };
    for (const [name, { headers }] of Object.entries(answers)) {
      for (const [header, value] of wanted) expect(headers.get(header), `${header} of ${name}`).toBe(value);
    }
    expect(answers.handshake.status).toBe(101);
    expect(answers.page.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
  });

  it('INV-19.6 only the origins of the list may read answers, with preflights; only they open sockets', async () => {
    const asked = async (origin: string, path = '/api/v1/session', method = 'POST') => {
      const { headers } = await fetch(`${server.url()}${path}`, {
        method,
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
      return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')];
    };
    for (const origin of [publicUrl, listed]) {
      expect(await asked(origin)).toEqual([origin, 'true']);
      expect(await asked(origin, '/api/v1/commands', 'OPTIONS')).toEqual([origin, 'true']);
      expect(await asked(origin, '/socket.io/?EIO=4&transport=polling', 'GET')).toEqual([origin, 'true']);
      expect((await upgrade(server.url(), origin)).status).toBe(101);
    }
    const strangers = [
      'https://evil.example',
      'null',
      'http://wall.example.org',
      'https://wall.example.org.evil.example',
      'https://board.example.org:8443',
      'https://sub.board.example.org',
    ];
    for (const origin of strangers) {
      expect((await asked(origin))[0], origin).toBeNull();
      expect((await asked(origin, '/api/v1/commands', 'OPTIONS'))[0], origin).toBeNull();
      expect((await asked(origin, '/socket.io/?EIO=4&transport=polling', 'GET'))[0], origin).toBeNull();
      expect((await upgrade(server.url(), origin)).status, origin).not.toBe(101);
    }
  });
});

/** The answer to a request line that no client would write. */
function answerTo(url: string, line: string): Promise<{ status: number; headers: Headers }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () =>
      socket.end(`${line.split(' ')[0]} /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = ''] = text.split('\r\n\r\n');
      const [first = '', ...lines] = head.split('\r\n');
      const headers = new Headers();
      for (const one of lines)
        headers.append(one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1).trim());
      resolve({ status: Number(first.split(' ')[1]), headers });
    });
  });
}

function upgrade(url: string, origin: string): Promise<{ status: number; headers: Headers }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        origin,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      },
    });
    const answer = (status: number, raw: NodeJS.Dict<string | string[]>) => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(raw)) headers.set(name, String(value));
      resolve({ status, headers });
    };
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      answer(response.statusCode ?? 0, response.headers);
    });
    request.on('response', (response) => {
      response.resume();
      answer(response.statusCode ?? 0, response.headers);
    });
    request.on('error', reject);
    request.end();
  });
}

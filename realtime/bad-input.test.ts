import { connect } from 'node:net';
import type { Socket } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, connectSocket, createFollower, signIn } from './testing/contract-client.ts';
import { engines } from './testing/server-process.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

const problemSchema = z.object({
  code: z.string(),
  status: z.int(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

const answeredSchema = z.object({ ok: z.boolean(), error: z.object({ code: z.string() }).optional() });

describe.each(engines)('INV-8.1 bad input on %s', (engine) => {
  let server: TestServer;
  let token: string;
  let bystander: Socket;
  const watcher = createFollower('unit/ds/beds');

  beforeAll(async () => {
    server = await startTestServer(engine);
    token = await signIn(server.url(), 'nurse');
    bystander = await connectSocket(server.url(), token);
    await watcher.attach(bystander);
  });
  afterAll(async () => {
    // Whatever was thrown at the server, the process is the same and so is the connection of whoever stood by.
    expect(bystander.connected).toBe(true);
    const before = watcher.position()?.seq ?? 0;
    await ask(bystander, 'command', {
      id: uuidv7(),
      type: 'bed.isolate',
      data: { bed: 'ds-24', precaution: 'contact' },
    });
    await until('the bystander sees a change', () => (watcher.position()?.seq ?? 0) > before);
    bystander.disconnect();
    await server.close();
  });

  const post = async (body: string, headers: Record<string, string> = {}, path = '/api/v1/commands') => {
    const response = await fetch(`${server.url()}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = problemSchema.parse(JSON.parse(text));
    expect(problem.status).toBe(response.status);
    return { ...problem, text };
  };

  test.each([
    ['no JSON', '{"id": ', 'invalid'],
    ['an array', '[]', 'invalid'],
    ['null', 'null', 'invalid'],
    ['an empty body', '', 'invalid'],
    ['a number', '17', 'invalid'],
    ['a field too many', JSON.stringify({ id: uuidv7(), type: 'bed.claim', data: {}, more: 1 }), 'invalid'],
    ['no such command', JSON.stringify({ id: uuidv7(), type: 'bed.fly', data: {} }), 'invalid'],
    ['the name of a built-in', JSON.stringify({ id: uuidv7(), type: '__proto__', data: {} }), 'invalid'],
    [
      'an id that is no UUID',
      JSON.stringify({ id: 'x', type: 'bed.claim', data: { bed: 'ds-01' } }),
      'invalid',
    ],
    [
      'an id that carries no time',
      JSON.stringify({ id: crypto.randomUUID(), type: 'bed.claim', data: { bed: 'ds-01' } }),
      'invalid',
    ],
    [
      'a bed that is not there',
      JSON.stringify({ id: uuidv7(), type: 'bed.claim', data: { bed: 'ds-77' } }),
      'not_found',
    ],
    [
      'a negative version',
      JSON.stringify({ id: uuidv7(), type: 'bed.claim', data: { bed: 'ds-01' }, expect: -1 }),
      'invalid',
    ],
    [
      'a null character',
      JSON.stringify({ id: uuidv7(), type: 'bed.close', data: { bed: 'ds-01', reason: 'a\u0000b' } }),
      'invalid',
    ],
    [
      'half a character',
      `{"id":"${uuidv7()}","type":"bed.close","data":{"bed":"ds-01","reason":"\\ud800"}}`,
      'invalid',
    ],
  ])('over HTTP: %s', async (_what, body, code) => {
    expect(await post(body)).toMatchObject({ code });
  });

  test('over HTTP: an error names the path and never quotes the input', async () => {
    const secret = 'NGUYEN-SECRET';
    const problem = await post(
      JSON.stringify({ id: uuidv7(), type: 'bed.occupy', data: { bed: secret, visit: 7, [secret]: 1 } }),
    );
    expect(problem.issues?.map(({ path }) => path)).toContain('data.bed');
    expect(problem.text).not.toContain(secret);
  });

  test('over HTTP: too large, too vague, too foreign, unsigned', async () => {
    expect(await post(JSON.stringify({ pad: 'x'.repeat(2_000_000) }))).toMatchObject({ code: 'too_large' });
    expect(await post('{}', { 'content-type': 'text/plain' })).toMatchObject({ code: 'invalid' });
    expect(await post('{}', { authorization: 'Bearer nonsense' })).toMatchObject({ code: 'unauthenticated' });
    expect(await post('{}', {}, '/api/v1/nowhere')).toMatchObject({ code: 'not_found' });
  });

  test.each([
    'unit/ds/nothing',
    'unit/nowhere/beds',
    '..%2F..%2Fetc',
    'user%2Fsomebody',
    '%00',
    'x'.repeat(300),
  ])('over HTTP: the topic %s is not there', async (topic) => {
    for (const path of [`/api/v1/topics/${topic}`, `/api/v1/topics/${topic}/events`]) {
      const response = await fetch(`${server.url()}${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([400, 404]).toContain(response.status);
    }
  });

  test('over HTTP: absurd positions in a history', async () => {
    for (const after of ['-1', 'x', '1e99', '9007199254740993']) {
      const response = await fetch(`${server.url()}/api/v1/topics/unit%2Fds%2Fbeds/events?after=${after}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(400);
    }
  });

  test.each([
    ['subscribe', undefined, 'invalid'],
    ['subscribe', 'unit/ds/beds', 'invalid'],
    ['subscribe', { topic: 7 }, 'invalid'],
    ['subscribe', { topic: 'unit/ds/beds', after: { view: 'x', epoch: 'y', seq: -5 } }, 'invalid'],
    ['subscribe', { topic: 'unit/ds/beds', after: { view: 'x', epoch: 'y', seq: 1e300 } }, 'invalid'],
    ['subscribe', { topic: 'unit/ds/beds', after: 'yesterday' }, 'invalid'],
    ['subscribe', { topic: 'unit/nowhere/beds' }, 'not_found'],
    ['subscribe', { topic: 'user/demo-admin' }, 'not_found'],
    ['subscribe', { topic: '../etc' }, 'invalid'],
    ['unsubscribe', [], 'invalid'],
    ['command', { id: 1, type: 2, data: 3 }, 'invalid'],
    ['command', { id: uuidv7(), type: 'bed.claim', data: 'ds-01' }, 'invalid'],
    ['token', { token: 'nonsense' }, 'unauthenticated'],
  ])('over a socket: %s %j is %s', async (name, payload, code) => {
    const socket = await connectSocket(server.url(), token);
    expect(await ask(socket, name, payload)).toMatchObject({ ok: false, error: { code } });
    expect(socket.connected).toBe(true);
    socket.disconnect();
  });

  test('over a socket: no acknowledgement asked, names nobody knows, functions in odd places', async () => {
    const socket = await connectSocket(server.url(), token);
    socket.emit('subscribe');
    socket.emit('subscribe', null, 1, 2, 3);
    socket.emit('nobody-knows', { a: 1 });
    socket.emit('command', () => undefined);
    expect(await ask(socket, 'subscribe', { topic: 'unit/ds/beds' })).toMatchObject({ ok: true });
    socket.disconnect();
  });

  test('over a socket: an oversize frame costs its own connection alone', async () => {
    const socket = await connectSocket(server.url(), token);
    socket.emit('command', {
      id: uuidv7(),
      type: 'bed.close',
      data: { bed: 'ds-01', reason: 'x'.repeat(3_000_000) },
    });
    await until('it is cut off', () => !socket.connected);
  });

  test('over a socket: a flood is refused, and then cut off', async () => {
    const socket = await connectSocket(server.url(), token);
    const codes = await Promise.all(
      Array.from({ length: 600 }, async (_, n) => {
        const answer = await ask(socket, 'subscribe', { topic: `unit/u${n}/beds` });
        return answer.ok ? 'ok' : answer.error.code;
      }),
    );
    expect(new Set(codes)).toEqual(new Set(['not_found', 'rate_limited']));
    for (let n = 0; n < 3_000 && socket.connected; n += 1)
      socket.emit('subscribe', { topic: 'unit/ds/beds' }, () => undefined);
    await until('it is cut off', () => !socket.connected);
  });

  test('over sockets that come back each time: 100,000 subscriptions are refused in bounds, and nobody else waits', {
    timeout: 120_000,
  }, async () => {
    const answers = new Map<string, number>();
    let heard = 0;
    const count = (answer: unknown): void => {
      const parsed = answeredSchema.parse(answer);
      const code = parsed.ok ? 'ok' : (parsed.error?.code ?? 'none');
      answers.set(code, (answers.get(code) ?? 0) + 1);
      heard += 1;
    };
    let flooding = true;
    let longest = 0;
    // Meanwhile the one who stood by goes on with their work.
    const work = (async () => {
      for (let turn = 0; flooding; turn += 1) {
        const before = watcher.position()?.seq ?? 0;
        const began = performance.now();
        const answer = await ask(bystander, 'command', {
          id: uuidv7(),
          type: turn % 2 === 0 ? 'bed.claim' : 'bed.release',
          data: { bed: 'ds-23' },
        });
        expect(answer).toMatchObject({ ok: true });
        await until('the change is seen', () => (watcher.position()?.seq ?? 0) > before);
        longest = Math.max(longest, performance.now() - began);
        // At a pace that one person is allowed (`rates` in rooms/connection.ts): it is others who are to be in the way.
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return longest;
    })();
    for (let sent = 0; sent < 100_000; ) {
      const socket = await connectSocket(server.url(), token);
      while (socket.connected && sent < 100_000) {
        const before = heard;
        for (let n = 0; n < 500; n += 1) {
          socket.emit('subscribe', { topic: `unit/u${sent % 7}/beds` }, count);
          sent += 1;
        }
        // What has come is handled before more is sent: whether it has been cut off is known only then.
        await until('some of it is answered, or it is cut off', () => heard > before || !socket.connected);
      }
      socket.disconnect();
    }
    flooding = false;
    expect(await work).toBeLessThan(5_000);
    expect([...answers.keys()].sort()).toEqual(['not_found', 'rate_limited']);
    expect(watcher.violations).toEqual([]);
  });

  test.each([
    ['none', undefined],
    ['nonsense', 'nonsense'],
    ['a number', 17],
    ['another algorithm', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vLWFkbWluIn0.'],
  ])('a handshake with the token %s is refused with a code', async (_what, bad) => {
    const { io } = await import('socket.io-client');
    const socket = io(server.url(), {
      transports: ['websocket'],
      auth: { token: bad },
      forceNew: true,
      reconnection: false,
    });
    const error = await new Promise<Error>((resolve, reject) => {
      socket.once('connect_error', resolve);
      socket.once('connect', () => reject(new Error('it was let in')));
    });
    expect(error.message).toBe('unauthenticated');
    socket.disconnect();
  });

  test('a page of another site may not open a socket', async () => {
    const { io } = await import('socket.io-client');
    const socket = io(server.url(), {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
      extraHeaders: { origin: 'https://elsewhere.example' },
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect_error', () => resolve());
      socket.once('connect', () => reject(new Error('it was let in')));
    });
    socket.disconnect();
  });

  test('bytes that are no HTTP at all', async () => {
    const { hostname, port } = new URL(server.url());
    for (const bytes of [
      '\u0000\u0001\u0002\r\n\r\n',
      'GET\r\n\r\n',
      `GET / HTTP/1.1\r\n${'x'.repeat(200_000)}`,
      '\u0016\u0003\u0001',
    ]) {
      const socket = connect(Number(port), hostname);
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.once('error', () => undefined);
        socket.once('connect', () => socket.end(bytes));
        socket.resume();
      });
    }
    expect((await fetch(`${server.url()}/healthz`)).status).toBe(200);
  });
});

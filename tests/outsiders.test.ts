import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { io } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Databases, openDatabases } from '#db/databases.ts';
import { modules } from '#domain/modules.ts';
import { ask, connectSocket, signIn } from '#realtime/testing/contract-client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { foreignTokens } from './outsiders/foreign-tokens.ts';

/*
 * Whoever is not let in, at every door: refused alike, told nothing of what there is, and in nobody's way.
 */

let server: TestServer;
let databases: Databases;
let tokens: Awaited<ReturnType<typeof foreignTokens>>;
let routes: Route[] = [];

interface Route {
  readonly method: string;
  readonly path: string;
  readonly open: boolean;
  readonly example: unknown;
}

const openApiSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        security: z.array(z.unknown()).optional(),
        requestBody: z.unknown().optional(),
      }),
    ),
  ),
});

beforeAll(async () => {
  server = await startTestServer('uws');
  databases = openDatabases(server.database.url);
  tokens = await foreignTokens({ databases, ring: server.ring, account: 'demo-nurse' });
  const { paths } = openApiSchema.parse(await (await fetch(`${server.url()}/api/v1/openapi.json`)).json());
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      open: security !== undefined && security.length === 0,
      example: exampleOf(requestBody),
    })),
  );
});
afterAll(async () => {
  await databases.end();
  await server.close();
});

function exampleOf(requestBody: unknown): unknown {
  const read = z
    .object({ content: z.object({ 'application/json': z.object({ example: z.unknown() }) }) })
    .safeParse(requestBody);
  return read.data?.content['application/json'].example;
}

async function asked(
  route: Pick<Route, 'method' | 'path'>,
  headers: Record<string, string>,
  body: unknown = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${server.url()}${route.path}`, {
    method: route.method,
    headers: { ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(route.method === 'GET' ? {} : { body: JSON.stringify(body) }),
    redirect: 'manual',
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The same route for what is there and for what is not. */
function waysOf({ path }: Route): string[] {
  if (!path.includes('{')) return [path];
  return ['unit/ds/beds', 'demo-nurse', 'rgh', 'nowhere', '..', '0195500f-6b00-7000-8000-000000000001'].map(
    (name) => path.replaceAll(/\{[^}]+\}/g, encodeURIComponent(name)),
  );
}

const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.literal(401),
  code: z.literal('unauthenticated'),
  detail: z.enum([
    'an access token is needed',
    'the access token is not valid',
    'the access token has run out',
    'the session has ended; sign in',
  ]),
});

describe('INV-8.6 without a token that is right', () => {
  test('no route behind the sign-in answers, and none tells what there is', {
    timeout: 120_000,
  }, async () => {
    const behind = routes.filter(
      ({ open, path, method }) => !open && !(path === '/api/v1/session' && method === 'DELETE'),
    );
    expect(behind.length).toBeGreaterThan(4);
    const bodies = new Map<string, Set<string>>();
    const answers: string[] = [];
    for (const route of behind) {
      for (const path of waysOf(route)) {
        for (const [what, authorization] of [
          ['nothing', ''],
          ['another scheme', `Basic ${Buffer.from('nurse:demo-carewall').toString('base64')}`],
          ['no token', 'Bearer'],
          ['a blank', 'Bearer  '],
          ...tokens.wrong.map(([name, token]) => [name, `Bearer ${token}`] as const),
        ] as const) {
          const { status, text } = await asked(
            { ...route, path },
            authorization === '' ? {} : { authorization },
          );
          const read = problemSchema.safeParse(JSON.parse(text));
          if (status !== 401 || !read.success)
            answers.push(`${route.method} ${path} with ${what}: ${status} ${text}`);
          bodies.set(what, (bodies.get(what) ?? new Set()).add(text));
        }
      }
    }
    expect(answers.slice(0, 10)).toEqual([]);
    // Whatever the route and whatever it names: one answer for each way of being wrong.
    for (const [what, texts] of bodies) expect([what, texts.size]).toEqual([what, 1]);
  });

  test('a route that does not exist answers like one that does', async () => {
    const nowhere = await asked({ method: 'GET', path: '/api/v1/nowhere' }, {});
    const topics = await asked({ method: 'GET', path: '/api/v1/topics' }, {});
    expect({ status: nowhere.status, text: nowhere.text }).toEqual({
      status: topics.status,
      text: topics.text,
    });
  });

  test('a token in an address or a cookie is none', async () => {
    const { right } = tokens;
    const path = `/api/v1/topics?access_token=${right}&token=${right}`;
    expect(
      (await asked({ method: 'GET', path }, { cookie: `token=${right}; access_token=${right}` })).status,
    ).toBe(401);
    expect(
      (await asked({ method: 'GET', path: '/api/v1/topics' }, { authorization: `Bearer ${right}` })).status,
    ).toBe(200);
  });

  test('no socket opens', { timeout: 60_000 }, async () => {
    const messages = new Map<string, string>();
    for (const [what, token] of [
      ['nothing', undefined],
      ['a number', 7],
      ['an object', { sub: 'x' }],
      ...tokens.wrong,
    ] as const) {
      const socket = io(server.url(), {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth: token === undefined ? {} : { token },
      });
      const refusal = await new Promise<string>((resolve) => {
        socket.once('connect', () => resolve('let in'));
        socket.once('connect_error', (error) =>
          resolve(JSON.stringify({ ...error, message: error.message })),
        );
      });
      socket.disconnect();
      expect(refusal, what).toMatch(/unauthenticated/);
      expect(refusal, what).not.toMatch(/demo|nurse|jwt|jose|signature|kid/i);
      messages.set(what, refusal);
    }
    expect(new Set(messages.values()).size).toBeLessThanOrEqual(4);
  });

  test('an open socket is not renewed by one', async () => {
    const socket = await connectSocket(server.url(), tokens.right);
    for (const [what, token] of tokens.wrong.slice(0, 4)) {
      expect(await ask(socket, 'token', { token }), what).toMatchObject({
        ok: false,
        error: { code: 'unauthenticated' },
      });
    }
    const other = await signIn(server.url(), 'admin');
    // Nor by a right one of somebody else: a connection does not change hands.
    expect(await ask(socket, 'token', { token: other })).toMatchObject({ ok: false });
    socket.disconnect();
  });
});

describe('INV-8.7 what nobody asked for is not taken', () => {
  const extras: readonly Record<string, unknown>[] = [
    { role: 'admin' },
    { org: 'other' },
    { org_id: 'other' },
    { grants: [{ role: 'admin', place: 'demo' }] },
    { principal: { kind: 'system', id: 'carewall' } },
    { by: { kind: 'system', id: 'carewall', name: 'Carewall' } },
    { version: 99 },
    { constructor: { prototype: { admin: true } } },
  ];

  test('by any command: a field too many is refused, beside the data and within', {
    timeout: 180_000,
  }, async () => {
    const token = await signIn(server.url(), 'admin');
    const taken: string[] = [];
    const authorization = `Bearer ${token}`;
    for (const { type, example } of modules.flatMap(({ commands }) => commands)) {
      for (const extra of extras) {
        for (const [where, body] of [
          [
            'data',
            `{"id":"${uuidv7()}","type":"${type}","data":${merged(example.data, JSON.stringify(extra))}}`,
          ],
          ['command', merged({ id: uuidv7(), type, data: example.data }, JSON.stringify(extra))],
        ] as const) {
          // A field that the command has is not one too many.
          if (where === 'data' && Object.keys(extra).some((key) => key in Object(example.data))) continue;
          const response = await fetch(`${server.url()}/api/v1/commands`, {
            method: 'POST',
            headers: { authorization, 'content-type': 'application/json' },
            body,
          });
          const text = await response.text();
          if (response.status !== 400)
            taken.push(
              `${type} with ${JSON.stringify(Object.keys(extra))} in its ${where}: ${response.status} ${text.slice(0, 100)}`,
            );
        }
      }
    }
    expect(taken.slice(0, 10)).toEqual([]);
  });

  test('by any other route with a body', async () => {
    const token = await signIn(server.url(), 'nurse');
    const taken: string[] = [];
    for (const route of routes.filter(
      ({ method, path, example }) =>
        // Of those that read no body nothing can be asked by one.
        example !== undefined && !['GET', 'DELETE'].includes(method) && path !== '/api/v1/commands',
    )) {
      for (const extra of extras) {
        const response = await fetch(`${server.url()}${route.path.replaceAll(/\{[^}]+\}/g, 'nowhere')}`, {
          method: route.method,
          headers: {
            'content-type': 'application/json',
            ...(route.open ? {} : { authorization: `Bearer ${token}` }),
          },
          body: merged(route.example ?? {}, JSON.stringify(extra)),
        });
        if (response.ok)
          taken.push(`${route.method} ${route.path} with ${JSON.stringify(extra)}: ${response.status}`);
        expect(response.status, route.path).toBeLessThan(500);
      }
    }
    expect(taken).toEqual([]);
  });

  test('by the name of a prototype nothing is made: it is dropped where it comes in', {
    timeout: 60_000,
  }, async () => {
    const token = await signIn(server.url(), 'admin');
    const proto = '{"__proto__":{"role":"admin","org":"other","ok":true}}';
    for (const { type, example } of modules.flatMap(({ commands }) => commands)) {
      const response = await fetch(`${server.url()}/api/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: `{"id":"${uuidv7()}","type":"${type}","data":${merged(example.data, proto)}}`,
      });
      expect(response.status, type).toBeLessThan(500);
    }
    const [kept] = await server.database.owner`
      select count(*)::int as n from carewall.events where data::text like '%__proto__%' or by::text like '%__proto__%'`;
    expect(kept?.n).toBe(0);
  });

  test('rights are what they were', async () => {
    const rows = await server.database.owner`
      select account, role, place from carewall.grants where account in ('demo-nurse', 'demo-admin') and role <> 'member' order by account`;
    expect([...rows]).toEqual([
      { account: 'demo-admin', role: 'admin', place: 'demo' },
      { account: 'demo-nurse', role: 'nurse', place: 'demo' },
    ]);
    expect(Object.prototype).not.toHaveProperty('admin');
  });
});

describe('INV-8.8 a page of another site', () => {
  const evil = 'https://evil.example';

  test.each([
    ['an origin of another site', { origin: evil }],
    ['another site by the browser’s word', { 'sec-fetch-site': 'cross-site' }],
    ['another site with our origin', { 'sec-fetch-site': 'cross-site', origin: 'own' }],
    ['a sister of our site', { 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost' }],
    ['a sister without an origin', { 'sec-fetch-site': 'same-site' }],
    ['no origin it would name', { origin: 'null' }],
    ['an origin that is none', { origin: 'not a url' }],
    ['our name with another port', { origin: 'http://localhost:1' }],
    ['our name within another', { origin: 'http://localhost.evil.example' }],
  ])('%s borrows no cookie', async (_what, headers: Record<string, string>) => {
    const own = `http://localhost:${new URL(server.url()).port}`;
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value === 'own' ? own : value]),
    );
    const signedIn = await fetch(`${server.url()}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'logistics@demo.carewall.example', password: 'demo-carewall' }),
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    expect(cookie).toContain('carewall_refresh');
    const refreshed = await asked({ method: 'POST', path: '/api/v1/session/refresh' }, { ...sent, cookie });
    expect(refreshed.status).toBe(403);
    expect(refreshed.headers.getSetCookie()).toEqual([]);
    expect((await asked({ method: 'DELETE', path: '/api/v1/session' }, { ...sent, cookie })).status).toBe(
      403,
    );
    // It was neither used up nor ended.
    const renewed = await asked(
      { method: 'POST', path: '/api/v1/session/refresh' },
      { cookie, origin: own, 'sec-fetch-site': 'same-origin' },
    );
    expect(renewed.status).toBe(200);
  });

  test('reads nothing, asks first for everything, and opens no socket', async () => {
    for (const path of ['/api/v1/topics', '/api/v1/session/refresh', '/api/v1/commands']) {
      const preflight = await fetch(`${server.url()}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: evil,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization, content-type',
        },
      });
      expect(preflight.headers.get('access-control-allow-origin')).not.toBe(evil);
      expect(preflight.headers.get('access-control-allow-origin')).not.toBe('*');
    }
    const socket = io(server.url(), {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token: tokens.right },
      extraHeaders: { origin: evil },
    });
    const outcome = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('let in'));
      socket.once('connect_error', () => resolve('refused'));
    });
    socket.disconnect();
    expect(outcome).toBe('refused');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'signs nobody in and commands nothing with a form (%s)',
    async (type) => {
      for (const path of ['/api/v1/session', '/api/v1/commands']) {
        const response = await fetch(`${server.url()}${path}`, {
          method: 'POST',
          headers: {
            ...(type === '' ? {} : { 'content-type': type }),
            authorization: `Bearer ${tokens.right}`,
          },
          body: JSON.stringify({ email: 'nurse@demo.carewall.example', password: 'demo-carewall' }),
        });
        expect(response.status).toBe(400);
        expect(response.headers.getSetCookie()).toEqual([]);
      }
    },
  );
});

describe('INV-8.9 who guesses', () => {
  test('learns from neither words nor time whether somebody has an account', {
    timeout: 120_000,
  }, async () => {
    const times = { there: [] as number[], nobody: [] as number[] };
    const bodies = new Set<string>();
    for (let n = 0; n < 24; n += 1) {
      const known = n % 2 === 0;
      const email = known
        ? `${['nurse', 'admin', 'lab', 'clinician'][n % 4]}@demo.carewall.example`
        : `nobody-${n}@demo.carewall.example`;
      const began = performance.now();
      const { status, body, headers } = await signInFrom(`127.0.0.${20 + n}`, email, 'not the password');
      times[known ? 'there' : 'nobody'].push(performance.now() - began);
      expect(status).toBe(401);
      expect(headers).not.toHaveProperty('set-cookie');
      bodies.add(body);
    }
    expect(bodies.size).toBe(1);
    const [there, nobody] = [median(times.there), median(times.nobody)];
    console.info(`a wrong password: ${there.toFixed(1)} ms for an account, ${nobody.toFixed(1)} ms for none`);
    expect(nobody / there).toBeGreaterThan(0.5);
    expect(nobody / there).toBeLessThan(2);
  });

  test('a thousand times is in nobody’s way: commands are answered, and the owner gets in', {
    timeout: 240_000,
  }, async () => {
    const owner = await signInFrom('127.0.0.1', 'pharmacist@demo.carewall.example', 'demo-carewall');
    expect(owner.status).toBe(200);
    const cookie = (owner.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    const socket = await connectSocket(server.url(), await signIn(server.url(), 'nurse'));
    const took: number[] = [];
    let guessing = true;
    const others = (async () => {
      for (let n = 0; guessing; n += 1) {
        const began = performance.now();
        const type = n % 2 === 0 ? 'bed.isolate' : 'bed.end-isolation';
        const data = n % 2 === 0 ? { bed: 'ds-24', precaution: 'contact' } : { bed: 'ds-24' };
        const answer = await ask(socket, 'command', { id: uuidv7(), type, data });
        expect(answer).toMatchObject({ ok: true });
        took.push(performance.now() - began);
        // At a pace that one person is allowed (`rates` in realtime/rooms/connection.ts): the guesses are to be in the way.
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    })();
    const answers = new Map<number, number>();
    let left = 1_000;
    await Promise.all(
      Array.from({ length: 20 }, async (_, guesser) => {
        while (left > 0) {
          left -= 1;
          const { status } = await signInFrom(
            `127.0.1.${guesser + 1}`,
            'pharmacist@demo.carewall.example',
            `guess ${left}`,
          );
          answers.set(status, (answers.get(status) ?? 0) + 1);
        }
      }),
    );
    const again = await signInFrom('127.0.0.1', 'pharmacist@demo.carewall.example', 'demo-carewall', cookie);
    guessing = false;
    await others;
    socket.disconnect();
    took.sort((a, b) => a - b);
    const at = (part: number): string => (took[Math.floor(took.length * part)] ?? 0).toFixed(1);
    console.info(
      `1,000 wrong passwords: ${JSON.stringify([...answers])}; others’ ${took.length} commands p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
    );
    expect([...answers.keys()].filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect(answers.get(429) ?? 0).toBeGreaterThan(900);
    expect(again.status).toBe(200);
    expect(took[Math.floor(took.length * 0.99)]).toBeLessThan(2_000);
  });
});

/** An object with what a text adds to it, as a text: so may `__proto__` be added. */
function merged(base: unknown, other: string): string {
  const one = JSON.stringify(base);
  return one === '{}' ? other : `${one.slice(0, -1)},${other.slice(1)}`;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Signs in from one address of this machine's own. */
function signInFrom(
  localAddress: string,
  email: string,
  password: string,
  cookie?: string,
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string[]> }> {
  const { port } = new URL(server.url());
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        localAddress,
        method: 'POST',
        path: '/api/v1/session',
        agent: false,
        headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headersDistinct }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ email, password }));
  });
}

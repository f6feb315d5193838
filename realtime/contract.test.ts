import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { unitBedsSchema } from '#domain/beds/schema.ts';
import { historySchema, nearbyPlacesSchema, snapshotSchema, topicListSchema } from '#domain/protocol.ts';
import { ask, connectSocket, createFollower, signIn } from './testing/contract-client.ts';
import { engines } from './testing/server-process.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

describe.each(engines)('the contract on %s', (engine) => {
  let server: TestServer;
  const tokens = new Map<string, string>();
  const as = async (role: string): Promise<string> => {
    const token = tokens.get(role) ?? (await signIn(server.url(), role));
    tokens.set(role, token);
    return token;
  };
  const get = async (role: string, path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url()}${path}`, { headers: { authorization: `Bearer ${await as(role)}`, ...headers } });
  const command = async (role: string, type: string, data: object, id = uuidv7()): Promise<Response> =>
    fetch(`${server.url()}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await as(role)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id, type, data }),
    });
  const snapshot = async (role: string, topic: string) =>
    snapshotSchema.parse(await (await get(role, `/api/v1/topics/${encodeURIComponent(topic)}`)).json());

  beforeAll(async () => {
    server = await startTestServer(engine);
  });
  afterAll(() => server.close());

  test('says which engine serves', () => {
    expect(server.process().log()).toContain(`"engine":"${engine}"`);
  });

  test('finds the places around a point, the nearest first, for who may see something of them', async () => {
    for (const [facility, longitude] of [
      ['far', 10],
      ['near', 1],
    ] as const) {
      const position = { latitude: 0, longitude };
      const answer = await command('admin', 'facility.register', { facility, name: facility, position });
      expect(answer.status).toBe(200);
    }
    const near = async (role: string, query: string) => {
      const response = await get(role, `/api/v1/places?${query}`);
      expect(response.status).toBe(200);
      return nearbyPlacesSchema.parse(await response.json()).places;
    };
    const found = await near('nurse', 'near=0,0');
    expect(found.map(({ id }) => id)).toEqual(['near', 'far']);
    // A degree of the equator, over the mean radius of the earth.
    expect(found[0]).toMatchObject({ kind: 'facility', position: { latitude: 0, longitude: 1 } });
    expect(found[0]?.metres).toBeCloseTo((Math.PI / 180) * 6_371_008.8, 3);
    expect((await near('nurse', 'near=0,0&within=200')).map(({ id }) => id)).toEqual(['near']);
    expect((await near('nurse', 'near=0.0,11.5&limit=1')).map(({ id }) => id)).toEqual(['far']);
    expect(await near('patient', 'near=0,0')).toEqual([]);
    for (const query of ['', 'near=0', 'near=91,0', 'near=a,b', 'near=0,0&limit=0', 'near=0,0&within=-1']) {
      const refused = await get('nurse', `/api/v1/places?${query}`);
      expect(refused.status, query).toBe(400);
      expect(await refused.json()).toMatchObject({ code: 'invalid' });
    }
  });

  test('lists what the caller may see, with the places above it', async () => {
    const list = topicListSchema.parse(await (await get('nurse', '/api/v1/topics')).json());
    const day = list.topics.find(({ topic }) => topic === 'unit/ds/beds');
    expect(day?.path.map(({ kind, id }) => `${kind}/${id}`)).toEqual([
      'organisation/demo',
      'facility/rgh',
      'department/surgery',
      'unit/ds',
    ]);
    expect(day).toMatchObject({ parent: 'department/surgery' });
    expect(day?.view).toMatch(/^clinical\./);
    const below = topicListSchema.parse(
      await (await get('logistics', '/api/v1/topics?under=unit/4w')).json(),
    );
    expect(below.topics.map(({ topic }) => topic).sort()).toEqual([
      'unit/4w/alerts',
      'unit/4w/beds',
      'unit/4w/feeds',
    ]);
    expect(below.topics.map(({ view }) => view.split('.')[0])).toEqual(
      below.topics.map(({ topic }) => (topic === 'unit/4w/feeds' ? 'public' : 'operational')),
    );
    const own = topicListSchema.parse(await (await get('patient', '/api/v1/topics')).json());
    expect(own.topics.map(({ topic }) => topic)).toEqual([
      'user/demo-patient',
      'user/demo-patient/privacy',
      'user/demo-patient/profile',
    ]);
  });

  test('gives a snapshot in the caller’s view, compressed where asked', async () => {
    const full = await snapshot('nurse', 'unit/ds/beds');
    expect(Object.keys(unitBedsSchema.parse(full.state).beds)).toHaveLength(24);
    const response = await get('nurse', '/api/v1/topics/unit%2Fds%2Fbeds', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(snapshotSchema.parse(await response.json()).seq).toBe(full.seq);
  });

  test('INV-1.2 a subscriber gets each event once and in order, whatever door it came through', async () => {
    const socket = await connectSocket(server.url(), await as('nurse'));
    const follower = createFollower('unit/ds/beds');
    await follower.attach(socket);
    const start = follower.position()?.seq ?? 0;
    for (const bed of ['ds-01', 'ds-02', 'ds-03']) {
      expect((await command('nurse', 'bed.claim', { bed })).status).toBe(200);
      const answer = await ask(socket, 'command', { id: uuidv7(), type: 'bed.release', data: { bed } });
      expect(answer).toMatchObject({ ok: true, heads: [{ topic: 'unit/ds/beds' }] });
    }
    await until('six events have come', () => follower.position()?.seq === start + 6);
    expect(follower.history.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6].map((n) => start + n));
    expect(follower.violations).toEqual([]);
    expect(follower.state()).toEqual((await snapshot('nurse', 'unit/ds/beds')).state);
    socket.disconnect();
  });

  test('INV-1.2 whoever comes back gets what came meanwhile, and not the state again', async () => {
    const first = await connectSocket(server.url(), await as('nurse'));
    const follower = createFollower('unit/icu/beds');
    await follower.attach(first);
    first.disconnect();
    await command('nurse', 'bed.claim', { bed: 'icu-01' });
    const second = await connectSocket(server.url(), await as('nurse'));
    const position = follower.position();
    // What this node has not heard of yet comes by the room it has just entered.
    const given: unknown[] = [];
    second.on('event', (frame: unknown) => given.push(frame));
    const answer = await ask(second, 'subscribe', { topic: 'unit/icu/beds', after: position });
    expect(answer).toMatchObject({ ok: true, seq: position?.seq });
    await until('the claim has come', () => JSON.stringify([answer, given]).includes('"bed.claimed"'));
    expect(answer).not.toHaveProperty('state');
    second.disconnect();
  });

  test.each([
    ['another epoch', (at: object) => ({ ...at, epoch: 'another' })],
    ['another view', (at: object) => ({ ...at, view: 'operational.x' })],
    ['a seq ahead of the head', (at: object) => ({ ...at, seq: 1_000_000 })],
  ])('whoever comes with %s takes a new snapshot', async (_what, other) => {
    const socket = await connectSocket(server.url(), await as('nurse'));
    const { view, epoch, seq } = await snapshot('nurse', 'unit/4e/beds');
    const answer = await ask(socket, 'subscribe', {
      topic: 'unit/4e/beds',
      after: other({ view, epoch, seq }),
    });
    expect(answer).toMatchObject({ ok: true, view, epoch, seq, state: { unit: { id: '4e' } } });
    socket.disconnect();
  });

  test('INV-7.1 every socket hears of the heads of its topics, by the database’s clock', async () => {
    const socket = await connectSocket(server.url(), await as('lab'));
    const heard: unknown[] = [];
    socket.on('heads', (heads: unknown) => heard.push(heads));
    await ask(socket, 'subscribe', { topic: 'unit/4w/beds' });
    const { seq } = await snapshot('lab', 'unit/4w/beds');
    const shape = z.object({ at: z.iso.datetime(), heads: z.object({ 'unit/4w/beds': z.literal(seq) }) });
    await until('heads name the topic', () => heard.some((heads) => shape.safeParse(heads).success));
    socket.disconnect();
  });

  test('INV-4.3 patient identity reaches the clinical view and no frame, snapshot or history of another', async () => {
    const nurse = await connectSocket(server.url(), await as('nurse'));
    const logistics = await connectSocket(server.url(), await as('logistics'));
    const raw: string[] = [];
    logistics.onAny((...args: unknown[]) => raw.push(JSON.stringify(args)));
    const clinical = createFollower('unit/ds/beds');
    const operational = createFollower('unit/ds/beds');
    await Promise.all([clinical.attach(nurse), operational.attach(logistics)]);
    const patient = { mrn: 'SECRET-MRN', family: 'SECRET-FAMILY', given: 'SECRET-GIVEN' };
    await command('nurse', 'bed.occupy', { bed: 'ds-20', visit: 'SECRET-VISIT', patient });
    const seq = await until('the nurse sees it', () => {
      const state = unitBedsSchema.parse(clinical.state());
      return state.beds['ds-20']?.occupant?.patient?.family === 'SECRET-FAMILY' && clinical.position()?.seq;
    });
    await until('logistics has it too', () => operational.position()?.seq === seq);
    expect(unitBedsSchema.parse(operational.state()).beds['ds-20']).toMatchObject({ operationalStatus: 'O' });
    raw.push(JSON.stringify(await snapshot('logistics', 'unit/ds/beds')));
    const history = await get('logistics', '/api/v1/topics/unit%2Fds%2Fbeds/events?after=0&limit=1000');
    raw.push(
      await history.text(),
      server.process().log(),
      await (await fetch(`${server.url()}/metrics`)).text(),
    );
    for (const text of raw) expect(text).not.toContain('SECRET');
    expect(operational.state()).toEqual((await snapshot('logistics', 'unit/ds/beds')).state);
    nurse.disconnect();
    logistics.disconnect();
  });

  test('gives the history of a topic in order', async () => {
    await command('nurse', 'bed.isolate', { bed: '5s-01', precaution: 'contact' });
    const { seq } = await snapshot('nurse', 'unit/5s/beds');
    const history = historySchema.parse(
      await (await get('nurse', `/api/v1/topics/unit%2F5s%2Fbeds/events?after=0&limit=1000`)).json(),
    );
    expect(history.events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
  });

  test('INV-3.4 a withdrawn right closes its rooms within a second, on whatever socket', async () => {
    const socket = await connectSocket(server.url(), await signIn(server.url(), 'radiologist'));
    const revoked: unknown[] = [];
    const frames: unknown[] = [];
    socket.on('revoked', (notice: unknown) => revoked.push(notice));
    socket.on('event', (frame: unknown) => frames.push(frame));
    await ask(socket, 'subscribe', { topic: 'unit/ds/beds' });
    await server.database.owner.begin(async (sql) => {
      await sql`delete from carewall.grants where account = 'demo-radiologist'`;
      await sql`insert into carewall.rights_log (org_id, principal) values ('demo', 'demo-radiologist')`;
    });
    await until('the room is left', () => revoked.length > 0, 1_000);
    expect(revoked).toEqual([{ topic: 'unit/ds/beds', reason: 'right' }]);
    await command('nurse', 'bed.claim', { bed: 'ds-21' });
    expect(await ask(socket, 'subscribe', { topic: 'unit/ds/beds' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(frames).toEqual([]);
    socket.disconnect();
  });

  test('INV-3.4 a session that ends takes its sockets with it', async () => {
    const response = await fetch(`${server.url()}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'dietician@demo.carewall.example', password: 'demo-carewall' }),
    });
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['carewall_refresh', 'carewall_device']);
    const cookie = cookies.join('; ');
    const { accessToken } = z.object({ accessToken: z.string() }).parse(await response.json());
    const socket = await connectSocket(server.url(), accessToken);
    const revoked: unknown[] = [];
    socket.on('revoked', (notice: unknown) => revoked.push(notice));
    await ask(socket, 'subscribe', { topic: 'unit/ds/beds' });
    const out = await fetch(`${server.url()}/api/v1/session`, { method: 'DELETE', headers: { cookie } });
    expect(out.status).toBe(204);
    await until('the socket is closed', () => !socket.connected, 2_000);
    expect(revoked).toEqual([{ topic: 'unit/ds/beds', reason: 'session' }]);
    const late = await fetch(`${server.url()}/api/v1/topics`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(late.status).toBe(401);
  });

  test('documents itself, with an example of each command and event', async () => {
    const open = z
      .object({
        components: z.object({
          schemas: z.record(z.string(), z.object({ examples: z.array(z.unknown()).optional() })),
        }),
      })
      .parse(await (await fetch(`${server.url()}/api/v1/openapi.json`)).json());
    expect(open.components.schemas['bed.claim']?.examples).toHaveLength(1);
    const events = await (await fetch(`${server.url()}/api/v1/asyncapi.json`)).text();
    expect(events).toContain('bed.claimed');
  });

  test('is ready, alive and measured', async () => {
    await until('it is ready', async () => (await fetch(`${server.url()}/readyz`)).ok);
    expect((await fetch(`${server.url()}/healthz`)).status).toBe(200);
    const metrics = await (await fetch(`${server.url()}/metrics`)).text();
    for (const name of [
      'carewall_commands_total',
      'carewall_commit_to_room_seconds_bucket',
      'carewall_sockets',
    ]) {
      expect(metrics).toContain(name);
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, connectSocket, signIn } from '../testing/contract-client.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { begin, command, type PairedWall, pairWall, post } from './testing/pairing.ts';

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await startTestServer('node');
  admin = await signIn(server.url(), 'admin');
});
afterAll(() => server.close());

const here = () => ({ begin: server.url(), approve: server.url(), take: server.url() });
const approval = (userCode: string, more: object = {}) => ({
  wall: `w-${userCode.toLowerCase()}`,
  userCode,
  name: 'Corridor',
  board: { kind: 'unit', place: '4w' },
  view: 'operational',
  ...more,
});
const take = (deviceCode: unknown) => post(server.url(), '/walls/pairings/token', { deviceCode });
const get = async (path: string, token: string) =>
  fetch(`${server.url()}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });

describe('pairing', () => {
  test('INV-16.3 a device waits, is told when it asks too often, and gets one session, once, when it is approved', async () => {
    const { deviceCode, userCode } = await begin(server.url());
    expect(userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    expect(deviceCode).toMatch(/^[0-9a-f]{64}$/);
    expect(await take(deviceCode)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const soon = await take(deviceCode);
    expect(soon).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(soon.headers.get('retry-after')).toBe('5');
    const typed = approval(userCode, { userCode: userCode.toLowerCase().replace('-', ' ') });
    expect(await command(server.url(), admin, 'wall.approve', typed)).toMatchObject({ status: 200 });
    const taken = await take(deviceCode);
    expect(taken).toMatchObject({ status: 200, body: { user: { name: 'Corridor' } } });
    expect(taken.headers.get('set-cookie')).toMatch(/carewall_refresh=.*HttpOnly/);
    // The secret again, the code again: neither is anything any more.
    expect(await take(deviceCode)).toMatchObject({ status: 410, body: { code: 'gone' } });
    const again = await command(server.url(), admin, 'wall.approve', approval(userCode, { wall: 'another' }));
    expect(again).toMatchObject({ status: 404, body: { issues: [{ path: 'data.userCode' }] } });
  });

  test('INV-16.3 a secret that never was, one that has run out and a used one are answered alike', async () => {
    const { deviceCode } = await begin(server.url());
    const { owner } = server.database;
    await owner`update carewall.wall_pairings set expires_at = clock_timestamp() where status = 'waiting' and address <> 'demo'`;
    const over = await take(deviceCode);
    const never = await take('0'.repeat(64));
    expect(over).toMatchObject({ status: 410, body: { code: 'gone' } });
    expect(never.body).toEqual(over.body);
  });

  test('a code that has run out approves nothing', async () => {
    const { userCode } = await begin(server.url());
    const { owner } = server.database;
    await owner`update carewall.wall_pairings set expires_at = clock_timestamp() where user_code = ${userCode}`;
    const late = await command(server.url(), admin, 'wall.approve', approval(userCode));
    expect(late).toMatchObject({ status: 404 });
  });

  test('a display that is turned away is told so, and one whose wall was revoked before it took its token', async () => {
    const denied = await begin(server.url());
    await command(server.url(), admin, 'wall.deny', { userCode: denied.userCode });
    expect(await take(denied.deviceCode)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const revoked = await begin(server.url());
    const approved = approval(revoked.userCode);
    await command(server.url(), admin, 'wall.approve', approved);
    await command(server.url(), admin, 'wall.revoke', { wall: approved.wall });
    expect(await take(revoked.deviceCode)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  test.each([
    ['no JSON', '{', 400],
    ['nothing', {}, 400],
    ['a short secret', { deviceCode: 'abc' }, 400],
    ['something besides', { deviceCode: '0'.repeat(64), scope: 'admin' }, 400],
    ['no text', { deviceCode: { $ne: '' } }, 400],
    ['too much', { deviceCode: 'a'.repeat(5_000) }, 413],
  ])('%s is refused at the token’s door', async (_what, body, status) => {
    expect(await post(server.url(), '/walls/pairings/token', body)).toMatchObject({ status });
  });

  test('a page of another site begins nothing and takes nothing', async () => {
    const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    for (const path of ['/walls/pairings', '/walls/pairings/token']) {
      expect(await post(server.url(), path, {}, { headers })).toMatchObject({ status: 403 });
    }
  });

  test.each([
    ['a view that the board does not have', { view: 'public' }, 400],
    ['a view with patient names', { view: 'clinical' }, 400],
    ['a board that the place does not have', { board: { kind: 'facility', place: '4w' } }, 404],
    ['a place that does not exist', { board: { kind: 'unit', place: 'nowhere' } }, 404],
    ['rights of its own making', { scope: { commands: ['bed.claim'] } }, 400],
    ['no name', { name: '  ' }, 400],
  ])('%s is not approved', async (_what, more, status) => {
    const { userCode, deviceCode } = await begin(server.url());
    expect(await command(server.url(), admin, 'wall.approve', approval(userCode, more))).toMatchObject({
      status,
    });
    expect(await take(deviceCode)).toMatchObject({ status: 409 });
  });

  test('somebody whose role is elsewhere approves nothing here', async () => {
    const { owner } = server.database;
    const { userCode } = await begin(server.url());
    await owner`update carewall.grants set place = 'ds' where account = 'demo-it-support'`;
    await owner`insert into carewall.rights_log (org_id, principal) values ('demo', 'demo-it-support')`;
    const narrow = await signIn(server.url(), 'it_support');
    expect(await command(server.url(), narrow, 'wall.approve', approval(userCode))).toMatchObject({
      status: 404,
    });
    const own = approval(userCode, { board: { kind: 'unit', place: 'ds' } });
    expect(await command(server.url(), narrow, 'wall.approve', own)).toMatchObject({ status: 200 });
  });

  test('who tries codes is slowed down after ten wrong ones, and nobody else is', async () => {
    const guesser = await signIn(server.url(), 'command_center');
    for (let tried = 0; tried < 10; tried += 1) {
      const wrong = await command(server.url(), guesser, 'wall.approve', approval('BBBB-BBBB'));
      expect(wrong.status).toBe(404);
    }
    const { userCode } = await begin(server.url());
    expect(await command(server.url(), guesser, 'wall.approve', approval(userCode))).toMatchObject({
      status: 429,
    });
    expect(await command(server.url(), admin, 'wall.approve', approval(userCode))).toMatchObject({
      status: 200,
    });
  });
});

describe('a wall', () => {
  const topicsSchema = z.object({ topics: z.array(z.object({ topic: z.string() })) });

  test('INV-16.2 sees its board and nothing else, and does nothing', async () => {
    const { token } = await pairWall(here(), admin);
    const listed = topicsSchema.parse(await (await get('/topics', token)).json());
    expect(listed.topics.map(({ topic }) => topic)).toEqual([
      'unit/4w/alerts',
      'unit/4w/beds',
      'unit/4w/feeds',
    ]);
    const socket = await connectSocket(server.url(), token);
    for (const topic of ['unit/4w/beds', 'unit/4w/alerts', 'unit/4w/feeds']) {
      expect(await ask(socket, 'subscribe', { topic }), topic).toMatchObject({ ok: true });
      expect((await get(`/topics/${encodeURIComponent(topic)}/events`, token)).status).toBe(200);
    }
    const snapshot = await (await get(`/topics/${encodeURIComponent('unit/4w/beds')}`, token)).text();
    expect(snapshot).not.toMatch(/"(patient|subject)"/);
    const every = await server.database.owner`select topic from carewall.topics where org_id = 'demo'`;
    for (const { topic } of every) {
      if (/^unit\/4w\/(beds|alerts|feeds)$/.test(String(topic))) continue;
      const name = encodeURIComponent(String(topic));
      expect((await get(`/topics/${name}`, token)).status, String(topic)).toBe(404);
      expect((await get(`/topics/${name}/events`, token)).status, String(topic)).toBe(404);
    }
    for (const topic of ['unit/4e/beds', 'facility/rgh/census', 'org/demo/walls', 'network/availability']) {
      expect(await ask(socket, 'subscribe', { topic }), topic).toMatchObject({
        ok: false,
        error: { code: 'not_found' },
      });
    }
    const near = await (await get('/places?near=10.7,106.6', token)).json();
    expect(near).toEqual({ places: [] });
    const tried = { bed: '4w-01' };
    expect(await command(server.url(), token, 'bed.claim', tried)).toMatchObject({ status: 403 });
    expect(await command(server.url(), token, 'wall.revoke', { wall: 'any' })).toMatchObject({ status: 404 });
    const claim = { id: '0195500f-6b00-7000-8000-000000000001', type: 'bed.claim', data: tried };
    expect(await ask(socket, 'command', claim)).toMatchObject({ ok: false });
    const typing = { topic: 'unit/4w/beds', type: 'conversation.typing', data: {} };
    expect(await ask(socket, 'signal', typing)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    socket.disconnect();
  });

  test('of a facility sees all its units, of the network its counts', async () => {
    const facility = await pairWall(here(), admin, { kind: 'facility', place: 'rgh' });
    const units = topicsSchema.parse(await (await get('/topics', facility.token)).json()).topics;
    expect(new Set(units.map(({ topic }) => topic.split('/')[2]))).toEqual(
      new Set(['alerts', 'beds', 'feeds']),
    );
    expect(units).toHaveLength(15);
    const network = await pairWall(here(), admin, { kind: 'network', place: 'demo' });
    const counts = topicsSchema.parse(await (await get('/topics', network.token)).json()).topics;
    expect(counts.map(({ topic }) => topic)).toContain('network/availability');
    expect(counts.filter(({ topic }) => /^(unit|org|user|department)\//.test(topic))).toEqual([]);
  });

  const refresh = (cookie: string | undefined) => post(server.url(), '/session/refresh', {}, { cookie });
  const endsOf = async ({ wall }: PairedWall) => {
    const [row] = await server.database.owner`
      select s.expires_at - clock_timestamp() > interval '29 days 23 hours' as far, s.ended_at is not null as ended
      from carewall.sessions s join carewall.walls w on w.account = s.account where w.id = ${wall}`;
    return row;
  };

  test('INV-16.4 lasts on from each refresh, and is renewed after a week without power', async () => {
    const paired = await pairWall(here(), admin);
    await server.database.owner`
      update carewall.sessions s set expires_at = clock_timestamp() + interval '23 days'
      from carewall.walls w where w.account = s.account and w.id = ${paired.wall}`;
    expect(await endsOf(paired)).toMatchObject({ far: false });
    const renewed = await refresh(paired.cookie);
    expect(renewed).toMatchObject({ status: 200, body: { user: { name: 'Wall of 4w' } } });
    expect(renewed.headers.get('set-cookie')).toMatch(/Max-Age=25[0-9]{5}/);
    expect(await endsOf(paired)).toMatchObject({ far: true });
  });

  test('INV-16.4 that lost power before it wrote its token down comes back with the one before; a copy ends the session', async () => {
    const paired = await pairWall(here(), admin);
    const lost = await refresh(paired.cookie);
    const back = await refresh(paired.cookie);
    expect(back.status).toBe(200);
    const on = await refresh(back.cookie);
    expect(on.status).toBe(200);
    // Somebody has the token that was never written down.
    expect((await refresh(lost.cookie)).status).toBe(401);
    expect(await endsOf(paired)).toMatchObject({ ended: true });
    expect((await refresh(on.cookie)).status).toBe(401);
  });

  test('INV-16.4 whose newest token was used does not come back with the one before', async () => {
    const paired = await pairWall(here(), admin);
    const second = await refresh(paired.cookie);
    expect((await refresh(second.cookie)).status).toBe(200);
    expect((await refresh(paired.cookie)).status).toBe(401);
    expect(await endsOf(paired)).toMatchObject({ ended: true });
  });

  test('that is revoked loses its socket within a second, and its token, for good', async () => {
    const paired = await pairWall(here(), admin);
    const socket = await connectSocket(server.url(), paired.token);
    await ask(socket, 'subscribe', { topic: 'unit/4w/beds' });
    const told: unknown[] = [];
    socket.on('revoked', (notice) => told.push(notice));
    expect(await command(server.url(), admin, 'wall.revoke', { wall: paired.wall })).toMatchObject({
      status: 200,
    });
    await until('the socket is closed', () => !socket.connected, 1_000);
    expect(told).toEqual([{ topic: 'unit/4w/beds', reason: 'session' }]);
    expect((await get('/topics', paired.token)).status).toBe(401);
    expect((await refresh(paired.cookie)).status).toBe(401);
  });
});

import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { auditVerifiers } from '#db/audit/audit-keys.ts';
import { type ChainFault, verifyChain } from '#db/audit/verify.ts';
import { connect, type Database } from '#db/connect.ts';
import { demoOrganisation } from '#db/demo/demo-network.ts';
import { openKeyRing } from '#db/key-ring.ts';
import { ask, connectSocket, createFollower, signIn } from '../testing/contract-client.ts';
import { engines } from '../testing/server-process.ts';
import { startTestTier, type TestTier } from '../testing/test-tier.ts';
import { until } from '../testing/until.ts';

const org = demoOrganisation.id;
let tier: TestTier;
let relay: Database;
let nurse: string;
let admin: string;

beforeAll(async () => {
  tier = await startTestTier(engines[0] ?? 'node', 3);
  relay = connect(tier.database.url, { role: 'carewall_relay', max: 2, name: 'carewall test' });
  nurse = await signIn(urlOf(0), 'nurse');
  admin = await signIn(urlOf(1), 'admin');
}, 120_000);

afterAll(async () => {
  await relay?.end({ timeout: 1 });
  await tier?.close();
});

function urlOf(index: number): string {
  const node = tier.nodes[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  return node.url;
}

const call = (path: string, token: string, options: { node?: number; body?: unknown } = {}) =>
  fetch(`${urlOf(options.node ?? 0)}/api/v1${path}`, {
    ...(options.body === undefined ? {} : { method: 'POST', body: JSON.stringify(options.body) }),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });

const rowsOf = (action: string, who = 'demo-nurse') => tier.database.owner`
  select outcome, details, client from carewall.audit
  where action = ${action} and principal ->> 'id' = ${who} order by id`;

async function unsealed(): Promise<number> {
  const [row] = await tier.database.owner`
    select count(*) as n from carewall.audit a
    where not exists (select from carewall.audit_chain c where c.audit_id = a.id)`;
  return z.object({ n: z.number() }).parse(row).n;
}

async function verified(): Promise<ChainFault[]> {
  const faults: ChainFault[] = [];
  const ring = await openKeyRing({ file: `${tier.dataDir}/key-ring.json`, make: false });
  await relay.begin('isolation level repeatable read read only', async (sql) => {
    const verifiers = await auditVerifiers(sql, ring);
    for (const one of [org, ''])
      await verifyChain({ sql, verifiers, org: one, onFault: (fault) => faults.push(fault) });
  });
  return faults;
}

test('INV-13.3 rows of three nodes are sealed without a gap or a double, while nodes are stopped and killed', async () => {
  let sent = 0;
  let going = true;
  const load = [1, 2].map(async (node) => {
    while (going) {
      await call('/commands', nurse, {
        node,
        body: { id: uuidv7(), type: 'bed.claim', data: { bed: `ds-0${1 + (sent % 8)}` } },
      });
      sent += 1;
    }
  });
  await until('there is load', () => sent > 40, 30_000);
  // Whichever seals at that moment: first one that sleeps in the middle of it, then one that is gone for good.
  tier.nodes[0]?.kill('SIGSTOP');
  const before = sent;
  await until('the others go on', () => sent > before + 40, 30_000);
  tier.nodes[0]?.kill('SIGCONT');
  tier.nodes[0]?.kill('SIGKILL');
  await until('the others go on', () => sent > before + 80, 30_000);
  going = false;
  await Promise.all(load);
  await until('everything is sealed', async () => (await unsealed()) === 0, 10_000);
  expect(await verified()).toEqual([]);
  const [doubles] = await tier.database.owner`
    select count(*) - count(distinct audit_id) as doubles, max(n) - count(*) as gaps
    from carewall.audit_chain where org_id = ${org}`;
  expect(doubles).toEqual({ doubles: 0, gaps: 0 });
  await tier.restart(0);
}, 120_000);

test('INV-13.4 whoever is shown what may identify a patient is in the audit before that, through whatever door', async () => {
  const socket = await connectSocket(urlOf(0), nurse);
  const follower = createFollower('unit/ds/beds');
  await follower.attach(socket);
  await call('/topics/unit%2Fds%2Fbeds', nurse);
  await call('/topics/unit%2Fds%2Fbeds/events', nurse);
  socket.disconnect();
  const reads = (await rowsOf('topic.read')).map(({ details }) => details);
  for (const why of ['subscribe', 'snapshot', 'history']) {
    expect(reads).toContainEqual({ topic: 'unit/ds/beds', view: 'clinical', why });
  }
  const porter = await signIn(urlOf(0), 'logistics');
  expect((await call('/topics/unit%2Fds%2Fbeds', porter)).status).toBe(200);
  expect(await rowsOf('topic.read', 'demo-logistics')).toEqual([]);
});

test('INV-13.4 what cannot be written down is not shown', async () => {
  await tier.database.owner`revoke insert on carewall.audit from carewall_identity`;
  try {
    const socket = await connectSocket(urlOf(0), nurse);
    const answer = await ask(socket, 'subscribe', { topic: 'unit/ds/beds' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect((await call('/topics/unit%2Fds%2Fbeds', nurse)).status).toBe(503);
    expect((await call('/topics/unit%2Fds%2Fbeds/events', nurse)).status).toBe(503);
    socket.disconnect();
  } finally {
    await tier.database.owner`grant insert on carewall.audit to carewall_identity`;
  }
});

test('INV-13.5 what is refused before any transaction is audited, and a flood of it is not a flood of rows', async () => {
  const socket = await connectSocket(urlOf(2), nurse);
  for (let time = 0; time < 30; time += 1) await ask(socket, 'subscribe', { topic: 'unit/nowhere/beds' });
  await ask(socket, 'subscribe', { topic: 'no topic' });
  await ask(socket, 'command', { id: uuidv7(), type: 'bed.explode', data: {} });
  await ask(socket, 'command', { id: uuidv7(), type: 'bed.claim', data: { bed: 7 } });
  socket.disconnect();
  await call('/commands', nurse, { node: 2, body: { nothing: true } });
  await call('/topics/unit%2Fnowhere%2Fbeds', nurse, { node: 2 });
  await expect
    .poll(async () => (await rowsOf('socket.subscribe')).map(({ outcome }) => outcome))
    .toEqual(['not_found', 'invalid']);
  await expect.poll(async () => (await rowsOf('bed.claim')).at(-1)?.outcome).toBe('invalid');
  // One for what nobody declared, and one for what is no command at all, are the same kind.
  await expect.poll(async () => (await rowsOf('command')).map(({ outcome }) => outcome)).toEqual(['invalid']);
  await expect.poll(async () => (await rowsOf('http.get /api/v1/topics/:topic')).length).toBe(1);
});

test('INV-13.6 failed sign-ins and probing raise one alert each, live, on whatever node they came in', async () => {
  const socket = await connectSocket(urlOf(1), admin);
  const follower = createFollower(`org/${org}/security`);
  await follower.attach(socket);
  const began = Date.now();
  for (let time = 0; time < 9; time += 1) {
    await signIn(urlOf(time % 3), 'pharmacist', 'wrong').catch(() => undefined);
  }
  const alerts = () =>
    z
      .object({ alerts: z.record(z.string(), z.object({ kind: z.string(), count: z.number() })) })
      .parse(follower.state()).alerts;
  await until('the alert is there', () => alerts()['brute-force.account.demo-pharmacist'], 10_000);
  console.log(`alert ${Date.now() - began} ms after the first attempt`);
  const lab = await signIn(urlOf(0), 'lab');
  for (let time = 0; time < 26; time += 1) {
    await call('/commands', lab, { body: { id: uuidv7(), type: 'bed.claim', data: { bed: 'ds-01' } } });
  }
  await until('the probing is there', () => alerts()['permission-probing.account.demo-lab'], 10_000);
  const acknowledged = await call('/commands', admin, {
    body: {
      id: uuidv7(),
      type: 'security.acknowledge',
      data: { alert: 'permission-probing.account.demo-lab' },
    },
  });
  expect(acknowledged.status).toBe(200);
  await until('it is gone', () => alerts()['permission-probing.account.demo-lab'] === undefined);
  expect(follower.violations).toEqual([]);
  socket.disconnect();
}, 60_000);

test('the audit is searched by administrators alone, and that is audited', async () => {
  for (const role of ['nurse', 'it_support']) {
    const token = await signIn(urlOf(0), role);
    expect((await call('/audit', token)).status).toBe(404);
    expect((await call('/audit/export', token)).status).toBe(404);
    expect((await call('/audit/integrity', token)).status).toBe(404);
  }
  const pageSchema = z.object({
    rows: z.array(
      z.object({
        id: z.number(),
        at: z.string(),
        principal: z.object({ id: z.string(), name: z.string().optional() }),
        action: z.string(),
        outcome: z.string(),
      }),
    ),
    next: z.string().optional(),
  });
  const search = async (query: string) =>
    pageSchema.parse(await (await call(`/audit?${query}`, admin)).json());
  const mine = await search('who=demo-nurse&action=bed&limit=5');
  expect(mine.rows).toHaveLength(5);
  expect(
    mine.rows.every(({ principal, action }) => principal.id === 'demo-nurse' && action.startsWith('bed.')),
  ).toBe(true);
  expect(mine.rows[0]?.principal.name).toBeTruthy();
  const second = await search(
    `who=demo-nurse&action=bed&limit=5&cursor=${encodeURIComponent(mine.next ?? '')}`,
  );
  expect(second.rows[0]?.id).not.toBe(mine.rows.at(-1)?.id);
  expect((await search('topic=unit%2Fds%2Fbeds')).rows.length).toBeGreaterThan(0);
  expect((await search('outcome=refused&limit=3')).rows.every(({ outcome }) => outcome !== 'ok')).toBe(true);
  expect((await rowsOf('audit.read', 'demo-admin')).length).toBeGreaterThan(3);
  for (const bad of ['cursor=x', 'limit=0', 'from=yesterday', 'outcome=fine', 'topic=x']) {
    expect((await call(`/audit?${bad}`, admin)).status, bad).toBe(400);
  }
  const integrity = z
    .object({ sealed: z.number(), checkpoint: z.number() })
    .parse(await (await call('/audit/integrity', admin)).json());
  expect(integrity.sealed).toBeGreaterThan(100);
  expect(integrity.checkpoint).toBeGreaterThan(0);
});

test('the audit is exported as FHIR, as a bundle and line by line', async () => {
  const bundle = z
    .object({
      resourceType: z.literal('Bundle'),
      entry: z.array(z.object({ resource: z.looseObject({ resourceType: z.string() }) })),
    })
    .parse(await (await call('/audit/export?who=demo-nurse', admin)).json());
  expect(bundle.entry.length).toBeGreaterThan(20);
  const lines = (await (await call('/audit/export?who=demo-nurse&format=ndjson', admin)).text())
    .trim()
    .split('\n');
  expect(
    lines.every((line) => z.object({ resourceType: z.string() }).safeParse(JSON.parse(line)).success),
  ).toBe(true);
  expect((await rowsOf('audit.export', 'demo-admin')).length).toBe(2);
});

test('a file that a browser makes is audited as what it is made of', async () => {
  const body = { topic: 'unit/ds/beds', rows: 12, format: 'csv' };
  expect((await call('/exports', nurse, { body })).status).toBe(200);
  expect((await rowsOf('export.file')).at(-1)?.details).toEqual({ ...body, view: 'clinical' });
  expect((await call('/exports', nurse, { body: { ...body, topic: 'unit/nowhere/beds' } })).status).toBe(404);
  expect((await call('/exports', nurse, { body: { ...body, who: 'me' } })).status).toBe(400);
});

test('INV-13.2 the audit of all that has happened verifies', async () => {
  await until('everything is sealed', async () => (await unsealed()) === 0, 10_000);
  expect(await verified()).toEqual([]);
});

import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { unitBedsSchema } from '#domain/beds/schema.ts';
import { type Entry, feedsSchema, unitFeedsSchema } from '#domain/feeds/schema.ts';
import { signIn } from '../testing/contract-client.ts';
import { startTestTier, type TestTier } from '../testing/test-tier.ts';
import { until } from '../testing/until.ts';
import { connectMllp, type MllpClient } from './mllp/client.ts';

/*
 * Two nodes with their doors open, one database: what is kept by one is seen, mended and replayed by both.
 */

let tier: TestTier;
let mllp: MllpClient;
const tokens = new Map<string, string>();

beforeAll(async () => {
  tier = await startTestTier('node', 2);
  for (const role of ['admin', 'it_support', 'nurse']) tokens.set(role, await signIn(url(), role));
  mllp = await connectMllp({ host: '127.0.0.1', port: tier.nodes[0]?.mllpPort ?? 0 });
}, 60_000);
afterAll(async () => {
  await mllp?.close();
  await tier?.close();
});

const url = (node = 0): string => tier.nodes[node]?.url ?? '';
const family = 'Quarantinescu';
let sent = 0;

function admission(location: string) {
  sent += 1;
  const [visit, controlId] = [`V${Date.now()}${sent}`, `Q${sent}`];
  const at = new Date(Date.now() - 1_000).toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const segments = [
    `MSH|^~\\&|DEMO|RGH|CAREWALL|RGH|${at}+0000||ADT^A01^ADT_A01|${controlId}|P|2.5.1`,
    `EVN|A01|${at}+0000||||${at}+0000`,
    `PID|1||D77${visit}^^^RGH^MR||${family}^Ada||19480312|F`,
    // PV1-19 is the visit.
    `PV1|1|I|${location}${'|'.repeat(16)}${visit}`,
  ];
  return { controlId, visit, text: segments.map((line) => `${line}\r`).join('') };
}

async function send(text: string): Promise<string> {
  return (await mllp.send(text)).split('\r').find((line) => line.startsWith('MSA')) ?? '';
}

function get(path: string, role: string, method = 'GET', node = 0): Promise<Response> {
  return fetch(`${url(node)}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.get(role)}` },
  });
}

async function state(topic: string, role = 'it_support', node = 0): Promise<unknown> {
  const response = await get(`/topics/${encodeURIComponent(topic)}`, role, 'GET', node);
  if (!response.ok) throw new Error(`${topic} answered ${response.status}`);
  return z.object({ state: z.unknown() }).parse(await response.json()).state;
}

async function command(type: string, data: Record<string, unknown>, role = 'it_support', node = 0) {
  const response = await fetch(`${url(node)}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.get(role)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  return { status: response.status, body: z.record(z.string(), z.unknown()).parse(await response.json()) };
}

const feeds = async () => feedsSchema.parse(await state('org/demo/feeds'));
const entryOf = async (controlId: string): Promise<Entry | undefined> =>
  Object.values((await feeds()).quarantine).find((entry) => entry.controlId === controlId);
const unitFeed = async (role: string) => unitFeedsSchema.parse(await state('unit/ds/feeds', role)).feeds.demo;
const codes = (room: string) => ({ pointOfCare: 'ZZ', room, bed: '1', facility: 'RGH' });
const bed = async (unit: string, id: string) =>
  unitBedsSchema.parse(await state(`unit/${unit}/beds`, 'nurse')).beds[id];

describe('what cannot be applied', () => {
  test('INV-8.2 is answered AE and kept with its reason; mapped and replayed, it is on the board and gone from the quarantine', async () => {
    const { text, controlId, visit } = admission('ZZ^901^1^RGH');
    expect(await send(text)).toBe(`MSA|AE|${controlId}|Unknown bed: PV1-3`);
    expect(await entryOf(controlId)).toMatchObject({
      feed: 'demo',
      trigger: 'A01',
      status: 'waiting',
      attempts: 1,
      fault: { code: '204', position: 'PV1-3', location: codes('901') },
    });
    // The same message again is the same entry.
    expect(await send(text)).toContain('AE');
    const kept = await entryOf(controlId);
    expect(kept).toMatchObject({ attempts: 2 });

    expect(
      await command('feed.map-location', {
        feed: 'demo',
        location: codes('901'),
        to: { kind: 'bed', bed: 'ds-02' },
      }),
    ).toMatchObject({ status: 200 });
    expect(
      await command('quarantine.replay', {
        which: { kind: 'location', feed: 'demo', location: codes('901') },
      }),
    ).toMatchObject({ status: 200, body: { result: { asked: 1, left: 0 } } });
    await until('it is applied', async () => (await entryOf(controlId)) === undefined);
    expect(await bed('ds', 'ds-02')).toMatchObject({
      operationalStatus: 'O',
      occupant: { visit, patient: { family } },
      source: { kind: 'feed', id: 'demo' },
    });
    // And from now on the codes are known.
    const next = admission('ZZ^901^1^RGH');
    expect(await send(next.text)).toBe(`MSA|AA|${next.controlId}`);
  });

  test('sent again after somebody has mended it, ends its entry without a replay', async () => {
    const { text, controlId } = admission('ZZ^902^1^RGH');
    expect(await send(text)).toContain('AE');
    await command('feed.map-location', {
      feed: 'demo',
      location: codes('902'),
      to: { kind: 'bed', bed: 'ds-03' },
    });
    await until('its sender gets it in', async () => (await send(text)).includes('AA'));
    await until('it leaves the quarantine', async () => (await entryOf(controlId)) === undefined);
  });

  test('INV-8.3 replayed by two nodes at once, is applied once', async () => {
    const messages = Array.from({ length: 12 }, (_, index) => admission(`ZZ^91${index % 4}^1^RGH`));
    for (const { text } of messages) expect(await send(text)).toContain('AE');
    for (let room = 0; room < 4; room += 1) {
      await command('feed.map-location', {
        feed: 'demo',
        location: codes(`91${room}`),
        to: { kind: 'bed', bed: `ds-1${room}` },
      });
    }
    const before = unitBedsSchema.parse(await state('unit/ds/beds', 'nurse')).beds;
    await Promise.all(
      [0, 1].map((node) =>
        command('quarantine.replay', { which: { kind: 'feed', feed: 'demo' } }, 'it_support', node),
      ),
    );
    await until('all are applied', async () =>
      (await Promise.all(messages.map(({ controlId }) => entryOf(controlId)))).every(
        (entry) => entry === undefined,
      ),
    );
    const after = unitBedsSchema.parse(await state('unit/ds/beds', 'nurse')).beds;
    for (let room = 0; room < 4; room += 1) {
      const id = `ds-1${room}`;
      // The last in the order of their coming lies there.
      const last = messages.filter((_, index) => index % 4 === room).at(-1);
      expect(after[id]?.occupant?.visit).toBe(last?.visit);
      expect(after[id]?.version).toBeGreaterThan(before[id]?.version ?? 0);
    }
    const rows = await tier.database.owner`
      select data #>> '{to,controlId}' as control, count(*)::int as n from carewall.events
      where type = 'quarantine.applied' group by 1 having count(*) > 1`;
    expect(rows).toHaveLength(0);
  });

  test('that names a place which is none of our beds, concerns no bed once somebody has said so', async () => {
    const { text, controlId } = admission('ZZ^940^1^RGH');
    expect(await send(text)).toContain('AE');
    await command('feed.map-location', { feed: 'demo', location: codes('940'), to: { kind: 'nowhere' } });
    await command('quarantine.replay', { which: { kind: 'feed', feed: 'demo' } });
    await until('it is applied', async () => (await entryOf(controlId)) === undefined);
    const status = text
      .replace('ADT^A01^ADT_A01', 'ADT^A20')
      .replace(/\|Q\d+\|/, '|Q-STATUS|')
      .split('\r')
      .slice(0, 2);
    const stated = [...status, 'NPU|ZZ^940^1^RGH|H', ''].join('\r');
    // The node that is spoken to may remember for a moment that the codes meant nothing.
    await until('it is taken', async () => (await send(stated)) === 'MSA|AA|Q-STATUS');
  });

  test('of no use is dismissed by an administrator alone', async () => {
    const { text, controlId } = admission('ZZ^920^1^RGH');
    await send(text);
    const entry = await entryOf(controlId);
    const data = { entry: entry?.id ?? '', reason: 'not-for-us' };
    expect(await command('quarantine.dismiss', data)).toMatchObject({ status: 403 });
    expect(await command('quarantine.dismiss', data, 'admin')).toMatchObject({ status: 200 });
    expect(await entryOf(controlId)).toBeUndefined();
    // What comes again is not lost for having been dismissed.
    await send(text);
    expect(await entryOf(controlId)).toMatchObject({ id: entry?.id, attempts: 2 });
  });
});

describe('who sees what', () => {
  test('INV-4.1 the content is sealed in every table', async () => {
    const { text } = admission('ZZ^930^1^RGH');
    await send(text);
    const needles = [family, Buffer.from(text).toString('base64').slice(80, 160)];
    const tables = z
      .array(z.object({ name: z.string() }))
      .parse(
        await tier.database
          .owner`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'carewall'`,
      );
    for (const { name } of tables) {
      for (const needle of needles) {
        const found = await tier.database.owner.unsafe(
          `select count(*)::int as n from ${name} t where strpos(t::text, $1) > 0`,
          [needle],
        );
        expect([name, found[0]?.n]).toEqual([name, 0]);
      }
    }
    for (const node of tier.nodes) expect(node.log()).not.toContain(family);
    expect(await (await fetch(`${url()}/metrics`)).text()).not.toContain(family);
    expect(JSON.stringify(await feeds())).not.toContain(family);
  });

  test('an administrator opens it, and that is written down; others do not', async () => {
    const { text, controlId } = admission('ZZ^931^1^RGH');
    await send(text);
    const entry = await entryOf(controlId);
    const path = `/quarantine/${entry?.id}/open`;
    expect((await get(path, 'nurse', 'POST')).status).toBe(404);
    expect((await get(path, 'it_support', 'POST')).status).toBe(403);
    expect((await fetch(`${url()}/api/v1${path}`, { method: 'POST' })).status).toBe(401);
    const opened = await get(path, 'admin', 'POST', 1);
    expect([opened.status, opened.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await opened.json()).toEqual({ segments: text.split('\r').filter((line) => line !== '') });
    expect((await entryOf(controlId))?.opened?.by).toMatchObject({ id: 'demo-admin' });
    const audit = await tier.database.owner`
      select principal ->> 'id' as who, outcome from carewall.audit where action = 'quarantine.open' order by id`;
    expect(audit.map(({ who, outcome }) => [who, outcome])).toEqual([
      ['demo-nurse', 'not_found'],
      ['demo-it-support', 'forbidden'],
      ['demo-admin', 'ok'],
    ]);
  });

  test('a nurse does not know that there is a quarantine', async () => {
    expect((await get(`/topics/${encodeURIComponent('org/demo/feeds')}`, 'nurse')).status).toBe(404);
    expect(
      await command('quarantine.replay', { which: { kind: 'feed', feed: 'demo' } }, 'nurse'),
    ).toMatchObject({ status: 404 });
  });
});

describe('contact', () => {
  test('is written down with the units a source spoke of, and shown to whoever scrapes', async () => {
    const contact = await until('it is written down', async () => (await feeds()).contacts.demo);
    expect(Date.now() - Date.parse(contact.at)).toBeLessThan(60_000);
    const unit = await until('the unit knows of it', async () => unitFeed('nurse'));
    expect(unit).toMatchObject({ limitMinutes: 60 });
    expect(unit.silentSince).toBeUndefined();
    const metrics = await (await fetch(`${url(1)}/metrics`)).text();
    expect(metrics).toMatch(/carewall_hl7_last_contact_seconds\{source="demo"\} \d{10}/);
    expect(metrics).toMatch(/carewall_hl7_quarantine_waiting\{source="demo"\} [1-9]/);
  });

  test('INV-7.4 lost for longer than the limit makes the source silent for each of its units, until it speaks', async () => {
    await tier.database.owner`
      update carewall.feed_contacts set falls_silent_at = clock_timestamp() - interval '1 second',
        entity = entity || '{"at": "2026-01-01T00:00:00.000Z"}'`;
    const silent = await until('it is silent', async () => (await feeds()).contacts.demo?.silentSince);
    expect(silent).toBe('2026-01-01T00:00:00.000Z');
    expect(await unitFeed('nurse')).toMatchObject({ silentSince: silent });
    // The other node has not heard it for long, so it says at once that it speaks.
    const other = await connectMllp({ host: '127.0.0.1', port: tier.nodes[1]?.mllpPort ?? 0 });
    await other.send(admission('ZZ^901^1^RGH').text);
    await other.close();
    await until('it is heard again', async () => (await unitFeed('nurse'))?.silentSince === undefined);
  });

  test('of a disabled source is refused, and nothing of it can be replayed', async () => {
    expect(await command('feed.configure', { feed: 'demo', disabled: true })).toMatchObject({ status: 403 });
    expect(await command('feed.configure', { feed: 'demo', disabled: true }, 'admin')).toMatchObject({
      status: 200,
    });
    const { text } = admission('ZZ^901^1^RGH');
    expect(await send(text)).toContain('|AR|');
    expect(await command('quarantine.replay', { which: { kind: 'feed', feed: 'demo' } })).toMatchObject({
      status: 409,
    });
    await command('feed.configure', { feed: 'demo', disabled: false }, 'admin');
    expect(await send(text)).toContain('|AA|');
  });
});

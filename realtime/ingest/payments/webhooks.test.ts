import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { paymentsSchema } from '#domain/payments/schema.ts';
import { connectSocket, createFollower, type Follower, signIn } from '../../testing/contract-client.ts';
import { startTestTier, type TestTier } from '../../testing/test-tier.ts';
import { until } from '../../testing/until.ts';
import { sign } from './signature.ts';

/*
 * The webhook door of two real nodes, from the bytes of a gateway to the screen of whoever looks.
 */

const secret = 'a secret that this test knows';
let tier: TestTier;
let tokens: { admin: string; accountant: string };
let list: Follower;
let socket: { disconnect(): unknown };
let count = 0;

const urlOf = (node: number): string => tier.nodes[node]?.url ?? '';

beforeAll(async () => {
  tier = await startTestTier('uws', 2);
  tokens = {
    admin: await signIn(urlOf(0), 'admin'),
    accountant: await signIn(urlOf(0), 'accountant'),
  };
  // Before “simulated” in the order of names, so that payments go through it.
  await command(tokens.admin, 'payment.configure-gateway', { gateway: 'known', name: 'Known Pay', secret });
  list = createFollower('org/demo/payments');
  const connected = await connectSocket(urlOf(1), tokens.accountant);
  socket = connected;
  await list.attach(connected);
}, 90_000);
afterAll(async () => {
  socket.disconnect();
  await tier.close();
});

async function command(token: string, type: string, data: object): Promise<void> {
  const response = await fetch(`${urlOf(0)}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status, await response.text()).toBe(200);
}

async function begin(): Promise<string> {
  count += 1;
  const payment = `test-${count}`;
  await command(tokens.accountant, 'payment.initiate', {
    payment,
    amount: 1000,
    currency: 'USD',
    description: 'SECRETSERVICE',
    payer: 'demo-patient',
  });
  return payment;
}

const paymentOf = (id: string) => paymentsSchema.parse(list.state()).payments[id];
const bodyOf = (payment: string, event: object): string => JSON.stringify({ payment, event });
const captured = (id: string) => ({
  id,
  kind: 'captured',
  at: '2026-03-01T08:00:00.000Z',
  amount: 1000,
  currency: 'USD',
});
const head = (id: string, kind: string) => ({ ...captured(id), kind });

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  options: { node?: number; signature?: string; source?: string; by?: string; atMs?: number } = {},
): Promise<{ status: number; body: unknown }> {
  const { node = 0, source = 'demo.known', by = secret, atMs = Date.now() } = options;
  const signature = options.signature ?? sign(by, Buffer.from(body), atMs);
  const response = await fetch(`${urlOf(node)}/api/v1/webhooks/payments/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'Carewall-Signature': signature },
    body,
  });
  return { status: response.status, body: await response.json() };
}

const rowsSchema = z.array(
  z.object({ event_id: z.string(), status: z.string(), reason: z.string().nullable() }),
);
const deliveries = async () =>
  rowsSchema.parse(
    await tier.database
      .owner`select event_id, status, reason from carewall.payment_deliveries order by event_id`,
  );
const ended = (id: string) =>
  until(`${id} is dealt with`, async () =>
    (await deliveries()).find((row) => row.event_id === id && row.status !== 'stored'),
  );

test('INV-12.4 a webhook is answered after it is stored, and moves the payment on every open screen', async () => {
  const payment = await begin();
  await until('it is on the list', () => paymentOf(payment)?.status === 'initiated');
  expect(await post(bodyOf(payment, captured('ev-1')))).toEqual({
    status: 200,
    body: { received: true, again: false },
  });
  await until('it is captured', () => paymentOf(payment)?.status === 'captured');
  expect(paymentOf(payment)).toMatchObject({
    source: { kind: 'feed', name: 'Known Pay' },
    told: [{ id: 'ev-1' }],
  });
  const own = await fetch(`${urlOf(1)}/api/v1/topics/${encodeURIComponent('user/demo-patient')}`, {
    headers: { authorization: `Bearer ${await signIn(urlOf(1), 'patient')}` },
  });
  expect(await own.json()).toMatchObject({
    state: { payment: { [payment]: { status: 'captured', description: 'SECRETSERVICE', amount: 1000 } } },
  });
});

test('INV-12.4 the same one many times, at once and on two nodes, is applied once', async () => {
  const payment = await begin();
  const body = bodyOf(payment, captured('ev-many'));
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => post(body, { node: n % 2 })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(
    answers.filter((answer) => z.object({ again: z.literal(false) }).safeParse(answer.body).success),
  ).toHaveLength(1);
  await until('it is captured', () => paymentOf(payment)?.status === 'captured');
  await ended('ev-many');
  expect((await post(body)).body).toEqual({ received: true, again: true });
  const [entries] = await tier.database.owner`
    select count(*)::int as n, sum(amount)::int as sum from carewall.payment_entries where payment = ${payment}`;
  expect(entries).toEqual({ n: 3, sum: 0 });
  const [events] = await tier.database.owner`
    select count(*)::int as n from carewall.events where type = 'payment.captured' and data ->> 'payment' = ${payment}`;
  expect(events).toEqual({ n: 1 });
});

test('INV-12.1 what comes out of order is kept, and moves nothing back', async () => {
  const payment = await begin();
  const order = [
    { ...head('ev-r', 'refunded'), refund: 'r1', amount: 400, at: '2026-03-01T08:03:00.000Z' },
    { ...head('ev-s', 'settled'), fee: 20, at: '2026-03-01T08:02:00.000Z' },
    captured('ev-c'),
    { ...head('ev-a', 'authorized'), at: '2026-03-01T07:59:00.000Z' },
  ];
  for (const event of order) {
    expect((await post(bodyOf(payment, event))).status).toBe(200);
    await ended(event.id);
  }
  await until('all of it is there', () => paymentOf(payment)?.told.length === 4);
  expect(paymentOf(payment)).toMatchObject({ status: 'partially_refunded', refunded: 400 });
  expect(paymentOf(payment)?.told.map(({ kind }) => kind)).toEqual([
    'authorized',
    'captured',
    'settled',
    'refunded',
  ]);
  expect(paymentOf(payment)?.movements.map(({ id }) => id)).toEqual(['capture', 'settlement', 'refund.r1']);
});

test('INV-12.4 what cannot be is put aside with its reason, and moves nothing', async () => {
  const payment = await begin();
  await post(
    bodyOf(payment, { id: 'ev-q', kind: 'failed', at: '2026-03-01T08:00:00.000Z', reason: 'declined' }),
  );
  await ended('ev-q');
  await post(bodyOf(payment, captured('ev-q2')));
  expect(await ended('ev-q2')).toMatchObject({
    status: 'quarantined',
    reason: expect.stringContaining('conflict'),
  });
  await post(bodyOf('no-such-payment', captured('ev-q3')));
  expect(await ended('ev-q3')).toMatchObject({
    status: 'quarantined',
    reason: expect.stringContaining('not_found'),
  });
  expect(paymentOf(payment)?.status).toBe('failed');
});

describe('INV-12.3 refuses, with a code and a path, and stores nothing', () => {
  const good = () => bodyOf('test-1', captured('ev-never'));
  test.each([
    ['one that is not signed', () => post(good(), { signature: '' }), 400, 'invalid', 'Carewall-Signature'],
    [
      'one of another secret',
      () => post(good(), { by: 'not the secret' }),
      401,
      'unauthenticated',
      undefined,
    ],
    [
      'one whose body was changed',
      () =>
        post(good().replace('1000', '9000'), { signature: sign(secret, Buffer.from(good()), Date.now()) }),
      401,
      'unauthenticated',
      undefined,
    ],
    [
      'one of an unknown source',
      () => post(good(), { source: 'demo.nobody' }),
      401,
      'unauthenticated',
      undefined,
    ],
    [
      'one of a source that is no gateway',
      () => post(good(), { source: 'demo' }),
      401,
      'unauthenticated',
      undefined,
    ],
    [
      'a stale one',
      () => post(good(), { atMs: Date.now() - 360_000 }),
      400,
      'invalid',
      'Carewall-Signature.t',
    ],
    [
      'one from the future',
      () => post(good(), { atMs: Date.now() + 360_000 }),
      400,
      'invalid',
      'Carewall-Signature.t',
    ],
    ['no JSON', () => post('{"payment"'), 400, 'invalid', 'body'],
    ['broken text', () => post(Uint8Array.from([0xff, 0xfe, 0x7b])), 400, 'invalid', 'body'],
    [
      'a kind that is none',
      () => post(bodyOf('test-1', { ...captured('ev-never'), kind: 'paid' })),
      400,
      'invalid',
      'event.kind',
    ],
    [
      'an amount of nothing',
      () => post(bodyOf('test-1', { ...captured('ev-never'), amount: 0 })),
      400,
      'invalid',
      'event.amount',
    ],
    [
      'a field of a card',
      () => post(bodyOf('test-1', { ...captured('ev-never'), card: '4111111111111111' })),
      400,
      'invalid',
      'event',
    ],
    [
      'an amount that is half',
      () => post(bodyOf('test-1', { ...captured('ev-never'), amount: 1.5 })),
      400,
      'invalid',
      'event.amount',
    ],
    ['more than 64 KiB', () => post(`${good()}${' '.repeat(65 * 1024)}`), 413, 'too_large', undefined],
  ] as const)('%s', async (_what, send, status, code, path) => {
    const before = await deliveries();
    const answer = await send();
    expect(answer).toMatchObject({ status, body: { code } });
    if (path !== undefined) expect(answer.body).toMatchObject({ issues: [{ path }] });
    expect(JSON.stringify(answer.body)).not.toContain('4111');
    expect(await deliveries()).toEqual(before);
  });

  test('something else under a used id', async () => {
    const payment = await begin();
    expect((await post(bodyOf(payment, captured('ev-used')))).status).toBe(200);
    const other = await post(bodyOf(payment, { ...captured('ev-used'), at: '2026-03-01T08:00:01.000Z' }));
    expect(other).toMatchObject({ status: 409, body: { code: 'conflict', issues: [{ path: 'event.id' }] } });
  });
});

test('INV-4.1 neither the secret nor what was delivered nor what was paid for stands open in the database or a log', async () => {
  const dumped: string[] = tier.nodes.map(({ log }) => log());
  for (const table of [
    'payments',
    'payment_gateways',
    'payment_deliveries',
    'payment_outbox',
    'events',
    'commands',
    'audit',
    'person_items',
  ]) {
    const rows = await tier.database.owner.unsafe(`select to_jsonb(t)::text as row from carewall.${table} t`);
    dumped.push(...rows.map(({ row }) => String(row)));
  }
  const all = dumped.join('\n');
  expect(all.length).toBeGreaterThan(1000);
  expect(all).not.toContain(secret);
  expect(all).not.toContain('SECRETSERVICE');
});

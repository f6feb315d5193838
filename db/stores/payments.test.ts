import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicDefinition } from '#domain/modules.ts';
import { openEvents, readEvents } from '../event-log.ts';
import { createOrganisation } from '../network.ts';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';
import { readTopic } from '../topics.ts';
import { inOrganisation } from '../transaction.ts';
import { paymentsStore } from './payments.ts';
import { stores } from './stores.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

const begin = (payment: string, data: object = {}) =>
  hospital.as('accountant', 'payment.initiate', {
    payment,
    amount: 1000,
    currency: 'USD',
    description: 'Follow-up',
    ...data,
  });
const tell = (payment: string, id: string, event: object) =>
  hospital.as('system', 'payment.record-gateway-event', {
    payment,
    event: { id, at: '2026-03-01T08:00:00.000Z', ...event },
  });
const captured = { kind: 'captured', amount: 1000, currency: 'USD' };

test('INV-12.2 the database itself takes no movement that does not balance', async () => {
  await begin('ledger');
  const insert = (entries: [string, number][]) =>
    hospital.database.owner.begin(async (transaction) => {
      for (const [account, amount] of entries) {
        await transaction`
          insert into carewall.payment_entries (org_id, payment, movement, account, currency, amount, at)
          values ('demo', 'ledger', 'capture', ${account}, 'USD', ${amount}, clock_timestamp())`;
      }
    });
  await expect(
    insert([
      ['buyer', -100],
      ['provider', 99],
    ]),
  ).rejects.toMatchObject({ code: '23514' });
  await expect(insert([['buyer', -100]])).rejects.toMatchObject({ code: '23514' });
  await insert([
    ['buyer', -100],
    ['provider', 98],
    ['platform', 2],
  ]);
  await expect(insert([['gateway', 1]])).rejects.toMatchObject({ code: '23514' });
});

test('of two payments of one id that begin at once, one is refused', async () => {
  const outcomes = await Promise.all([begin('twin'), begin('twin', { amount: 2000 })]);
  expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code)).sort()).toEqual([
    'conflict',
    'ok',
  ]);
});

test('INV-12.2 of many refunds asked for at once, one is taken; more than was paid never goes back', async () => {
  await begin('many');
  await tell('many', 'ev-c', captured);
  const asked = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      hospital.as('accountant', 'payment.refund', { payment: 'many', refund: `many-${n}`, amount: 600 }),
    ),
  );
  expect(asked.filter(({ ok }) => ok)).toHaveLength(1);
  const told = await Promise.all(
    Array.from({ length: 4 }, (_, n) =>
      tell('many', `ev-r${n}`, { kind: 'refunded', refund: `r${n}`, amount: 400, currency: 'USD' }),
    ),
  );
  expect(told.filter(({ ok }) => ok)).toHaveLength(2);
  const [row] = await hospital.database.owner`
    select entity ->> 'refunded' as refunded, status from carewall.payments where id = 'many'`;
  expect(row).toEqual({ refunded: '800', status: 'partially_refunded' });
});

test.each([
  ['no account', { payer: 'nobody' }, 'data.payer'],
  ['no currency', { currency: 'XYZ' }, 'data.currency'],
  ['too much', { amount: 10_000_000_001 }, 'data.amount'],
  ['half a cent', { amount: 0.5 }, 'data.amount'],
  ['nothing', { amount: 0 }, 'data.amount'],
  ['no words', { description: '  ' }, 'data.description'],
])('a payment of %s is invalid, by its path', async (_what, data, path) => {
  expect(await begin('never', data)).toMatchObject({
    ok: false,
    error: { code: 'invalid', issues: [{ path }] },
  });
});

test('INV-1.4 a week after its end a payment leaves the list, and comes back when something becomes of it', async () => {
  await begin('old', { payer: 'demo-patient' });
  await tell('old', 'ev-x', { kind: 'failed', reason: 'card_declined' });
  const due = () => paymentsStore.due?.(hospital.databases.relay);
  const dueOld = async () => (await due())?.filter(({ data }) => data.payment === 'old');
  expect(await dueOld()).toEqual([]);
  await hospital.database
    .owner`update carewall.payments set leaves_at = leaves_at - interval '7 days 1 second' where id = 'old'`;
  expect(await dueOld()).toEqual([
    { org: 'demo', type: 'payment.archive', data: { payment: 'old' }, expect: 2 },
  ]);
  expect(await hospital.as('system', 'payment.archive', { payment: 'old' }, { expect: 2 })).toMatchObject({
    ok: true,
  });
  expect(await dueOld()).toEqual([]);
  expect(await tell('old', 'ev-late', { kind: 'authorized', amount: 1000, currency: 'USD' })).toMatchObject({
    ok: true,
  });
  const [row] = await hospital.database.owner`select listed, version from carewall.payments where id = 'old'`;
  expect(row).toEqual({ listed: true, version: 5 });

  await begin('asked');
  await tell('asked', 'ev-asked', captured);
  expect(await hospital.as('system', 'payment.archive', { payment: 'asked' })).toMatchObject({ ok: true });
  const refund = { payment: 'asked', refund: 'asked-1', amount: 10 };
  expect(await hospital.as('accountant', 'payment.refund', refund)).toMatchObject({ ok: true });
  const key = { org: 'demo', topic: 'org/demo/payments' };
  const { databases, vault } = hospital;
  const moment = await readTopic({ sql: databases.app, vault, stores }, key);
  const definition = topicDefinition(key.topic)?.definition;
  const events = await openEvents(vault, 'demo', await readEvents(databases.relay, key, 0, 10_000));
  const folded = events.reduce(
    (state, event) => definition?.evolve(state, event),
    definition?.beginning(moment.found?.state),
  );
  expect(folded).toEqual(moment.found?.state);
});

test('INV-6.1 another organisation has none of it', async () => {
  await begin('mine');
  await createOrganisation(hospital.databases.identity, { id: 'other', name: 'Other' });
  for (const table of [
    'payments',
    'payment_gateways',
    'payment_entries',
    'payment_outbox',
    'payment_deliveries',
  ]) {
    const rows = await inOrganisation(
      hospital.databases.app,
      'other',
      async (connection) => connection.unsafe(`select * from carewall.${table}`),
      async (found) => ({ abandon: found }),
    );
    expect(rows, table).toHaveLength(0);
  }
});

test('the application makes feeds of gateways in the organisation it works in, and in no other', async () => {
  const insert = (org: string) =>
    inOrganisation(
      hospital.databases.app,
      'demo',
      async (connection) =>
        connection`
          insert into carewall.feeds (id, org_id, name, application, facility, place)
          values (${`f-${org}`}, ${org}, 'F', 'webhook:x', ${org}, 'demo')`.execute(),
      async () => ({ abandon: undefined }),
    );
  await expect(insert('another')).rejects.toMatchObject({ code: '42501' });
  await insert('demo');
});

test('with its gateway disabled nothing is begun', async () => {
  await hospital.database
    .owner`update carewall.feeds set disabled_at = clock_timestamp() where id like 'demo.%'`;
  expect(await begin('nowhere')).toMatchObject({ ok: false, error: { code: 'conflict' } });
  await hospital.database.owner`update carewall.feeds set disabled_at = null where id like 'demo.%'`;
});

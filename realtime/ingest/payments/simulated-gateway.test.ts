import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { storeDelivery } from '#db/payments/deliveries.ts';
import { findGateway } from '#db/payments/gateways.ts';
import { createTestHospital, type TestHospital } from '#db/testing/test-hospital.ts';
import { until } from '../../testing/until.ts';
import { startDeliveryWorker } from './delivery-worker.ts';
import { feeOf, planOf } from './gateway-plan.ts';
import { startSimulatedGateway } from './simulated-gateway.ts';
import { createWebhookDoor } from './webhook-door.ts';

let hospital: TestHospital;
const stops: (() => Promise<void>)[] = [];
const quarantined: string[] = [];
beforeAll(async () => {
  hospital = await createTestHospital();
  const { databases, vault, commands } = hospital;
  const { app, relay } = databases;
  const find = (source: string) => findGateway({ relay, app, vault }, source);
  const worker = startDeliveryWorker({
    databases,
    vault,
    commands,
    everyMs: 50,
    onApplied: () => undefined,
    onQuarantined: ({ reason }) => quarantined.push(reason),
    onFault: (error) => hospital.faults.push(error),
  });
  const door = createWebhookDoor({
    findSource: find,
    store: ({ org, id }, { event }, body) =>
      storeDelivery({ app, vault }, { org, gateway: id, eventId: event.id }, body),
    onStored: worker.wake,
    now: Date.now,
  });
  const gateway = await find('demo.simulated');
  if (gateway === undefined) throw new Error('the demo has no gateway');
  // Two of them, as on two nodes.
  for (let n = 0; n < 2; n += 1) {
    const simulated = startSimulatedGateway({
      app,
      org: 'demo',
      gateway: gateway.id,
      secret: gateway.secret,
      deliver: async (path, body, headers) =>
        (await door.request(path, { method: 'POST', body, headers })).status,
      longestMs: 200,
      everyMs: 50,
      onFault: (error) => hospital.faults.push(error),
    });
    stops.push(simulated.stop);
  }
  stops.push(worker.stop);
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await hospital.close();
});

const outbox = async () =>
  z
    .object({ n: z.int() })
    .parse((await hospital.database.owner`select count(*)::int as n from carewall.payment_outbox`)[0]).n;
const statuses = async (): Promise<Record<string, string>> => {
  const rows = await hospital.database.owner`select id, status from carewall.payments`;
  return Object.fromEntries(
    z
      .array(z.object({ id: z.string(), status: z.string() }))
      .parse(rows)
      .map(({ id, status }) => [id, status]),
  );
};

/** What a gateway will have made of a payment when it has told everything, by the last of it. */
function endOf(payment: string): string {
  const plan = planOf({
    payment,
    request: 'initiate',
    what: 'initiate',
    amount: 1000,
    currency: 'USD',
    at: '2026-03-01T08:00:00.000Z',
  });
  return plan.at(-1)?.notice.event.kind ?? '';
}

test('INV-12.1 payments end as the gateway would have them, though it tells late, twice and out of order', {
  timeout: 60_000,
}, async () => {
  const payments = Array.from({ length: 40 }, (_, n) => `sim-${n}`);
  for (const payment of payments) {
    const data = { payment, amount: 1000, currency: 'USD', description: 'Follow-up' };
    expect(await hospital.as('accountant', 'payment.initiate', data)).toMatchObject({ ok: true });
  }
  const expected = Object.fromEntries(payments.map((payment) => [payment, endOf(payment)]));
  expect(new Set(Object.values(expected)).size).toBeGreaterThan(2);
  await until(
    'every payment has come to its end',
    async () => {
      const now = await statuses();
      return payments.every((payment) => now[payment] === expected[payment]);
    },
    30_000,
  );
  await until('nothing is left to ask', async () => (await outbox()) === 0);
  expect(quarantined).toEqual([]);

  const settled = payments.filter((payment) => expected[payment] === 'settled').slice(0, 5);
  for (const payment of settled) {
    const data = { payment, refund: `${payment}-back`, amount: 1000 };
    expect(await hospital.as('accountant', 'payment.refund', data)).toMatchObject({ ok: true });
  }
  await until('they are given back', async () => {
    const now = await statuses();
    return settled.every((payment) => now[payment] === 'refunded');
  });
  const rows = await hospital.database.owner`
    select account, sum(amount)::int as sum from carewall.payment_entries where payment = ${settled[0] ?? ''} group by account`;
  expect(Object.fromEntries(rows.map(({ account, sum }) => [account, sum]))).toEqual({
    buyer: 0,
    provider: -15 - feeOf(1000),
    platform: 15,
    gateway: feeOf(1000),
  });
  expect(hospital.faults).toEqual([]);
});

test('asked the same again it tells the same, to the letter', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      fc.constantFrom('initiate', 'capture', 'cancel', 'refund'),
      fc.integer({ min: 1, max: 1_000_000 }),
      (payment, what, amount) => {
        const asked = {
          payment,
          request: what,
          what,
          amount,
          currency: 'VND',
          at: '2026-03-01T08:00:00.000Z',
        } as const;
        expect(JSON.stringify(planOf({ ...asked }))).toBe(JSON.stringify(planOf(asked)));
        for (const { sentAt } of planOf(asked)) {
          for (const share of sentAt) expect(share >= 66 && share <= 1000).toBe(true);
        }
      },
    ),
  );
});

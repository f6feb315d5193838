import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { CommandRunner } from '#db/command-runner.ts';
import { storeDelivery, takeDeliveries } from '#db/payments/deliveries.ts';
import { createTestHospital, type TestHospital } from '#db/testing/test-hospital.ts';
import { refuse } from '#domain/errors.ts';
import { signIn } from '../../testing/contract-client.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import { commandIdOf } from '../hl7/command-id.ts';
import { startDeliveryWorker } from './delivery-worker.ts';
import { sign } from './signature.ts';

let hospital: TestHospital;
let count = 0;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

const gateway = 'simulated';
const feed = `demo.${gateway}`;
const noticeOf = (payment: string) => ({
  payment,
  event: {
    id: `ev-${payment}`,
    kind: 'captured',
    at: '2026-03-01T08:00:00.000Z',
    amount: 1000,
    currency: 'USD',
  },
});

async function stored(): Promise<string> {
  count += 1;
  const payment = `worker-${count}`;
  const begun = await hospital.as('accountant', 'payment.initiate', {
    payment,
    amount: 1000,
    currency: 'USD',
    description: 'Follow-up',
  });
  expect(begun).toMatchObject({ ok: true });
  const key = { org: 'demo', gateway, eventId: `ev-${payment}` };
  expect(await storeDelivery(pools(), key, JSON.stringify(noticeOf(payment)))).toBe('stored');
  return payment;
}
const pools = () => ({ app: hospital.databases.app, vault: hospital.vault });
const workerOf = (commands: CommandRunner, quarantined: string[] = []) =>
  startDeliveryWorker({
    databases: hospital.databases,
    vault: hospital.vault,
    commands,
    everyMs: 50,
    onApplied: () => undefined,
    onQuarantined: ({ reason }) => quarantined.push(reason),
    onFault: (error) => hospital.faults.push(error),
  });

async function statusOf(payment: string): Promise<string> {
  const rows = await hospital.database.owner`
    select status from carewall.payment_deliveries where event_id = ${`ev-${payment}`}`;
  return z.object({ status: z.string() }).parse(rows[0]).status;
}
async function timesCaptured(payment: string): Promise<number> {
  const rows = await hospital.database.owner`
    select count(*)::int as n from carewall.events where type = 'payment.captured' and data ->> 'payment' = ${payment}`;
  return z.object({ n: z.int() }).parse(rows[0]).n;
}
async function appliedOnce(payment: string): Promise<void> {
  await until('it is applied', async () => (await statusOf(payment)) === 'applied');
  expect(await timesCaptured(payment)).toBe(1);
}

test('INV-12.4 what was stored before anybody looked is applied', async () => {
  const payment = await stored();
  const worker = workerOf(hospital.commands);
  await appliedOnce(payment);
  await worker.stop();
});

test('INV-12.4 what a node died with is taken by another when its time is over', async () => {
  const payment = await stored();
  const taken = await takeDeliveries(pools(), 'demo', { leaseMs: 400, limit: 20 });
  expect(taken.map(({ eventId }) => eventId)).toEqual([`ev-${payment}`]);
  expect(await takeDeliveries(pools(), 'demo', { leaseMs: 400, limit: 20 })).toEqual([]);
  const worker = workerOf(hospital.commands);
  await appliedOnce(payment);
  await worker.stop();
});

test('INV-12.4 what was carried out but not marked is not carried out again', async () => {
  const payment = await stored();
  const outcome = await hospital.commands.run(
    { principal: { kind: 'feed', id: feed, org: 'demo', name: 'Simulated gateway' }, session: undefined },
    {
      id: commandIdOf(feed, `ev-${payment}`),
      type: 'payment.record-gateway-event',
      data: noticeOf(payment),
    },
  );
  expect(outcome).toMatchObject({ ok: true });
  const worker = workerOf(hospital.commands);
  await appliedOnce(payment);
  await worker.stop();
});

test('INV-12.4 what cannot be carried out now is tried again', async () => {
  const payment = await stored();
  let failures = 2;
  const flaky: CommandRunner = {
    async run(actor, command) {
      failures -= 1;
      if (failures >= 0) return { ok: false, error: refuse('unavailable', 'not now'), replayed: false };
      return hospital.commands.run(actor, command);
    },
  };
  const quarantined: string[] = [];
  const worker = workerOf(flaky, quarantined);
  await appliedOnce(payment);
  expect(quarantined).toEqual([]);
  await worker.stop();
});

test('INV-12.4 several workers pass each other’s deliveries by', async () => {
  const payments = await Promise.all(Array.from({ length: 30 }, stored));
  let carriedOut = 0;
  const counting: CommandRunner = {
    run(actor, command) {
      carriedOut += 1;
      return hospital.commands.run(actor, command);
    },
  };
  const workers = [workerOf(counting), workerOf(counting), workerOf(counting)];
  for (const payment of payments) await appliedOnce(payment);
  expect(carriedOut).toBe(payments.length);
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(hospital.faults).toEqual([]);
});

test('INV-12.4 the server is killed as soon as it has answered: the payment moves all the same', {
  timeout: 60_000,
}, async () => {
  const server = await startTestServer('node');
  try {
    const post = async (path: string, token: string, body: object) => {
      const response = await fetch(`${server.url()}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
    };
    const token = await signIn(server.url(), 'admin');
    const secret = 'a secret that this test knows';
    await post('/api/v1/commands', token, {
      id: uuidv7(),
      type: 'payment.configure-gateway',
      data: { gateway: 'known', name: 'Known', secret },
    });
    const payments = Array.from({ length: 10 }, (_, n) => `crash-${n}`);
    for (const payment of payments) {
      await post('/api/v1/commands', token, {
        id: uuidv7(),
        type: 'payment.initiate',
        data: { payment, amount: 1000, currency: 'USD', description: 'Follow-up' },
      });
    }
    const answers = await Promise.all(
      payments
        .map(async (payment) => {
          const body = JSON.stringify(noticeOf(payment));
          const response = await fetch(`${server.url()}/api/v1/webhooks/payments/demo.known`, {
            method: 'POST',
            headers: { 'Carewall-Signature': sign(secret, Buffer.from(body), Date.now()) },
            body,
          });
          // The first answer is the last thing it does.
          server.process().kill('SIGKILL');
          return { payment, status: response.status };
        })
        .map((answer) => answer.catch(() => undefined)),
    );
    const answered = answers.flatMap((answer) => (answer?.status === 200 ? [answer.payment] : []));
    expect(answered.length).toBeGreaterThan(0);
    await server.restart();
    await until(
      'all that was answered is captured',
      async () => {
        const rows = await server.database.owner`
        select id from carewall.payments where id = any(${answered}) and status = 'captured'`;
        return rows.length === answered.length;
      },
      30_000,
    );
  } finally {
    await server.close();
  }
});

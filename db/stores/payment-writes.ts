import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { instantOf, millis } from '#domain/instant.ts';
import type { NewEvent } from '#domain/module.ts';
import {
  gatewayConfiguredSchema,
  isTold,
  paymentArchivedSchema,
  paymentListedSchema,
  paymentRequestedSchema,
  paymentToldSchema,
} from '#domain/payments/events.ts';
import { requestPayment, tellPayment } from '#domain/payments/evolve.ts';
import type { Movement } from '#domain/payments/ledger.ts';
import { gatewayFeed } from '#domain/payments/record.ts';
import { type Payment, type PaymentRequest, paymentSchema } from '#domain/payments/schema.ts';
import { daysOnList } from '#domain/payments/transitions.ts';
import { phi, subject } from '#domain/phi.ts';
import type { Write } from '../store.ts';

/** A gateway's secret as it is sealed: under a data key of the gateway's own. */
export const gatewaySecretSchema = z.object({ subject: subject(), secret: phi(z.string()) });

/** The subject under whose key a gateway's secret, and what it delivers, are sealed. */
export function gatewaySubject(gateway: string): string {
  return `gw-${gateway}`.slice(0, 64);
}

const dayMs = 86_400_000;

/** The rows to write after events about one payment, which was `before`. */
export function paymentWrites(events: readonly NewEvent[], before: Payment | undefined): Write[] {
  let payment = before;
  let listed = true;
  const writes: Write[] = [];
  for (const { type, data } of events) {
    if (type === 'payment.initiated' || type === 'payment.restored') {
      payment = paymentListedSchema.parse(data).payment;
      if (type === 'payment.initiated') writes.push(...askWrites(payment, payment.requested));
    }
    if (payment === undefined) continue;
    if (type === 'payment.requested') {
      payment = requestPayment(payment, paymentRequestedSchema.parse(data));
      writes.push(...askWrites(payment, payment.requested));
    } else if (type === 'payment.archived') {
      const { version, asOf, source } = paymentArchivedSchema.parse(data);
      payment = { ...payment, version, asOf, source };
      listed = false;
    } else if (isTold(type)) {
      const told = paymentToldSchema.parse(data);
      payment = tellPayment(payment, told);
      if (told.movement !== undefined) writes.push(entryWrite(payment, told.movement));
    }
  }
  // First the payment itself: the others refer to it.
  return payment === undefined ? [] : [paymentWrite(payment, listed), ...writes];
}

function paymentWrite(payment: Payment, listed: boolean): Write {
  const leaves = instantOf(millis(payment.asOf) + daysOnList[payment.status] * dayMs);
  return {
    schema: paymentSchema,
    value: payment,
    // A new one is never written over another of its id: of two that begin at once, the second is decided again.
    save: async ({ org, connection }, sealed) =>
      payment.version === 1
        ? connection`
            insert into carewall.payments (org_id, id, gateway, payer, status, listed, leaves_at, version, entity)
            values (${org}, ${payment.id}, ${payment.gateway}, ${payment.payer ?? null}, ${payment.status}, ${listed},
              ${leaves}, ${payment.version}, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.payments
            set status = ${payment.status}, listed = ${listed}, leaves_at = ${leaves}, version = ${payment.version},
              entity = ${connection.json(sealed)}
            where org_id = ${org} and id = ${payment.id}`.execute(),
  };
}

function entryWrite(payment: Payment, movement: Movement): Write {
  const { id, at, entries } = movement;
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }) =>
      connection`
        insert into carewall.payment_entries (org_id, payment, movement, account, currency, amount, at)
        select ${org}, ${payment.id}, ${id}, e.account, ${payment.currency}, e.amount, ${at}
        from unnest(${entries.map(({ account }) => account)}::text[], ${entries.map(({ amount }) => amount)}::bigint[])
          as e(account, amount)`.execute(),
  };
}

function askWrites({ id, gateway, amount, currency }: Payment, request: PaymentRequest | undefined): Write[] {
  if (request === undefined) return [];
  return [
    {
      schema: z.unknown(),
      value: null,
      save: async ({ org, connection }) =>
        connection`
          insert into carewall.payment_outbox (org_id, gateway, payment, request, what, amount, currency, at)
          values (${org}, ${gateway}, ${id}, ${request.id}, ${request.what}, ${request.amount ?? amount}, ${currency},
            ${request.at})
          on conflict (org_id, payment, request) do nothing`.execute(),
    },
  ];
}

/** The rows of a gateway that was named: itself, its secret, and the feed it speaks as. */
export function gatewayWrites(events: readonly NewEvent[], secret: string): Write[] {
  return events.flatMap(({ data }) => {
    const { gateway } = gatewayConfiguredSchema.parse(data);
    return [
      {
        schema: gatewaySecretSchema,
        value: { subject: gatewaySubject(gateway.id), secret },
        save: async ({ org, connection }, sealed) =>
          gateway.version === 1
            ? connection`
                insert into carewall.payment_gateways (org_id, id, version, entity, secret)
                values (${org}, ${gateway.id}, ${gateway.version}, ${connection.json(gateway)}, ${connection.json(sealed)})`.execute()
            : connection`
                update carewall.payment_gateways
                set version = ${gateway.version}, entity = ${connection.json(gateway)}, secret = ${connection.json(sealed)}
                where org_id = ${org} and id = ${gateway.id}`.execute(),
      },
      {
        schema: z.unknown(),
        value: null,
        save: async ({ org, connection }) =>
          // No message of another protocol can name itself after what nobody knows.
          connection`
            insert into carewall.feeds (id, org_id, name, application, facility, place)
            values (${gatewayFeed(org, gateway.id)}, ${org}, ${gateway.name}, ${`webhook:${randomUUID()}`}, ${gateway.id}, ${org})
            on conflict (id) do update set name = excluded.name`.execute(),
      },
    ];
  });
}

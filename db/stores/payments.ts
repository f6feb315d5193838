import { z } from 'zod';
import type { DecisionContext } from '#domain/module.ts';
import {
  type PaymentCommand,
  type PaymentCommandOf,
  parsePaymentCommand,
} from '#domain/payments/commands.ts';
import {
  decideArchive,
  decideAsk,
  decideConfigure,
  decideInitiate,
  type PaymentPlace,
} from '#domain/payments/decide.ts';
import { paymentsModule } from '#domain/payments/module.ts';
import { decideRecord } from '#domain/payments/record.ts';
import { gatewaySchema, paymentSchema, paymentsSchema } from '#domain/payments/schema.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext, type StoreKeys } from '../store.ts';
import { gatewayWrites, paymentWrites } from './payment-writes.ts';

const topicKind = 'org/*/payments';

/** Payments, one row each, and what stands beside them: ledger, outbox, gateways. */
export const paymentsStore: ContextStore = {
  module: paymentsModule,
  prepare: (command, keys) =>
    parseOr(parsePaymentCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context moves a payment, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  async snapshot({ org, connection }, _kind, id) {
    const [organisations, gateways, payments] = await Promise.all([
      connection`select id, name from carewall.organisations where id = ${org} and id = ${id ?? ''}`.execute(),
      connection`select entity from carewall.payment_gateways where org_id = ${org} order by id`.execute(),
      connection`select entity from carewall.payments where org_id = ${org} and listed order by id`.execute(),
    ]);
    const [organisation] = z.array(z.object({ id: z.string(), name: z.string() })).parse(organisations);
    if (organisation === undefined) return undefined;
    const value = { organisation, gateways: byId(gateways), payments: byId(payments) };
    return { schema: paymentsSchema, value };
  },
  async due(relay) {
    const rows = await relay`
      select org_id as org, id as payment, version from carewall.payments
      where listed and leaves_at <= clock_timestamp() order by leaves_at limit 200`;
    return z
      .array(z.object({ org: z.string(), payment: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ org, payment, version }) => ({
        org,
        type: 'payment.archive',
        data: { payment },
        expect: version,
      }));
  },
};

function byId(rows: unknown): Record<string, unknown> {
  const entities = z.array(z.object({ entity: z.looseObject({ id: z.string() }) })).parse(rows);
  return Object.fromEntries(entities.map(({ entity }) => [entity.id, entity]));
}

function load(context: StoreContext, command: PaymentCommand, keys: StoreKeys): Promise<Loaded> {
  switch (command.type) {
    case 'payment.initiate':
      return loadForInitiating(context, command, keys);
    case 'payment.configure-gateway':
      return loadForConfiguring(context, command);
    case 'payment.archive':
      return loadPayment(context, command.data.payment, keys, decideArchive);
    case 'payment.record-gateway-event':
      return loadPayment(context, command.data.payment, keys, (place, decision) =>
        decideRecord(place, command.data.event, decision),
      );
    default:
      return loadPayment(context, command.data.payment, keys, (place, decision) =>
        decideAsk(place, command, decision),
      );
  }
}

async function loadForInitiating(
  { org, connection }: StoreContext,
  command: PaymentCommandOf<'payment.initiate'>,
  { ring }: StoreKeys,
): Promise<Loaded> {
  const { payment, payer } = command.data;
  const [taken, gateways, payers] = await Promise.all([
    connection`select id from carewall.payments where org_id = ${org} and id = ${payment}`.execute(),
    connection`
      select g.id from carewall.payment_gateways g
      join carewall.feeds f on f.org_id = g.org_id and f.id = g.org_id || '.' || g.id and f.disabled_at is null
      where g.org_id = ${org} order by g.id limit 1`.execute(),
    connection`select id, name from carewall.accounts where org_id = ${org} and id = ${payer ?? ''}`.execute(),
  ]);
  const ids = z.array(z.object({ id: z.string() }));
  const [account] = z.array(z.object({ id: z.string(), name: z.string() })).parse(payers);
  const place = {
    org,
    taken: ids.parse(taken).length > 0,
    gateway: ids.parse(gateways)[0]?.id,
    payer: account,
    subject: ring.pseudonym(org, account === undefined ? 'payment' : 'payer', account?.id ?? payment),
  };
  return {
    path: [org],
    topicKind,
    decide: (decision) => decideInitiate(place, command, decision),
    writes: (events) => paymentWrites(events, undefined),
  };
}

async function loadForConfiguring(
  { org, connection }: StoreContext,
  command: PaymentCommandOf<'payment.configure-gateway'>,
): Promise<Loaded> {
  const rows = await connection`
    select entity from carewall.payment_gateways
    where org_id = ${org} and id = ${command.data.gateway} for update`.execute();
  const [row] = z.array(z.object({ entity: gatewaySchema })).parse(rows);
  const gateway = row?.entity;
  return {
    path: [org],
    topicKind,
    // Who expects version 0 means to name a gateway that is not there yet.
    version: gateway?.version ?? 0,
    decide: (decision) => decideConfigure({ org, gateway }, command, decision),
    writes: (events) => gatewayWrites(events, command.data.secret),
  };
}

const paymentRowsSchema = z.array(
  z.object({ entity: z.unknown(), listed: z.boolean(), payer_known: z.boolean() }),
);

async function loadPayment(
  { org, connection }: StoreContext,
  id: string,
  { vault }: StoreKeys,
  decide: (place: PaymentPlace, decision: DecisionContext) => ReturnType<Loaded['decide']>,
): Promise<Loaded> {
  const rows = await connection`
    select p.entity, p.listed, exists (
      select from carewall.accounts a where a.org_id = p.org_id and a.id = p.payer) as payer_known
    from carewall.payments p where p.org_id = ${org} and p.id = ${id} for update of p`.execute();
  const [row] = paymentRowsSchema.parse(rows);
  if (row === undefined) {
    const none = () => {
      throw new Error('nothing is decided about a payment that is not there');
    };
    return { path: undefined, topicKind, decide: none, writes: none };
  }
  const [opened] = await vault.open(org, [{ schema: paymentSchema, value: row.entity }]);
  const payment = paymentSchema.parse(opened);
  const place: PaymentPlace = { org, payment, listed: row.listed, payerKnown: row.payer_known };
  return {
    path: [org],
    topicKind,
    version: payment.version,
    decide: (decision) => decide(place, decision),
    writes: (events) => paymentWrites(events, payment),
  };
}

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { EventDefinition } from '../module.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { gatewayKinds, paymentStatusSchema } from './gateway-event.ts';
import { movementSchema } from './ledger.ts';
import { gatewaySchema, type Payment, paymentSchema, requestSchema, toldSchema } from './schema.ts';

const topic = 'org/*/payments';
const change = { payment: idSchema, version: z.int().min(1), asOf: instantSchema, source: sourceSchema };

/** A payment that is new on the list: just initiated, or back because something became of it after all. */
export const paymentListedSchema = z.object({ payment: paymentSchema });
export const paymentRequestedSchema = z.object({
  ...change,
  from: requestSchema.optional(),
  to: requestSchema,
});
export const paymentArchivedSchema = z.object({ ...change, from: paymentStatusSchema });
export const gatewayConfiguredSchema = z.object({ gateway: gatewaySchema });

/** What a gateway told. `from` and `to` are the same where it came late. */
export const paymentToldSchema = z.object({
  ...change,
  from: paymentStatusSchema,
  to: paymentStatusSchema,
  told: toldSchema,
  /** The money it tells of, where that was not known before. */
  movement: movementSchema.optional(),
  refunded: z.object({ from: z.int().min(0), to: z.int().min(0) }).optional(),
  /** The request that it answers. */
  answered: requestSchema.optional(),
});
export type PaymentTold = z.infer<typeof paymentToldSchema>;

const summaries = {
  authorized: 'The gateway holds the money for the provider',
  captured: 'The gateway has taken the money',
  settled: 'The provider has the money, less the gateway’s fee',
  failed: 'The payment came to nothing',
  cancelled: 'The payment was let go before money was taken',
  refunded: 'Some or all of the money was given back',
  disputed: 'The buyer contests the payment with their bank',
  declined: 'The gateway will not do what it was asked',
} as const satisfies Record<(typeof gatewayKinds)[number], string>;

/** The event by which a payment is told of a kind of fact. */
export function toldType(kind: (typeof gatewayKinds)[number]): string {
  return kind === 'declined' ? 'payment.request-declined' : `payment.${kind}`;
}

const toldTypes: ReadonlySet<string> = new Set(gatewayKinds.map(toldType));

/** Tells what a gateway said from the other events of the topic. */
export function isTold(type: string): boolean {
  return toldTypes.has(type);
}

const at = '2026-03-01T08:00:00.000Z';
const accountant = { kind: 'person', id: 'an-accountant', name: 'Accountant' } as const;
const gateway = { kind: 'feed', id: 'an-org.a-gateway', name: 'A gateway' } as const;
const initiateRequest = { id: 'initiate', what: 'initiate', at, by: accountant } as const;

const examplePayment: Payment = {
  id: 'a-payment',
  status: 'initiated',
  amount: 12_500,
  currency: 'USD',
  refunded: 0,
  gateway: 'a-gateway',
  initiatedAt: at,
  initiatedBy: accountant,
  requested: initiateRequest,
  told: [],
  movements: [],
  subject: 'a-subject',
  description: 'Follow-up',
  payer: 'a-patient',
  payerName: 'Lan Nguyễn',
  version: 1,
  asOf: at,
  source: accountant,
};

export const paymentEvents: readonly EventDefinition[] = [
  {
    type: 'payment.initiated',
    summary: 'A payment was asked for',
    topic,
    data: paymentListedSchema,
    example: { payment: examplePayment },
  },
  {
    type: 'payment.restored',
    summary: 'Something became of a payment that was off the list',
    topic,
    data: paymentListedSchema,
    example: { payment: { ...examplePayment, version: 9 } },
  },
  {
    type: 'payment.requested',
    summary: 'Somebody asked the gateway for something; it has not answered',
    topic,
    data: paymentRequestedSchema,
    example: {
      payment: 'a-payment',
      version: 3,
      asOf: at,
      source: accountant,
      to: { id: 'capture', what: 'capture', at, by: accountant },
    },
  },
  ...gatewayKinds.map((kind) => ({
    type: toldType(kind),
    summary: summaries[kind],
    topic,
    data: paymentToldSchema,
    example: {
      payment: 'a-payment',
      version: 2,
      asOf: at,
      source: gateway,
      from: 'initiated',
      to: 'initiated',
      told: { id: `ev-${kind}`, kind, at, heardAt: at },
    },
  })),
  {
    type: 'payment.archived',
    summary: 'A payment left the list; it stays in the records',
    topic,
    data: paymentArchivedSchema,
    example: {
      payment: 'a-payment',
      version: 8,
      asOf: at,
      source: { kind: 'system', id: 'carewall', name: 'Carewall' },
      from: 'settled',
    },
  },
  {
    type: 'payment.gateway-configured',
    summary: 'A gateway is new, or has another name or secret',
    topic,
    data: gatewayConfiguredSchema,
    example: {
      gateway: { id: 'a-gateway', name: 'A gateway', version: 1, asOf: at, source: accountant },
    },
  },
];

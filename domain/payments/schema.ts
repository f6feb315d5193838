import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, pseudonym, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import {
  gatewayEventIdSchema,
  gatewayKindSchema,
  paymentStatusSchema,
  reasonSchema,
} from './gateway-event.ts';
import { movementSchema } from './ledger.ts';
import { amountSchema, currencySchema } from './money.ts';

/** What has been asked of the gateway and not yet answered. One at a time. */
export const requestSchema = z.object({
  /** `initiate`, `capture`, `cancel`, or the id of the refund: by it the gateway says that it declined. */
  id: idSchema,
  what: z.enum(['initiate', 'capture', 'cancel', 'refund']),
  /** How much a refund is to give back. */
  amount: amountSchema.optional(),
  at: instantSchema,
  by: sourceSchema,
});
export type PaymentRequest = z.infer<typeof requestSchema>;

/** What the gateway told of a payment: once for each of its events, in the order of the gateway's own time. */
export const toldSchema = z.object({
  id: gatewayEventIdSchema,
  kind: gatewayKindSchema,
  at: instantSchema,
  heardAt: instantSchema,
  amount: amountSchema.optional(),
  reason: reasonSchema.optional(),
});
export type Told = z.infer<typeof toldSchema>;

export const paymentSchema = z.object({
  id: idSchema,
  status: paymentStatusSchema,
  amount: amountSchema,
  currency: currencySchema,
  /** How much of it has been given back. */
  refunded: z.int().min(0),
  gateway: idSchema,
  initiatedAt: instantSchema,
  initiatedBy: sourceSchema,
  requested: requestSchema.optional(),
  told: z.array(toldSchema),
  movements: z.array(movementSchema),
  subject: subject(),
  description: phi(z.string().min(1).max(200)),
  /** The account of whoever pays, where they have one; their name as it was then. */
  payer: pseudonym(),
  payerName: phi(z.string()),
  appointment: pseudonym(),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Payment = z.infer<typeof paymentSchema>;

/** A gateway that tells what became of payments. Its secret is in no state. */
export const gatewaySchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(60),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Gateway = z.infer<typeof gatewaySchema>;

/** The state of `org/<id>/payments`: those under way, and for a while those that have come to an end. */
export const paymentsSchema = z.object({
  organisation: z.object({ id: idSchema, name: z.string() }),
  gateways: z.record(z.string(), gatewaySchema),
  payments: z.record(z.string(), paymentSchema),
});
export type Payments = z.infer<typeof paymentsSchema>;

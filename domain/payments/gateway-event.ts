import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../topic.ts';
import { amountSchema, currencySchema } from './money.ts';

export const paymentStatuses = [
  'initiated',
  'authorized',
  'captured',
  'settled',
  'partially_refunded',
  'refunded',
  'disputed',
  'failed',
  'cancelled',
] as const;
export const paymentStatusSchema = z.enum(paymentStatuses);
export type PaymentStatus = z.infer<typeof paymentStatusSchema>;

/** The gateway's own id of something it told. */
export const gatewayEventIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, underscores or hyphens');
/** A code such as `insufficient_funds`: never a sentence, which could name somebody. */
export const reasonSchema = z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, 'must be a code like card_declined');

const head = { id: gatewayEventIdSchema, at: instantSchema };
const money = { amount: amountSchema, currency: currencySchema };

/** What a gateway tells: facts, in no order that can be relied on. Holds nothing of a card, and takes no field it does not know. */
export const gatewayEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, kind: z.literal('authorized'), ...money }),
  z.strictObject({ ...head, kind: z.literal('captured'), ...money }),
  z.strictObject({ ...head, kind: z.literal('settled'), ...money, fee: z.int().min(0) }),
  z.strictObject({ ...head, kind: z.literal('failed'), reason: reasonSchema }),
  z.strictObject({ ...head, kind: z.literal('cancelled') }),
  z.strictObject({ ...head, kind: z.literal('refunded'), refund: idSchema, ...money }),
  z.strictObject({ ...head, kind: z.literal('disputed'), reason: reasonSchema }),
  z.strictObject({ ...head, kind: z.literal('declined'), request: idSchema, reason: reasonSchema }),
]);
export type GatewayEvent = z.infer<typeof gatewayEventSchema>;

export const gatewayKinds = [
  'authorized',
  'captured',
  'settled',
  'failed',
  'cancelled',
  'refunded',
  'disputed',
  'declined',
] as const satisfies readonly GatewayEvent['kind'][];
export const gatewayKindSchema = z.enum(gatewayKinds);

/** One event of one payment: what a webhook's body is, and the data of the command it becomes. */
export const gatewayNoticeSchema = z.strictObject({ payment: idSchema, event: gatewayEventSchema });
export type GatewayNotice = z.infer<typeof gatewayNoticeSchema>;

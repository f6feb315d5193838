import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { paymentStatusSchema } from '../payments/gateway-event.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** A payment as whoever pays it has it. Amounts are in minor units of the currency (ISO 4217). */
export const ownPaymentSchema = z.object({
  id: idSchema,
  amount: z.int().min(1),
  /** How much of it has been given back. */
  refunded: z.int().min(0),
  currency: z.string().length(3),
  status: paymentStatusSchema,
  subject: subject(),
  description: phi(z.string()),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type OwnPayment = z.infer<typeof ownPaymentSchema>;

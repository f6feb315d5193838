import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** A payment as whoever pays it has it. The amount is in minor units of the currency (ISO 4217). */
export const ownPaymentSchema = z.object({
  id: idSchema,
  amount: z.int().min(1),
  currency: z.string().length(3),
  status: z.string(),
  subject: subject(),
  description: phi(z.string()),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type OwnPayment = z.infer<typeof ownPaymentSchema>;

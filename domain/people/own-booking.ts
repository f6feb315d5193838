import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** An appointment as the patient whose it is has it. */
export const ownBookingSchema = z.object({
  id: idSchema,
  department: z.object({ id: idSchema, name: z.string() }),
  practitioner: z.string(),
  start: instantSchema,
  end: instantSchema,
  status: z.string(),
  subject: subject(),
  service: phi(z.string()),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type OwnBooking = z.infer<typeof ownBookingSchema>;

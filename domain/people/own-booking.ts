import { z } from 'zod';
import { serviceSchema } from '../appointments/schema.ts';
import { appointmentStatusSchema } from '../appointments/states.ts';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** An appointment as the patient whose it is has it. */
export const ownBookingSchema = z.object({
  id: idSchema,
  department: z.object({ id: idSchema, name: z.string(), timezone: z.string() }),
  practitioner: z.string(),
  room: z.string(),
  start: instantSchema,
  end: instantSchema,
  status: appointmentStatusSchema,
  subject: subject(),
  service: phi(serviceSchema),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type OwnBooking = z.infer<typeof ownBookingSchema>;

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** Emergency access that somebody has at the moment, as they are shown it: where, and how long. */
export const ownEmergencySchema = z.object({
  id: idSchema,
  unit: z.object({ id: idSchema, name: z.string() }),
  until: instantSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type OwnEmergency = z.infer<typeof ownEmergencySchema>;

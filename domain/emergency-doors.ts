import { z } from 'zod';
import { instantSchema } from './instant.ts';

/** Words by which a unit is looked for: all of them stand in its name, its code, or the name of its facility. */
export const unitWordsSchema = z
  .string()
  .max(100, 'must be 100 characters at most')
  .transform((text) => text.split(/\s+/).filter((word) => word !== ''));
/** Units by name, for who may ask for emergency access to one. */
export const emergencyUnitsSchema = z.object({
  units: z.array(z.object({ id: z.string(), name: z.string(), within: z.string() })),
  /** There are more than are told: more words find fewer. */
  more: z.boolean(),
});
export type EmergencyUnits = z.infer<typeof emergencyUnitsSchema>;

/** What was done during an emergency access, the earliest first. */
export const reviewActsSchema = z.object({
  acts: z.array(
    z.object({
      at: instantSchema,
      action: z.string(),
      outcome: z.string(),
      topics: z.array(z.string()),
    }),
  ),
  more: z.boolean(),
});
export type ReviewActs = z.infer<typeof reviewActsSchema>;

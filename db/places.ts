import { z } from 'zod';
import type { Unit } from '#domain/beds/schema.ts';
import type { PlacePath } from '#domain/identity/principal.ts';

/** A unit with the ids of the places from the organisation down to it. */
export const unitRowSchema = z.object({
  unit: z.string(),
  unit_name: z.string(),
  path: z.array(z.string()).min(2),
  facility: z.string().nullable(),
});
export type UnitRow = z.infer<typeof unitRowSchema>;

/** The unit as a topic's state names it: with its facility, or the organisation where it is in none. */
export function unitOf({ unit, unit_name, path, facility }: UnitRow): Unit {
  return { id: unit, name: unit_name, facility: facility ?? path[0] ?? '' };
}

/** The places on which a grant may stand that reaches the unit. */
export function placePathOf({ path }: UnitRow): PlacePath {
  return path;
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { levelOfCareSchema } from '#domain/network/levels.ts';
import { UsageError } from './command-line.ts';

const columnSchema = z.string().min(1).max(200);

/** An id made of what stands in a column: lower case, what is no letter or digit as a hyphen. */
const idFromSchema = z.strictObject({
  column: columnSchema,
  prefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits or hyphens')
    .optional(),
});

/** A level of care: always the same, or by what stands in a column. */
const levelFromSchema = z.union([
  levelOfCareSchema,
  z.strictObject({
    column: columnSchema,
    values: z.record(z.string(), levelOfCareSchema),
    /** Of what no value is named for. Left out, such a row is refused. */
    otherwise: levelOfCareSchema.optional(),
  }),
]);

const bedsFromSchema = z.strictObject({
  level: levelFromSchema,
  capacity: columnSchema,
  /** A column with the number of beds that are available. */
  available: columnSchema.optional(),
  /** A column with the share of beds that are occupied: 0.75 is three in four; over 1 none is available. */
  occupancy: columnSchema.optional(),
  validForMinutes: z.int().min(1).max(10_080).optional(),
});
export type BedsFrom = z.infer<typeof bedsFromSchema>;

export const facilityMapSchema = z.strictObject({
  facility: idFromSchema,
  name: columnSchema,
  type: columnSchema.optional(),
  code: columnSchema.optional(),
  timezone: columnSchema.optional(),
  latitude: columnSchema.optional(),
  longitude: columnSchema.optional(),
  region: idFromSchema
    .extend({
      /** What a region is called, by what stands in the column; otherwise as it stands there. */
      names: z.record(z.string(), z.string().min(1).max(200)).optional(),
    })
    .optional(),
  counts: z
    .array(
      bedsFromSchema.extend({
        /** Beds of another level that are counted among these, and so are taken off. */
        includes: z.array(bedsFromSchema).max(10).optional(),
      }),
    )
    .max(20)
    .optional(),
});
export type FacilityMap = z.infer<typeof facilityMapSchema>;

/** Reads a map out of a file. Raises a `UsageError` that names every fault in it. */
export async function readFacilityMap(path: string): Promise<FacilityMap> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON`);
  }
  const parsed = facilityMapSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path: at, message }) => `  ${at.join('.') || 'the map'}: ${message}`,
  );
  throw new UsageError([`${path} is no map of a file of facilities:`, ...faults].join('\n'));
}

/** The columns that a map reads. */
export function columnsOf({ facility, region, counts = [], ...map }: FacilityMap): string[] {
  const beds = counts.flatMap((one) => [one, ...(one.includes ?? [])]);
  const named = [
    facility.column,
    map.name,
    map.type,
    map.code,
    map.timezone,
    map.latitude,
    map.longitude,
    region?.column,
    ...beds.flatMap(({ level, capacity, available, occupancy }) => [
      typeof level === 'string' ? undefined : level.column,
      capacity,
      available,
      occupancy,
    ]),
  ];
  return [...new Set(named.flatMap((column) => column ?? []))];
}

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { levelOfCareSchema } from './levels.ts';

/** More than this at one level of one facility is a slip of the finger. */
export const mostBeds = 10_000;
export const bedCountSchema = z
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(mostBeds, `must be ${mostBeds} or fewer`);

/** What somebody counted at one level of care of a facility, and until when it may be relied on. */
export const attestedLevelSchema = z.object({
  level: levelOfCareSchema,
  capacity: bedCountSchema,
  /** Left out where the beds are known and nobody knows how many of them are available. */
  available: bedCountSchema.optional(),
  /** For how long a count is relied on; whoever confirms it renews it for as long. */
  validForMinutes: z.int().min(1),
  validUntil: instantSchema,
  /** Its time ran out with nobody saying that it is still true. */
  lapsed: z.boolean(),
  /** Until then, whoever said it may take it back. */
  undoableUntil: instantSchema.optional(),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type AttestedLevel = z.infer<typeof attestedLevelSchema>;

const placeSchema = z.object({ id: idSchema, name: z.string() });

/** A place on the earth in degrees, WGS 84. */
export const positionSchema = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});
export type Position = z.infer<typeof positionSchema>;

/** What is known of a facility besides its name and what it has to give. */
export const facilityDetailsSchema = z.object({
  /** What kind of facility it is, in the words of whoever registered it. */
  type: z.string().min(1).max(60).optional(),
  /** Its HL7 code, as MSH-4 and PV1-3 carry it. */
  code: z.string().min(1).max(60).optional(),
  /** The IANA zone in which it tells the time. */
  timezone: z.string().optional(),
  region: placeSchema.optional(),
  position: positionSchema.optional(),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type FacilityDetails = z.infer<typeof facilityDetailsSchema>;

/** The state of `facility/<id>/availability`. A level that nobody has counted yet is not in it. */
export const facilityAvailabilitySchema = z.object({
  facility: placeSchema,
  details: facilityDetailsSchema.optional(),
  levels: z.record(z.string(), attestedLevelSchema),
});
export type FacilityAvailability = z.infer<typeof facilityAvailabilitySchema>;

const count = z.int().min(0);
const derived = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };

export const tallySchema = z.object({
  free: count,
  claimed: count,
  occupied: count,
  cleaning: count,
  contaminated: count,
  closed: count,
  isolated: count,
  beds: count,
});

/** The beds of one unit in numbers. `asOf` and `source` are those of the last that was said of any bed there. */
export const unitCensusSchema = z.object({
  id: idSchema,
  name: z.string(),
  tally: tallySchema,
  /** Where a feed that speaks of the unit has fallen silent: since when, and for how long it may. */
  silence: z.object({ since: instantSchema, limitMinutes: z.int().min(1) }).optional(),
  ...derived,
});
export type UnitCensus = z.infer<typeof unitCensusSchema>;

/** How long beds took from vacated to clean, over those that became clean in the 24 h before `asOf`. */
export const turnaroundCensusSchema = z.object({
  count: z.int().min(1),
  medianMs: z.number().min(0),
  withinGoal: count,
  ...derived,
});
export type TurnaroundCensus = z.infer<typeof turnaroundCensusSchema>;

/** The beds of a facility as they stood at the beginning of each five minutes in which something changed. */
export const bedTrendSchema = z.object({
  points: z.array(z.object({ at: instantSchema, free: count, occupied: count, staffed: count })),
  ...derived,
});
export type BedTrend = z.infer<typeof bedTrendSchema>;

/** The state of `facility/<id>/census`: derived, at most once a second. */
export const facilityCensusSchema = z.object({
  facility: placeSchema,
  units: z.record(idSchema, unitCensusSchema),
  turnaround: turnaroundCensusSchema.optional(),
  trend: bedTrendSchema.optional(),
});
export type FacilityCensus = z.infer<typeof facilityCensusSchema>;

/** A facility as the network sees it: what people attested, and its units where their beds are known one by one. */
export const networkFacilitySchema = z.object({
  id: idSchema,
  name: z.string(),
  details: facilityDetailsSchema.optional(),
  levels: z.record(z.string(), attestedLevelSchema),
  units: z.record(idSchema, unitCensusSchema),
  turnaround: turnaroundCensusSchema.optional(),
  ...derived,
});
export type NetworkFacility = z.infer<typeof networkFacilitySchema>;

/** The measures of the network at a moment. What was not known then is not in them. */
export const networkPointSchema = z.object({
  at: instantSchema,
  groups: z.record(z.string(), count),
  occupied: count,
  staffed: count,
  turnaroundMs: z.number().min(0).optional(),
  current: count,
  expected: count,
});
export type NetworkPoint = z.infer<typeof networkPointSchema>;

export const networkTrendSchema = z.object({ points: z.array(networkPointSchema), ...derived });
export type NetworkTrend = z.infer<typeof networkTrendSchema>;

/** The state of `network/availability`: derived, at most once a second. */
export const networkAvailabilitySchema = z.object({
  organisation: placeSchema,
  facilities: z.record(idSchema, networkFacilitySchema),
  turnaround: turnaroundCensusSchema.optional(),
  trend: networkTrendSchema.optional(),
});
export type NetworkAvailability = z.infer<typeof networkAvailabilitySchema>;

/** The state of `region/<id>/availability`: the same for the facilities of one region. */
export const regionAvailabilitySchema = networkAvailabilitySchema
  .omit({ organisation: true })
  .extend({ region: placeSchema });
export type RegionAvailability = z.infer<typeof regionAvailabilitySchema>;

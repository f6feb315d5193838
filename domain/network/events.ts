import { z } from 'zod';
import type { EventDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import { changeOf } from './changes.ts';
import { levelOfCareSchema } from './levels.ts';
import {
  type AttestedLevel,
  attestedLevelSchema,
  bedTrendSchema,
  facilityDetailsSchema,
  networkFacilitySchema,
  networkTrendSchema,
  turnaroundCensusSchema,
  type UnitCensus,
  unitCensusSchema,
} from './schema.ts';

/** A level of care moved. The shape is the same for every reason; the event's type says the reason. */
export const availabilityMovedSchema = changeOf(attestedLevelSchema).extend({
  level: levelOfCareSchema,
  /** Of the level after it, also where nothing is said of it any more. */
  version: z.int().min(1),
});
export type AvailabilityMoved = z.infer<typeof availabilityMovedSchema>;

export const censusChangedSchema = z.object({
  units: z.record(idSchema, changeOf(unitCensusSchema)),
  turnaround: changeOf(turnaroundCensusSchema).optional(),
  trend: changeOf(bedTrendSchema).optional(),
});
export type CensusChanged = z.infer<typeof censusChangedSchema>;

/** What is known of a facility moved: its name where that is another now, and its details. */
export const facilityMovedSchema = z.object({
  name: changeOf(z.string()).optional(),
  details: changeOf(facilityDetailsSchema),
});
export type FacilityMoved = z.infer<typeof facilityMovedSchema>;

export const facilityRenamedSchema = z.object({ name: z.object({ from: z.string(), to: z.string() }) });
export type FacilityRenamed = z.infer<typeof facilityRenamedSchema>;

/** What of one facility is not as it was. Levels and units that stayed are not named. */
export const facilityChangedSchema = networkFacilitySchema
  .pick({ id: true, name: true, version: true, asOf: true, source: true })
  .extend({
    details: changeOf(facilityDetailsSchema).optional(),
    levels: z.record(z.string(), changeOf(attestedLevelSchema)),
    units: z.record(idSchema, changeOf(unitCensusSchema)),
    turnaround: changeOf(turnaroundCensusSchema).optional(),
  });
export type FacilityChanged = z.infer<typeof facilityChangedSchema>;

export const networkChangedSchema = z.object({
  facilities: z.record(idSchema, facilityChangedSchema),
  turnaround: changeOf(turnaroundCensusSchema).optional(),
  trend: changeOf(networkTrendSchema).optional(),
});
export type NetworkChanged = z.infer<typeof networkChangedSchema>;

const provider = { kind: 'person', id: 'a-provider', name: 'Provider' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
const at = '2026-03-01T08:00:00.000Z';
const counted: AttestedLevel = {
  level: 'withdrawal-management',
  capacity: 12,
  available: 3,
  validForMinutes: 480,
  validUntil: '2026-03-01T16:00:00.000Z',
  lapsed: false,
  version: 1,
  asOf: at,
  source: provider,
};
const { level } = counted;
const unit: UnitCensus = {
  id: 'a-unit',
  name: '4 West',
  tally: {
    free: 3,
    claimed: 1,
    occupied: 18,
    cleaning: 1,
    contaminated: 0,
    closed: 1,
    isolated: 2,
    beds: 24,
  },
  version: 7,
  asOf: at,
  source: provider,
};
const turnaround = { count: 9, medianMs: 2_520_000, withinGoal: 7, version: 3, asOf: at, source: carewall };
const networkChanged: NetworkChanged = {
  facilities: {
    'a-facility': {
      id: 'a-facility',
      name: 'Riverside Detox',
      version: 2,
      asOf: at,
      source: carewall,
      levels: { [level]: { to: counted } },
      units: {},
    },
  },
  turnaround: { to: turnaround },
};

/** Every way what is attested moves, by the reason it moved. */
const reasons = {
  'availability.attested': [
    'Somebody counted the available beds of a level of care',
    { level, version: 2, from: counted, to: { ...counted, available: 2, version: 2 } },
  ],
  'availability.confirmed': [
    'Somebody said that a count is still true',
    {
      level,
      version: 2,
      from: counted,
      to: { ...counted, validUntil: '2026-03-01T18:00:00.000Z', version: 2 },
    },
  ],
  'availability.undone': [
    'Somebody took back what they had just said',
    { level, version: 3, from: { ...counted, available: 2, version: 2 }, to: { ...counted, version: 3 } },
  ],
  'availability.lapsed': [
    'The time of a count ran out',
    { level, version: 2, from: counted, to: { ...counted, lapsed: true, version: 2 } },
  ],
} as const satisfies Record<string, readonly [string, AvailabilityMoved]>;

const details = { type: 'General acute care', version: 1, asOf: at, source: provider };

/** Every way what is known of a facility moves. */
const facilityReasons = {
  'facility.registered': [
    'There is a facility, and this is known of it',
    { name: { to: 'Riverside Detox' }, details: { to: details } },
  ],
  'facility.changed': [
    'Something else is known of a facility',
    {
      name: { from: 'Riverside Detox', to: 'Riverbend Detox' },
      details: {
        from: details,
        to: { ...details, position: { latitude: 10.346, longitude: 107.0843 }, version: 2 },
      },
    },
  ],
} as const satisfies Record<string, readonly [string, FacilityMoved]>;

/** The type of an event that moves what is known of a facility. */
export type FacilityMovedType = keyof typeof facilityReasons;

/** Whether an event's type is one of those that move what is known of a facility. */
export function isFacilityMoved(type: string): type is FacilityMovedType {
  return Object.hasOwn(facilityReasons, type);
}

/** The type of an event that moves a level of care. */
export type AvailabilityMovedType = keyof typeof reasons;

/** Whether an event's type is one of those that move a level of care. */
export function isAvailabilityMoved(type: string): type is AvailabilityMovedType {
  return Object.hasOwn(reasons, type);
}

export const networkEvents: readonly EventDefinition[] = [
  ...Object.entries(reasons).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic: 'facility/*/availability',
    data: availabilityMovedSchema,
    example,
  })),
  ...Object.entries(facilityReasons).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic: 'facility/*/availability',
    data: facilityMovedSchema,
    example,
  })),
  {
    type: 'facility.renamed',
    summary: 'A facility is called something else',
    topic: 'facility/*/census',
    data: facilityRenamedSchema,
    example: { name: { from: 'Riverside Detox', to: 'Riverbend Detox' } },
  },
  {
    type: 'facility.census-changed',
    summary: 'The beds of a facility count differently than a second ago',
    topic: 'facility/*/census',
    data: censusChangedSchema,
    example: {
      units: { 'a-unit': { to: unit } },
      turnaround: { to: turnaround },
      trend: {
        to: {
          points: [{ at, free: 3, occupied: 18, staffed: 23 }],
          version: 1,
          asOf: at,
          source: carewall,
        },
      },
    },
  },
  {
    type: 'network.availability-changed',
    summary: 'Facilities of the network have something else to give than a second ago',
    topic: 'network/availability',
    data: networkChangedSchema,
    example: networkChanged,
  },
  {
    type: 'region.availability-changed',
    summary: 'Facilities of a region have something else to give than a second ago',
    topic: 'region/*/availability',
    data: networkChangedSchema,
    example: networkChanged,
  },
];

/** The types of every event that says something of a facility itself, whether of its counts or of what is known of it. */
export const facilityEventTypes: readonly string[] = networkEvents
  .filter(({ topic }) => topic === 'facility/*/availability')
  .map(({ type }) => type);

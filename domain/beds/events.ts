import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { EventDefinition } from '../module.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import {
  bedSchema,
  claimSchema,
  closureSchema,
  isolationSchema,
  occupantSchema,
  operationalStatusSchema,
  patientSchema,
  turnaroundSchema,
  whereaboutsSchema,
} from './schema.ts';

const bedsTopic = 'unit/*/beds';

/** What an axis was and what it is now. An axis that a bed need not have is left out where it has none. */
function change<S extends z.ZodType>(axis: S) {
  return z.object({ from: axis.optional(), to: axis.optional() });
}

/** The axes an event moves; those it does not name stay as they were. */
export const bedChangesSchema = z.object({
  operationalStatus: z.object({ from: operationalStatusSchema, to: operationalStatusSchema }).optional(),
  closure: change(closureSchema).optional(),
  claim: change(claimSchema).optional(),
  turnaround: change(turnaroundSchema).optional(),
  isolation: change(isolationSchema).optional(),
  occupant: change(occupantSchema).optional(),
});
export type BedChanges = z.infer<typeof bedChangesSchema>;

/** One bed moved. The shape is the same for every reason; the event's type says the reason. */
export const bedMovedSchema = z.object({
  bed: idSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
  /** The feed's own time of the fact, where a feed said it. */
  heard: z.record(z.string(), instantSchema).optional(),
  changes: bedChangesSchema,
});
export type BedMoved = z.infer<typeof bedMovedSchema>;

export const bedAddedSchema = z.object({ bed: bedSchema });
export type BedAdded = z.infer<typeof bedAddedSchema>;

/** A well-formed fact that is older than what the same feed already said of the bed: kept, not applied. */
export const factKeptSchema = z.object({
  bed: idSchema,
  fact: z.string(),
  at: instantSchema,
  location: whereaboutsSchema,
  status: z.string().optional(),
  subject: subject(),
  visit: phi(z.string()),
  patient: patientSchema.optional(),
});

const nurse = { kind: 'person', id: 'a-nurse', name: 'Nurse' } as const;
const feed = { kind: 'feed', id: 'demo', name: 'DEMO' } as const;
const at = '2026-03-01T08:00:00.000Z';
const occupant = {
  since: at,
  subject: 'a-subject',
  encounter: 'an-encounter',
  visit: 'V000123',
  patient: {
    mrn: 'D000123',
    assigner: 'RGH-MPI',
    family: 'Trần',
    given: 'Minh',
    birthDate: '1951-04-09',
    sex: 'F',
  },
} as const;
const cleaning = {
  kind: 'cleaning',
  status: 'requested',
  priority: 'routine',
  requestedAt: at,
  by: nurse,
} as const;
const claim = {
  status: 'reserved',
  by: nurse,
  at,
  until: '2026-03-01T12:00:00.000Z',
  subject: 'a-subject',
  visit: 'V000123',
} as const;
const moved = (source: typeof nurse | typeof feed, changes: BedChanges): BedMoved => ({
  bed: 'a-bed',
  version: 2,
  asOf: at,
  source,
  ...(source.kind === 'feed' ? { heard: { demo: at } } : {}),
  changes,
});

/** Every way a bed moves, by the reason it moved. */
const reasons = {
  'bed.claimed': ['The bed was reserved', moved(nurse, { claim: { to: claim } })],
  'bed.claim-released': ['Whoever held the bed let it go', moved(nurse, { claim: { from: claim } })],
  'bed.claim-expired': ['A claim came to its end unused', moved(nurse, { claim: { from: claim } })],
  'bed.occupied': [
    'Somebody is in the bed',
    moved(feed, {
      operationalStatus: { from: 'U', to: 'O' },
      claim: { from: claim },
      occupant: { to: occupant },
    }),
  ],
  'bed.vacated': [
    'The bed was left and needs cleaning',
    moved(feed, {
      operationalStatus: { from: 'O', to: 'H' },
      occupant: { from: occupant },
      turnaround: { to: cleaning },
    }),
  ],
  'bed.turnaround-requested': [
    'Cleaning or transport was asked for',
    moved(nurse, { turnaround: { to: cleaning } }),
  ],
  'bed.turnaround-advanced': [
    'Cleaning or transport moved on',
    moved(nurse, {
      operationalStatus: { from: 'H', to: 'U' },
      turnaround: {
        from: { ...cleaning, status: 'in-progress', startedAt: at },
        to: { ...cleaning, status: 'completed', startedAt: at, endedAt: at },
      },
    }),
  ],
  'bed.closed': [
    'The bed is out of use',
    moved(nurse, {
      operationalStatus: { from: 'U', to: 'C' },
      closure: { to: { reason: 'Repair', since: at } },
    }),
  ],
  'bed.opened': [
    'The bed is in use again',
    moved(nurse, {
      operationalStatus: { from: 'C', to: 'U' },
      closure: { from: { reason: 'Repair', since: at } },
    }),
  ],
  'bed.isolated': [
    'Precautions apply at the bed',
    moved(nurse, { isolation: { to: { precaution: 'contact', since: at } } }),
  ],
  'bed.isolation-ended': [
    'Precautions no longer apply',
    moved(nurse, { isolation: { from: { precaution: 'contact', since: at } } }),
  ],
  'bed.stay-cancelled': [
    'The stay in the bed never was: the bed is what it was before',
    moved(feed, { operationalStatus: { from: 'O', to: 'U' }, occupant: { from: occupant } }),
  ],
  'bed.leave-began': [
    'Whoever has the bed is away for a while',
    moved(feed, { occupant: { from: occupant, to: { ...occupant, leave: { since: at } } } }),
  ],
  'bed.leave-ended': [
    'Whoever has the bed is back',
    moved(feed, { occupant: { from: { ...occupant, leave: { since: at } }, to: occupant } }),
  ],
  'bed.patient-described': [
    'A feed said more of who is in the bed',
    moved(feed, {
      occupant: { from: occupant, to: { ...occupant, patient: { ...occupant.patient, given: 'Minh Anh' } } },
    }),
  ],
  'bed.patient-merged': [
    'Whoever has the bed, or is to have it, turned out to be one with another patient',
    moved(feed, {
      occupant: {
        from: occupant,
        to: {
          ...occupant,
          subject: 'another-subject',
          patient: { ...occupant.patient, mrn: 'D000124' },
        },
      },
    }),
  ],
  'bed.status-stated': [
    'A feed stated the status of the bed',
    moved(feed, { operationalStatus: { from: 'U', to: 'K' } }),
  ],
} as const satisfies Record<string, readonly [string, BedMoved]>;

/** The type of an event that moves a bed. */
export type BedMovedType = keyof typeof reasons;

/** Whether an event's type is one of those that move a bed. */
export function isBedMoved(type: string): type is BedMovedType {
  return type in reasons;
}

export const bedEvents: readonly EventDefinition[] = [
  {
    type: 'bed.added',
    summary: 'The unit has a bed more',
    topic: bedsTopic,
    data: bedAddedSchema,
    example: {
      bed: {
        id: 'a-bed',
        name: '4W-01',
        location: { pointOfCare: '4W', room: '401', bed: '1', facility: 'RGH' },
        operationalStatus: 'U',
        version: 1,
        asOf: at,
        source: nurse,
      },
    },
  },
  ...Object.entries(reasons).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic: bedsTopic,
    data: bedMovedSchema,
    example,
  })),
  {
    type: 'bed.fact-kept',
    summary: 'A feed said something older than what it had said: kept, not applied',
    topic: bedsTopic,
    data: factKeptSchema,
    hiddenIn: ['operational'],
    example: {
      bed: 'a-bed',
      fact: 'bed.record-admission',
      at,
      location: { pointOfCare: '4W', room: '401', bed: '1', facility: 'RGH' },
      subject: 'a-subject',
      visit: 'V000123',
      patient: occupant.patient,
    },
  },
];

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, pseudonym, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/**
 * HL7 v2 table 0116, bed status, as it is also used by FHIR `Location.operationalStatus`:
 * C closed, H housekeeping, O occupied, U unoccupied, K contaminated, I isolated.
 */
export const bedStatusCodes = ['C', 'H', 'O', 'U', 'K', 'I'] as const;
export const bedStatusCodeSchema = z.enum(bedStatusCodes);
export type BedStatusCode = z.infer<typeof bedStatusCodeSchema>;

/** The first axis. `I` is no state of its own: isolation is an attribute, exported as `I`. */
export const operationalStatusSchema = z.enum(['C', 'H', 'O', 'U', 'K']);
export type OperationalStatus = z.infer<typeof operationalStatusSchema>;

/** The HL7 codes by which a feed names a bed (PV1-3): point of care ^ room ^ bed ^ facility. */
export const locationSchema = z.object({
  pointOfCare: z.string().max(20),
  room: z.string().max(20),
  bed: z.string().min(1).max(20),
  facility: z.string().max(20),
});
export type Location = z.infer<typeof locationSchema>;

/** Where a feed says that a visit is (PV1-3): a bed, or a place that has none, such as a waiting room; then `bed` is ''. */
export const whereaboutsSchema = locationSchema.extend({ bed: z.string().max(20) });
export type Whereabouts = z.infer<typeof whereaboutsSchema>;

/** Who a feed or a person says is in a bed. Every field of it can identify. */
export const patientSchema = z.object({
  mrn: phi(z.string().min(1).max(64)),
  assigner: phi(z.string().max(64)),
  family: phi(z.string().max(120)),
  given: phi(z.string().max(120)),
  birthDate: phi(z.iso.date()),
  sex: phi(z.enum(['F', 'M', 'O', 'U', 'A', 'N'])),
});
export type Patient = z.infer<typeof patientSchema>;

/**
 * The second axis, FHIR `Encounter.location.status`. One live claim at most. Where it is held for somebody, `visit`
 * says for whom and `encounter` is the pseudonym of that stay; `subject` is the patient's, or the stay's where nobody
 * said who the patient is.
 */
export const claimSchema = z.object({
  status: z.enum(['planned', 'reserved']),
  by: sourceSchema,
  at: instantSchema,
  until: instantSchema,
  subject: subject(),
  encounter: pseudonym(),
  visit: phi(z.string().min(1).max(64)),
});
export type Claim = z.infer<typeof claimSchema>;

/** The pseudonym of the stay a bed is held for. Claims made before they had one of their own bore it as their subject. */
export function claimedFor(claim: Claim | undefined): string | undefined {
  return claim?.encounter ?? claim?.subject;
}

export const taskStatusSchema = z.enum([
  'requested',
  'accepted',
  'in-progress',
  'on-hold',
  'completed',
  'cancelled',
  'failed',
]);
export type TaskStatus = z.infer<typeof taskStatusSchema>;
export const prioritySchema = z.enum(['routine', 'urgent', 'asap', 'stat']);

/** The third axis, a FHIR Task: the last turnaround of the bed, ended ones included, until the next begins. */
export const turnaroundSchema = z.object({
  kind: z.enum(['cleaning', 'transport']),
  status: taskStatusSchema,
  priority: prioritySchema,
  requestedAt: instantSchema,
  startedAt: instantSchema.optional(),
  endedAt: instantSchema.optional(),
  by: sourceSchema,
});
export type Turnaround = z.infer<typeof turnaroundSchema>;

export const precautionSchema = z.enum(['contact', 'droplet', 'airborne', 'protective', 'unspecified']);
export const isolationSchema = z.object({ precaution: precautionSchema, since: instantSchema });
export type Isolation = z.infer<typeof isolationSchema>;

export const closureSchema = z.object({
  reason: z.string().min(1).max(200),
  expectedEnd: instantSchema.optional(),
  since: instantSchema,
});
export type Closure = z.infer<typeof closureSchema>;

/** FHIR `Encounter.subjectStatus` on-leave: the patient is away, the bed stays theirs. */
export const leaveSchema = z.object({ since: instantSchema, expectedBack: instantSchema.optional() });
export type Leave = z.infer<typeof leaveSchema>;

/** What a bed was when a stay began in it, where it was not ready: to be put back if the stay never was. */
const beforeStaySchema = z.object({
  operationalStatus: z.enum(['C', 'H', 'K']),
  closure: closureSchema.optional(),
});

/** Who is in the bed. Without rights to patient identity, only that somebody is, and since when. */
export const occupantSchema = z.object({
  since: instantSchema,
  subject: subject(),
  encounter: pseudonym(),
  visit: phi(z.string().min(1).max(64)),
  patient: patientSchema.optional(),
  leave: leaveSchema.optional(),
  before: beforeStaySchema.optional(),
});
export type Occupant = z.infer<typeof occupantSchema>;

export const bedSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(60),
  location: locationSchema,
  operationalStatus: operationalStatusSchema,
  closure: closureSchema.optional(),
  claim: claimSchema.optional(),
  turnaround: turnaroundSchema.optional(),
  isolation: isolationSchema.optional(),
  occupant: occupantSchema.optional(),
  /** When each feed last said something about this bed: what it says of earlier is kept and not applied. */
  heard: z.record(z.string(), instantSchema).optional(),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Bed = z.infer<typeof bedSchema>;

export const unitSchema = z.object({ id: idSchema, name: z.string(), facility: idSchema });
export type Unit = z.infer<typeof unitSchema>;

/** The state of `unit/<id>/beds`. */
export const unitBedsSchema = z.object({ unit: unitSchema, beds: z.record(idSchema, bedSchema) });
export type UnitBeds = z.infer<typeof unitBedsSchema>;

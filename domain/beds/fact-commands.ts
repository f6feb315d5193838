import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi } from '../phi.ts';
import { bedStatusCodeSchema, leaveSchema, patientSchema, whereaboutsSchema } from './schema.ts';

/** A stay's number, as the hospital gives it out. */
export const visitField = phi(z.string().min(1).max(64));

/** What a feed says of one stay: whose, where it is (PV1-3), and when. */
const stay = { patient: patientSchema, visit: visitField, location: whereaboutsSchema };
const visitFact = { ...stay, at: instantSchema };

/** One number that is gone, by who gave it out. */
const numberSchema = patientSchema.pick({ mrn: true, assigner: true });

export const exampleStay = {
  patient: {
    mrn: 'D000901',
    assigner: 'DEMO',
    family: 'Nguyễn',
    given: 'Lan',
    birthDate: '1948-11-02',
    sex: 'F',
  },
  visit: 'V000901',
  at: '2026-03-01T08:00:00.000Z',
};
export const examplePlace = (number: number) => ({
  pointOfCare: 'DS',
  room: String(number),
  bed: '1',
  facility: 'RGH',
});
const later = '2026-03-01T09:00:00.000Z';
const admitted = (visit: string, number: number) => ({
  type: 'bed.record-admission',
  data: { ...exampleStay, visit, location: examplePlace(number) },
});
const told = (visit: string, number: number) => ({
  ...exampleStay,
  visit,
  location: examplePlace(number),
  at: later,
});

const right = 'beds.record';

/** Each fact that a feed may state, by the ADT events that say it (HL7 v2, chapter 3). */
export const factDefinitions = {
  'bed.record-admission': {
    summary: 'A feed says that a visit began, in a bed or where there is none yet (ADT A01, A04)',
    right,
    data: z.strictObject(visitFact),
    example: { data: { ...exampleStay, visit: 'V000912', location: examplePlace(12) } },
  },
  'bed.record-transfer': {
    summary: 'A feed says that a visit is elsewhere now (ADT A02, A06, A07)',
    right,
    data: z.strictObject({ ...visitFact, from: whereaboutsSchema.optional() }),
    example: {
      given: [admitted('V000913', 13)],
      data: { ...told('V000913', 14), from: examplePlace(13) },
    },
  },
  'bed.record-discharge': {
    summary: 'A feed says that a visit ended (ADT A03)',
    right,
    data: z.strictObject(visitFact),
    example: { given: [admitted('V000915', 15)], data: told('V000915', 15) },
  },
  'bed.record-preadmission': {
    summary: 'A feed says that a visit is expected in a bed (ADT A05)',
    right,
    data: z.strictObject({ ...visitFact, until: instantSchema }),
    example: {
      data: {
        ...exampleStay,
        visit: 'V000919',
        location: examplePlace(19),
        until: '2126-03-03T08:00:00.000Z',
      },
    },
  },
  'bed.record-update': {
    summary: 'A feed says who the patient of a visit is; it moves nobody (ADT A08)',
    right,
    data: z.strictObject(visitFact),
    example: {
      given: [admitted('V000920', 20)],
      data: { ...told('V000920', 20), patient: { ...exampleStay.patient, given: 'Lan Anh' } },
    },
  },
  'bed.record-admission-cancelled': {
    summary: 'A feed says that a visit never began (ADT A11)',
    right,
    data: z.strictObject(visitFact),
    example: { given: [admitted('V000921', 21)], data: told('V000921', 21) },
  },
  'bed.record-transfer-cancelled': {
    summary: 'A feed says that a visit never moved, and where it is (ADT A12)',
    right,
    data: z.strictObject({ ...visitFact, from: whereaboutsSchema.optional() }),
    example: {
      given: [
        admitted('V000922', 22),
        { type: 'bed.record-transfer', data: { ...told('V000922', 23), at: '2026-03-01T08:30:00.000Z' } },
      ],
      data: { ...told('V000922', 22), from: examplePlace(23) },
    },
  },
  'bed.record-discharge-cancelled': {
    summary: 'A feed says that a visit never ended, and where it is (ADT A13)',
    right,
    data: z.strictObject(visitFact),
    example: {
      given: [
        admitted('V000924', 24),
        { type: 'bed.record-discharge', data: { ...told('V000924', 24), at: '2026-03-01T08:30:00.000Z' } },
      ],
      data: told('V000924', 24),
    },
  },
  'bed.record-swap': {
    summary: 'A feed says that two visits changed beds (ADT A17)',
    right,
    data: z.strictObject({ at: instantSchema, stays: z.array(z.strictObject(stay)).length(2) }),
    example: {
      given: [admitted('V000926', 13), admitted('V000927', 14)],
      data: {
        at: later,
        stays: [
          { patient: exampleStay.patient, visit: 'V000926', location: examplePlace(14) },
          { patient: exampleStay.patient, visit: 'V000927', location: examplePlace(13) },
        ],
      },
    },
  },
  'bed.record-leave': {
    summary: 'A feed says that a patient is away for a while; the bed stays theirs (ADT A21)',
    right,
    data: z.strictObject({ ...visitFact, expectedBack: leaveSchema.shape.expectedBack }),
    example: {
      given: [admitted('V000928', 15)],
      data: { ...told('V000928', 15), expectedBack: '2026-03-03T10:00:00.000Z' },
    },
  },
  'bed.record-return': {
    summary: 'A feed says that a patient is back from a leave (ADT A22)',
    right,
    data: z.strictObject(visitFact),
    example: {
      given: [
        admitted('V000929', 21),
        { type: 'bed.record-leave', data: { ...told('V000929', 21), at: '2026-03-01T08:30:00.000Z' } },
      ],
      data: told('V000929', 21),
    },
  },
  'bed.record-status': {
    summary: 'A feed states the status of a bed (ADT A20)',
    right,
    data: z.strictObject({ location: whereaboutsSchema, at: instantSchema, status: bedStatusCodeSchema }),
    example: { data: { location: examplePlace(16), status: 'K', at: exampleStay.at } },
  },
  'bed.record-merge': {
    summary: 'A feed says that patients were one: some of their numbers are gone (ADT A40)',
    right,
    data: z.strictObject({
      at: instantSchema,
      /** The HL7 code of the facility whose feed says so; it gives out the numbers that name nobody else. */
      facility: whereaboutsSchema.shape.facility,
      merges: z
        .array(z.strictObject({ patient: patientSchema, gone: z.array(numberSchema).min(1).max(50) }))
        .min(1)
        .max(50),
    }),
    example: {
      given: [admitted('V000930', 22)],
      data: {
        at: later,
        facility: 'RGH',
        merges: [
          {
            patient: { ...exampleStay.patient, mrn: 'D000906' },
            gone: [{ mrn: 'D000901', assigner: 'DEMO' }],
          },
        ],
      },
    },
  },
} as const;

/** The shape of each, for the union of all commands. */
export const factCommandSchemas = [
  z.object({ type: z.literal('bed.record-admission'), data: factDefinitions['bed.record-admission'].data }),
  z.object({ type: z.literal('bed.record-transfer'), data: factDefinitions['bed.record-transfer'].data }),
  z.object({ type: z.literal('bed.record-discharge'), data: factDefinitions['bed.record-discharge'].data }),
  z.object({
    type: z.literal('bed.record-preadmission'),
    data: factDefinitions['bed.record-preadmission'].data,
  }),
  z.object({ type: z.literal('bed.record-update'), data: factDefinitions['bed.record-update'].data }),
  z.object({
    type: z.literal('bed.record-admission-cancelled'),
    data: factDefinitions['bed.record-admission-cancelled'].data,
  }),
  z.object({
    type: z.literal('bed.record-transfer-cancelled'),
    data: factDefinitions['bed.record-transfer-cancelled'].data,
  }),
  z.object({
    type: z.literal('bed.record-discharge-cancelled'),
    data: factDefinitions['bed.record-discharge-cancelled'].data,
  }),
  z.object({ type: z.literal('bed.record-swap'), data: factDefinitions['bed.record-swap'].data }),
  z.object({ type: z.literal('bed.record-leave'), data: factDefinitions['bed.record-leave'].data }),
  z.object({ type: z.literal('bed.record-return'), data: factDefinitions['bed.record-return'].data }),
  z.object({ type: z.literal('bed.record-status'), data: factDefinitions['bed.record-status'].data }),
  z.object({ type: z.literal('bed.record-merge'), data: factDefinitions['bed.record-merge'].data }),
] as const;

const factSchema = z.discriminatedUnion('type', factCommandSchemas);

/** What a feed says about beds and who is in them. */
export type BedFact = z.infer<typeof factSchema>;
export type BedFactOf<T extends BedFact['type']> = Extract<BedFact, { type: T }>;

/** What a feed says of one stay in its message. */
export interface StatedStay {
  readonly patient: z.infer<typeof patientSchema>;
  readonly visit?: string | undefined;
  readonly location: z.infer<typeof whereaboutsSchema>;
}

/** The stays that a fact speaks of, in its order: one, two of a swap, none of a bed's status or a merge. */
export function staysOf(fact: BedFact): readonly StatedStay[] {
  if (fact.type === 'bed.record-swap') return fact.data.stays;
  if (fact.type === 'bed.record-status' || fact.type === 'bed.record-merge') return [];
  return [fact.data];
}

/** The places that a fact names as those where a visit is, or that it states the status of. */
export function locationsOf(fact: BedFact): readonly z.infer<typeof whereaboutsSchema>[] {
  return fact.type === 'bed.record-status'
    ? [fact.data.location]
    : staysOf(fact).map(({ location }) => location);
}

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { phi } from '../phi.ts';
import { idSchema } from '../topic.ts';
import type { PrivacyRight } from './access.ts';
import { holdReasons, purposeSchema, refusalReasons, requestKinds } from './schema.ts';

const account = idSchema;
/** Where whoever writes it down works: the right is looked for there. */
const place = idSchema;
const id = z.uuid('must be a UUID').lowercase('must be in lower case');

/** A patient by a number of theirs. */
const namedPatientSchema = z.strictObject({
  kind: z.literal('patient'),
  /** The facility that gave the number. */
  facility: z.string().trim().min(1).max(80),
  mrn: phi(z.string().trim().min(1).max(80)),
});

/** Whose data is meant, as somebody names them. */
export const namedSubjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('account'), account }),
  namedPatientSchema,
]);
export type NamedSubject = z.infer<typeof namedSubjectSchema>;

const patient = (n: number) => ({ kind: 'patient', facility: 'RGH', mrn: `EXAMPLE-${n}` });
const uuid = (n: number) => `01980000-0000-7000-8000-00000000000${n}`;
const asked = (n: number, kind: string) => ({
  type: 'privacy.ask-for',
  data: { request: uuid(n), kind, about: patient(n) },
});

/** Each command about consent and people's own data: its data, the right it asks for, an example. */
const definitions = {
  'consent.give': {
    summary: 'Agree to a purpose, by the text that is current',
    right: 'consent.record',
    data: z.strictObject({ account, purpose: purposeSchema, text: z.int().min(1) }),
    example: { as: 'nurse', data: { account: 'demo-nurse', purpose: 'research', text: 2 } },
  },
  'consent.withdraw': {
    summary: 'Agree to a purpose no longer',
    right: 'consent.record',
    data: z.strictObject({ account, purpose: purposeSchema }),
    example: {
      given: [
        { type: 'consent.give', data: { account: 'demo-nurse', purpose: 'teaching', text: 1 }, as: 'nurse' },
      ],
      as: 'nurse',
      data: { account: 'demo-nurse', purpose: 'teaching' },
    },
  },
  'consent.give-for': {
    summary: 'Write down that a patient without an account agrees to a purpose',
    right: 'consent.record-patient',
    data: z.strictObject({
      place,
      about: namedPatientSchema,
      purpose: purposeSchema,
      text: z.int().min(1),
    }),
    example: {
      data: { place: 'rgh', about: patient(9), purpose: 'research', text: 2 },
    },
  },
  'consent.withdraw-for': {
    summary: 'Write down that a patient without an account agrees to a purpose no longer',
    right: 'consent.record-patient',
    data: z.strictObject({ place, about: namedPatientSchema, purpose: purposeSchema }),
    example: {
      given: [
        {
          type: 'consent.give-for',
          data: { place: 'rgh', about: patient(8), purpose: 'teaching', text: 1 },
        },
      ],
      data: { place: 'rgh', about: patient(8), purpose: 'teaching' },
    },
  },
  'privacy.ask': {
    summary: 'Ask for all that is kept about oneself, or that it be erased',
    right: 'privacy.own',
    data: z.strictObject({ account, request: id, kind: z.enum(requestKinds) }),
    example: { as: 'nurse', data: { account: 'demo-nurse', request: uuid(1), kind: 'export' } },
  },
  'privacy.ask-for': {
    summary: 'Write down what somebody asked about their data by other ways than this',
    right: 'privacy.administer',
    stepUp: true,
    data: z.strictObject({ request: id, kind: z.enum(requestKinds), about: namedSubjectSchema }),
    example: { data: { request: uuid(2), kind: 'erasure', about: patient(2) } },
  },
  'privacy.decide': {
    summary: 'Have an erasure carried out, or say why it is not',
    right: 'privacy.administer',
    stepUp: true,
    data: z.strictObject({
      request: id,
      decision: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('carry-out') }),
        z.strictObject({ kind: z.literal('refuse'), reason: z.enum(refusalReasons) }),
      ]),
    }),
    example: {
      given: [asked(3, 'erasure')],
      data: { request: uuid(3), decision: { kind: 'refuse', reason: 'identity-not-proven' } },
    },
  },
  'privacy.step': {
    summary: 'How far a request has come',
    right: 'privacy.carry-out',
    data: z.strictObject({ request: id, done: z.int().min(0), of: z.int().min(1) }),
    example: { given: [asked(4, 'export')], data: { request: uuid(4), done: 1, of: 4 } },
  },
  'privacy.settle': {
    summary: 'What became of a request',
    right: 'privacy.carry-out',
    data: z.strictObject({
      request: id,
      outcome: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('ready'), bytes: z.int().min(0), until: instantSchema }),
        z.strictObject({ kind: z.literal('done') }),
        z.strictObject({ kind: z.literal('held') }),
        z.strictObject({ kind: z.literal('failed') }),
      ]),
    }),
    example: { given: [asked(5, 'export')], data: { request: uuid(5), outcome: { kind: 'done' } } },
  },
  'hold.place': {
    summary: 'Keep somebody’s data from being erased, for a reason',
    right: 'privacy.administer',
    stepUp: true,
    data: z.strictObject({ hold: id, about: namedSubjectSchema, reason: z.enum(holdReasons) }),
    example: { data: { hold: uuid(6), about: patient(6), reason: 'legal-dispute' } },
  },
  'hold.lift': {
    summary: 'Let somebody’s data be erased again',
    right: 'privacy.administer',
    stepUp: true,
    data: z.strictObject({ hold: id }),
    example: {
      given: [
        {
          type: 'hold.place',
          data: { hold: uuid(7), about: patient(7), reason: 'authority-order' },
        },
      ],
      data: { hold: uuid(7) },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: PrivacyRight }>;

const privacyCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('consent.give'), data: definitions['consent.give'].data }),
  z.object({ type: z.literal('consent.withdraw'), data: definitions['consent.withdraw'].data }),
  z.object({ type: z.literal('consent.give-for'), data: definitions['consent.give-for'].data }),
  z.object({ type: z.literal('consent.withdraw-for'), data: definitions['consent.withdraw-for'].data }),
  z.object({ type: z.literal('privacy.ask'), data: definitions['privacy.ask'].data }),
  z.object({ type: z.literal('privacy.ask-for'), data: definitions['privacy.ask-for'].data }),
  z.object({ type: z.literal('privacy.decide'), data: definitions['privacy.decide'].data }),
  z.object({ type: z.literal('privacy.step'), data: definitions['privacy.step'].data }),
  z.object({ type: z.literal('privacy.settle'), data: definitions['privacy.settle'].data }),
  z.object({ type: z.literal('hold.place'), data: definitions['hold.place'].data }),
  z.object({ type: z.literal('hold.lift'), data: definitions['hold.lift'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type PrivacyCommand = z.infer<typeof privacyCommandSchema>;

export const privacyCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parsePrivacyCommand(command: { type: string; data: unknown }): PrivacyCommand {
  return privacyCommandSchema.parse(command);
}

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { pseudonym } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };
const namedSchema = z.object({ id: idSchema, name: z.string() });

/** What somebody may agree to beyond what care itself needs. */
export const purposes = ['reminders', 'research', 'teaching'] as const;
export const purposeSchema = z.enum(purposes);
export type Purpose = (typeof purposes)[number];

/** Which text of each purpose is the one to agree to now. A text that changes in what it says gets another number. */
export const currentTexts: Readonly<Record<Purpose, number>> = { reminders: 1, research: 2, teaching: 1 };

/** What somebody said to a purpose last, and to which text of it. */
export const consentSchema = z.object({
  id: idSchema,
  purpose: purposeSchema,
  text: z.int().min(1),
  status: z.enum(['given', 'withdrawn']),
  ...entity,
});
export type Consent = z.infer<typeof consentSchema>;

const aboutPatientSchema = z.object({ kind: z.literal('patient'), patient: pseudonym() });

/** Whose data is asked about: somebody who has an account, or a patient whom a facility knows by a number. */
export const aboutSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('account'), account: namedSchema }),
  aboutPatientSchema,
]);
export type About = z.infer<typeof aboutSchema>;

/**
 * What a patient without an account said to a purpose last, as somebody wrote it down. Once the patient is erased it is
 * `erased`, and about nobody in particular.
 */
export const patientConsentSchema = consentSchema.extend({
  about: aboutPatientSchema,
  status: z.enum(['given', 'withdrawn', 'erased']),
});
export type PatientConsent = z.infer<typeof patientConsentSchema>;

/** So many consents of patients stand in the state of an organisation's privacy: those of which was said something last. */
export const shownConsents = 500;

/** The consents that stand in the state, of those that are given. */
export function newestConsents(consents: readonly PatientConsent[]): Record<string, PatientConsent> {
  const newest = [...consents].sort((a, b) => b.asOf.localeCompare(a.asOf) || b.id.localeCompare(a.id));
  return Object.fromEntries(newest.slice(0, shownConsents).map((consent) => [consent.id, consent]));
}

export const requestKinds = ['export', 'erasure'] as const;
export const requestStatuses = ['asked', 'making', 'ready', 'done', 'refused', 'failed'] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** Why a request is refused: a closed list, what somebody would write might say more than it should. */
export const refusalReasons = [
  'identity-not-proven',
  'records-must-be-kept',
  'legal-hold',
  'asked-twice',
] as const;

/** Somebody asks for all that is kept about them, or that it be erased. */
export const requestSchema = z.object({
  id: idSchema,
  kind: z.enum(requestKinds),
  about: aboutSchema,
  status: z.enum(requestStatuses),
  askedAt: instantSchema,
  /** While it is being carried out. */
  progress: z.object({ done: z.int().min(0), of: z.int().min(1) }).optional(),
  /** Of an archive that is ready: how large it is, and until when it is kept. */
  archive: z.object({ bytes: z.int().min(0), until: instantSchema }).optional(),
  reason: z.enum(refusalReasons).optional(),
  ...entity,
});
export type Request = z.infer<typeof requestSchema>;

export const holdReasons = ['legal-dispute', 'authority-order', 'medical-board'] as const;

/** Somebody's data must stay as it is, for a reason: nothing of it is erased until this is lifted. */
export const holdSchema = z.object({
  id: idSchema,
  about: aboutSchema,
  reason: z.enum(holdReasons),
  ...entity,
});
export type Hold = z.infer<typeof holdSchema>;

/**
 * The state of `org/<id>/privacy`: what was asked about people's data, what must not be erased, and what patients without
 * an account agreed to.
 */
export const privacySchema = z.object({
  organisation: namedSchema,
  requests: z.record(z.string(), requestSchema),
  holds: z.record(z.string(), holdSchema),
  consents: z.record(z.string(), patientConsentSchema),
});
export type Privacy = z.infer<typeof privacySchema>;

/** The state of `user/<id>/privacy`: what one person agreed to and asked for. */
export const ownPrivacySchema = z.object({
  user: namedSchema,
  consents: z.record(z.string(), consentSchema),
  requests: z.record(z.string(), requestSchema),
});
export type OwnPrivacy = z.infer<typeof ownPrivacySchema>;

/** How long an archive is kept for whoever asked for it. */
export const archiveDays = 7;

import { z } from 'zod';
import type { EventDefinition, NewEvent } from '../module.ts';
import { idSchema } from '../topic.ts';
import {
  type Consent,
  consentSchema,
  type Hold,
  holdSchema,
  type PatientConsent,
  patientConsentSchema,
  type Request,
  requestSchema,
} from './schema.ts';

export const requestChangedSchema = z.object({ from: requestSchema.optional(), to: requestSchema });
export const holdPlacedSchema = z.object({ to: holdSchema });
export const holdLiftedSchema = z.object({ hold: idSchema, from: holdSchema });
export const consentChangedSchema = z.object({ from: consentSchema.optional(), to: consentSchema });
export const patientConsentChangedSchema = z.object({
  from: patientConsentSchema.optional(),
  to: patientConsentSchema,
});

const at = '2026-03-01T08:00:00.000Z';
const nurse = { kind: 'person', id: 'a-nurse', name: 'Nurse' } as const;
const request: Request = {
  id: '01980000-0000-7000-8000-000000000001',
  kind: 'export',
  about: { kind: 'account', account: { id: 'a-nurse', name: 'Nurse' } },
  status: 'making',
  askedAt: at,
  version: 1,
  asOf: at,
  source: nurse,
};
const hold: Hold = {
  id: '01980000-0000-7000-8000-000000000002',
  about: { kind: 'patient', patient: 'a-subject' },
  reason: 'legal-dispute',
  version: 1,
  asOf: at,
  source: { kind: 'person', id: 'an-admin', name: 'Admin' },
};

export const privacyEvents: readonly EventDefinition[] = [
  {
    type: 'privacy.request-changed',
    summary: 'Somebody asked about their data, or what they asked for has come further',
    topic: 'org/*/privacy',
    data: requestChangedSchema,
    example: { to: request },
  },
  {
    type: 'privacy.hold-placed',
    summary: 'Somebody’s data must not be erased',
    topic: 'org/*/privacy',
    data: holdPlacedSchema,
    example: { to: hold },
  },
  {
    type: 'privacy.hold-lifted',
    summary: 'Somebody’s data may be erased again',
    topic: 'org/*/privacy',
    data: holdLiftedSchema,
    example: { hold: hold.id, from: hold },
  },
  {
    type: 'privacy.consent-changed',
    summary: 'A patient without an account agreed to a purpose, agrees no longer, or was erased',
    topic: 'org/*/privacy',
    data: patientConsentChangedSchema,
    example: {
      to: {
        id: '01980000-0000-7000-8000-000000000003',
        about: { kind: 'patient', patient: 'a-subject' },
        purpose: 'research',
        text: 2,
        status: 'given',
        version: 1,
        asOf: at,
        source: { kind: 'person', id: 'a-receptionist', name: 'Receptionist' },
      },
    },
  },
  {
    type: 'own.consent-changed',
    summary: 'Somebody agreed to a purpose, or agrees no longer',
    topic: 'user/*/privacy',
    data: consentChangedSchema,
    example: {
      to: {
        id: 'research',
        purpose: 'research',
        text: 2,
        status: 'given',
        version: 1,
        asOf: at,
        source: nurse,
      },
    },
  },
  {
    type: 'own.request-changed',
    summary: 'What one asked about one’s own data has come further',
    topic: 'user/*/privacy',
    data: requestChangedSchema,
    example: { to: request },
  },
];

/** The events of a request that has changed: for those who see to it, and for whoever has the account it is about. */
export function requestChanged(org: string, from: Request | undefined, to: Request): NewEvent[] {
  const data = { ...(from === undefined ? {} : { from }), to };
  const event = { topic: `org/${org}/privacy`, type: 'privacy.request-changed', data };
  if (to.about.kind !== 'account') return [event];
  return [event, { topic: `user/${to.about.account.id}/privacy`, type: 'own.request-changed', data }];
}

/** The event of a consent that was given or withdrawn. */
export function consentChanged(account: string, from: Consent | undefined, to: Consent): NewEvent {
  const data = { ...(from === undefined ? {} : { from }), to };
  return { topic: `user/${account}/privacy`, type: 'own.consent-changed', data };
}

/** The event of what a patient without an account said, or of their erasure. */
export function patientConsentChanged(
  org: string,
  from: PatientConsent | undefined,
  to: PatientConsent,
): NewEvent {
  const data = { ...(from === undefined ? {} : { from }), to };
  return { topic: `org/${org}/privacy`, type: 'privacy.consent-changed', data };
}

import { z } from 'zod';
import type { NewEvent } from '#domain/module.ts';
import {
  consentChangedSchema,
  holdLiftedSchema,
  holdPlacedSchema,
  patientConsentChangedSchema,
  requestChangedSchema,
} from '#domain/privacy/events.ts';
import {
  type Consent,
  consentSchema,
  type Hold,
  holdSchema,
  type Request,
  requestSchema,
} from '#domain/privacy/schema.ts';
import type { Write } from '../store.ts';
import { patientConsentWrite } from './patient-consents.ts';

/** The rows to write after events of this context. What a person is told of a request is the request's own row. */
export function privacyWrites(events: readonly NewEvent[]): Write[] {
  return events.flatMap(({ topic, type, data }) => {
    if (type === 'own.consent-changed')
      return [consentWrite(topic.split('/')[1] ?? '', consentChangedSchema.parse(data).to)];
    if (type === 'privacy.request-changed') return [requestWrite(requestChangedSchema.parse(data).to)];
    if (type === 'privacy.consent-changed')
      return [patientConsentWrite(patientConsentChangedSchema.parse(data).to)];
    if (type === 'privacy.hold-placed') return [holdWrite(holdPlacedSchema.parse(data).to)];
    if (type === 'privacy.hold-lifted') return [liftWrite(holdLiftedSchema.parse(data).hold)];
    return [];
  });
}

function consentWrite(account: string, consent: Consent): Write {
  return {
    schema: consentSchema,
    value: consent,
    save: async ({ org, connection }, sealed) =>
      consent.version === 1
        ? connection`
            insert into carewall.consents (org_id, account, purpose, version, entity)
            values (${org}, ${account}, ${consent.purpose}, ${consent.version}, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.consents set version = ${consent.version}, entity = ${connection.json(sealed)}
            where org_id = ${org} and account = ${account} and purpose = ${consent.purpose}`.execute(),
  };
}

function requestWrite(request: Request): Write {
  const { about, status } = request;
  const account = about.kind === 'account' ? about.account.id : null;
  const patient = about.kind === 'patient' ? (about.patient ?? null) : null;
  const open = status === 'asked' || status === 'making';
  return {
    schema: requestSchema,
    value: request,
    save: async ({ org, connection }, sealed) =>
      request.version === 1
        ? connection`
            insert into carewall.privacy_requests (org_id, id, kind, account, patient, status, version, entity)
            values (${org}, ${request.id}, ${request.kind}, ${account}, ${patient}, ${status}, ${request.version},
              ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.privacy_requests
            set status = ${status}, version = ${request.version}, entity = ${connection.json(sealed)},
              ended_at = case when ${open} then null else coalesce(ended_at, clock_timestamp()) end
            where org_id = ${org} and id = ${request.id}`.execute(),
  };
}

function holdWrite(hold: Hold): Write {
  const { about } = hold;
  const account = about.kind === 'account' ? about.account.id : null;
  const patient = about.kind === 'patient' ? (about.patient ?? null) : null;
  return {
    schema: holdSchema,
    value: hold,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.privacy_holds (org_id, id, account, patient, version, entity)
        values (${org}, ${hold.id}, ${account}, ${patient}, ${hold.version}, ${connection.json(sealed)})`.execute(),
  };
}

function liftWrite(hold: string): Write {
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }) =>
      connection`delete from carewall.privacy_holds where org_id = ${org} and id = ${hold}`.execute(),
  };
}

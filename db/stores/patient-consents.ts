import { z } from 'zod';
import type { PrivacyCommand } from '#domain/privacy/commands.ts';
import { type PatientConsent, patientConsentSchema, shownConsents } from '#domain/privacy/schema.ts';
import type { StoreContext, Write } from '../store.ts';

const rowsSchema = z.array(z.object({ entity: patientConsentSchema }));

/**
 * What was written down of the patient whom a command is about, under all numbers that were merged with theirs, locked: to the
 * command's purpose, or to all where it ends a request about them. Nothing for other commands.
 */
export async function loadPatientConsents(
  { org, connection }: StoreContext,
  command: PrivacyCommand,
  patient: string | undefined,
): Promise<PatientConsent[]> {
  switch (command.type) {
    case 'consent.give-for':
    case 'consent.withdraw-for':
      return entities(
        await connection`
          select entity from carewall.patient_consents
          where org_id = ${org} and purpose = ${command.data.purpose}
            and patient in (select s from carewall.merged_with(${org}, array[${patient ?? null}::text]) as s)
          order by id for update`.execute(),
      );
    case 'privacy.settle':
      return entities(
        await connection`
          select entity from carewall.patient_consents
          where org_id = ${org} and patient in (select s from carewall.merged_with(${org}, array(
            select patient from carewall.privacy_requests
              where org_id = ${org} and id = ${command.data.request}::uuid and patient is not null
            union
            select i.entity ->> 'subject' from carewall.person_items i
              join carewall.privacy_requests r on r.org_id = i.org_id and r.account = i.account
              where r.org_id = ${org} and r.id = ${command.data.request}::uuid and i.entity ? 'subject'
          )) as s)
          order by id for update`.execute(),
      );
    default:
      return [];
  }
}

/** The consents of patients of which was said something last. */
export async function readNewestConsents({ org, connection }: StoreContext): Promise<PatientConsent[]> {
  return entities(
    await connection`
      select entity from carewall.patient_consents where org_id = ${org}
      order by as_of desc, id desc limit ${shownConsents}`.execute(),
  );
}

/** Writes what a patient said, or that they were erased: then its row is found by nobody's number. */
export function patientConsentWrite(consent: PatientConsent): Write {
  const patient = consent.about.patient ?? null;
  return {
    schema: patientConsentSchema,
    value: consent,
    save: async ({ org, connection }, sealed) =>
      consent.version === 1
        ? connection`
            insert into carewall.patient_consents (org_id, id, patient, purpose, as_of, version, entity)
            values (${org}, ${consent.id}, ${patient}, ${consent.purpose}, ${consent.asOf}, ${consent.version},
              ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.patient_consents
            set patient = ${patient}, as_of = ${consent.asOf}, version = ${consent.version},
              entity = ${connection.json(sealed)}
            where org_id = ${org} and id = ${consent.id}`.execute(),
  };
}

function entities(rows: unknown): PatientConsent[] {
  return rowsSchema.parse(rows).map(({ entity }) => entity);
}

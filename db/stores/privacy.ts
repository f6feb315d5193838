import { z } from 'zod';
import { type NamedSubject, type PrivacyCommand, parsePrivacyCommand } from '#domain/privacy/commands.ts';
import { decidePrivacy } from '#domain/privacy/decide.ts';
import { privacyModule } from '#domain/privacy/module.ts';
import {
  type About,
  consentSchema,
  holdSchema,
  newestConsents,
  ownPrivacySchema,
  privacySchema,
  requestSchema,
} from '#domain/privacy/schema.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext, type StoreKeys } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { loadPatientConsents, readNewestConsents } from './patient-consents.ts';
import { privacyWrites } from './privacy-writes.ts';

/** Consents, of patients without an account too, requests about people's data and legal holds: an entity a row. */
export const privacyStore: ContextStore = {
  module: privacyModule,
  prepare: (command, keys) =>
    parseOr(parsePrivacyCommand, command, (parsed) => ({
      load: (context) => load(context, parsed, keys),
    })),
  project: privacyWrites,
  snapshot: (context, kind, id = '') =>
    kind === 'user/*/privacy' ? ownSnapshot(context, id) : organisationSnapshot(context, id),
};

/** What a command names: a request or a hold there may be, an account or a patient it is about. */
interface Names {
  readonly request?: string;
  readonly hold?: string;
  readonly account?: string;
  readonly patient?: string;
  readonly purpose?: string;
  readonly kind?: string;
  /** Where the right is looked for, of commands that say so. */
  readonly place?: string;
}

const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.array(z.string()),
  patient: z.boolean(),
});
const entitiesSchema = z.array(z.object({ entity: z.unknown() }));
const pathsSchema = z.array(z.object({ path: z.array(z.string()) }));
const countSchema = z.array(z.object({ found: z.boolean() })).length(1);

async function load(context: StoreContext, command: PrivacyCommand, keys: StoreKeys): Promise<Loaded> {
  const { org, connection } = context;
  const names = namesOf(command, org, keys);
  const account = names.account ?? null;
  const patient = names.patient ?? null;
  const [people, consents, requests, holds, pending, patientConsents, places] = await Promise.all([
    connection`
      select p.id, p.name, p.path, exists (
        select from carewall.grants g where g.org_id = ${org} and g.account = p.id and g.role = 'patient') as patient
      from carewall.places p where p.org_id = ${org} and p.kind = 'person' and p.id = ${account}`.execute(),
    connection`
      select entity from carewall.consents
      where org_id = ${org} and account = ${account} and purpose = ${names.purpose ?? null} for update`.execute(),
    connection`
      select entity from carewall.privacy_requests where org_id = ${org} and id = ${names.request ?? null}::uuid for update`.execute(),
    connection`
      select entity from carewall.privacy_holds h where h.org_id = ${org} and (
        h.id = ${names.hold ?? null}::uuid
        or exists (
          select from carewall.privacy_requests r where r.org_id = ${org} and r.id = ${names.request ?? null}::uuid
            and (h.account = r.account or h.patient in (select s from carewall.merged_with(${org}, array[r.patient]) as s))
        )
      ) order by id for share`.execute(),
    connection`
      select exists (
        select from carewall.privacy_requests where org_id = ${org} and kind = ${names.kind ?? null}
          and status in ('asked', 'making') and (account = ${account} or patient = ${patient})) as found`.execute(),
    loadPatientConsents(context, command, names.patient),
    connection`
      select path from carewall.places
      where org_id = ${org} and id = ${names.place ?? null} and kind <> 'person'`.execute(),
  ]);
  const person = z.array(personSchema).parse(people)[0];
  const consent = entitiesSchema.parse(consents).map(({ entity }) => consentSchema.parse(entity))[0];
  const request = entitiesSchema.parse(requests).map(({ entity }) => requestSchema.parse(entity))[0];
  const held = entitiesSchema.parse(holds).map(({ entity }) => holdSchema.parse(entity));
  const about = aboutOf(person, names);
  const own = ['consent.give', 'consent.withdraw', 'privacy.ask'].includes(command.type);
  const state = {
    org,
    about,
    isPatient: person?.patient ?? false,
    consent,
    patientConsents,
    request,
    hold: held.find(({ id }) => id === names.hold),
    held: held.some(({ id }) => id !== names.hold),
    pending: countSchema.parse(pending)[0]?.found ?? false,
  };
  return {
    path: own ? person?.path : pathOf(names, org, places),
    topicKind: own ? 'user/*/privacy' : 'org/*/privacy',
    decide: (context) => decidePrivacy(state, command, context),
    writes: privacyWrites,
    ...(request === undefined ? {} : { version: request.version }),
  };
}

function namesOf(command: PrivacyCommand, org: string, keys: StoreKeys): Names {
  switch (command.type) {
    case 'consent.give':
    case 'consent.withdraw':
      return { account: command.data.account, purpose: command.data.purpose };
    case 'consent.give-for':
    case 'consent.withdraw-for':
      return { place: command.data.place, ...subjectNames(command.data.about, org, keys) };
    case 'privacy.ask':
      return { account: command.data.account, request: command.data.request, kind: command.data.kind };
    case 'privacy.ask-for':
      return {
        request: command.data.request,
        kind: command.data.kind,
        ...subjectNames(command.data.about, org, keys),
      };
    case 'hold.place':
      return { hold: command.data.hold, ...subjectNames(command.data.about, org, keys) };
    case 'hold.lift':
      return { hold: command.data.hold };
    default:
      return { request: command.data.request };
  }
}

/** A number is found by its pseudonym alone: as the facility that gave it is named in messages. */
function subjectNames(about: NamedSubject, org: string, { ring }: StoreKeys): Names {
  if (about.kind === 'account') return { account: about.account };
  return { patient: ring.pseudonym(org, 'mrn', `${about.facility}|${about.mrn ?? ''}`) };
}

/** The path of the place that a command names, the organisation being one; of those that name none, the organisation's. */
function pathOf({ place }: Names, org: string, rows: unknown): readonly string[] | undefined {
  if (place === undefined || place === org) return [org];
  return pathsSchema.parse(rows)[0]?.path;
}

function aboutOf(person: { id: string; name: string } | undefined, names: Names): About | undefined {
  if (names.patient !== undefined) return { kind: 'patient', patient: names.patient };
  return person === undefined
    ? undefined
    : { kind: 'account', account: { id: person.id, name: person.name } };
}

const namedSchema = z.array(z.object({ name: z.string() }));

function byId<Entity extends { id: string }>(
  schema: z.ZodType<Entity>,
  rows: unknown,
): Record<string, Entity> {
  const entities = entitiesSchema.parse(rows).map(({ entity }) => schema.parse(entity));
  return Object.fromEntries(entities.map((entity) => [entity.id, entity]));
}

async function ownSnapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [people, consents, requests] = await Promise.all([
    connection`select name from carewall.places where org_id = ${org} and id = ${id} and kind = 'person'`.execute(),
    connection`select entity from carewall.consents where org_id = ${org} and account = ${id}`.execute(),
    connection`select entity from carewall.privacy_requests where org_id = ${org} and account = ${id}`.execute(),
  ]);
  const [person] = namedSchema.parse(people);
  if (person === undefined) return undefined;
  return {
    schema: ownPrivacySchema,
    value: {
      user: { id, name: person.name },
      consents: byId(consentSchema, consents),
      requests: byId(requestSchema, requests),
    },
  };
}

async function organisationSnapshot(
  { org, connection }: StoreContext,
  id: string,
): Promise<Tagged | undefined> {
  const [organisations, requests, holds, consents] = await Promise.all([
    connection`select name from carewall.organisations where id = ${org} and id = ${id}`.execute(),
    connection`select entity from carewall.privacy_requests where org_id = ${org}`.execute(),
    connection`select entity from carewall.privacy_holds where org_id = ${org}`.execute(),
    readNewestConsents({ org, connection }),
  ]);
  const [organisation] = namedSchema.parse(organisations);
  if (organisation === undefined) return undefined;
  return {
    schema: privacySchema,
    value: {
      organisation: { id, name: organisation.name },
      requests: byId(requestSchema, requests),
      holds: byId(holdSchema, holds),
      consents: newestConsents(consents),
    },
  };
}

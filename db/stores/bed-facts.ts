import { z } from 'zod';
import { type BedFact, type BedFactOf, locationsOf, staysOf } from '#domain/beds/fact-commands.ts';
import { decideFact, type FactOutcome, type FactState } from '#domain/beds/facts.ts';
import { type VisitMemory, visitMemorySchema } from '#domain/beds/visit-memory.ts';
import { placePathOf } from '../places.ts';
import type { Loaded, StoreContext, StoreKeys, Write } from '../store.ts';
import { alertVersionsAbout, openAlertsOf } from './alerts.ts';
import { bedRowsSchema, identityOf, movedWrites, opened } from './bed-rows.ts';
import { loadMerges, mergeWrites, type NumberedMerge, statedMerges } from './patient-merges.ts';

const topicKind = 'unit/*/beds';
const pathsSchema = z.array(z.object({ path: z.array(z.string()) }));
const memoryRowsSchema = z.array(z.object({ encounter: z.string(), memory: visitMemorySchema }));

type StayOrStatus = Exclude<BedFact, BedFactOf<'bed.record-merge'>>;

/**
 * A fact concerns the beds it names, those where its visits are and those planned for them. The visits are locked first,
 * so that of two facts about one visit the second sees where the first has put it; and no merge of patients may come
 * between reading who a patient is and putting them to bed.
 */
export async function loadForFact(
  context: StoreContext,
  fact: StayOrStatus,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const stays = staysOf(fact);
  const identities = stays.map(({ visit, patient, location }) =>
    identityOf(keys.ring, org, location.facility, visit, patient),
  );
  const encounters = [...new Set(identities.flatMap((identity) => identity?.encounter ?? []))].sort();
  const subjects = [...new Set(identities.flatMap((identity) => identity?.subject ?? []))];
  const locations = locationsOf(fact);
  const facility = locations[0]?.facility ?? '';
  const named = connection.json(locations.filter(({ bed }) => bed !== ''));
  const reached = connection`
    select id from carewall.beds where org_id = ${org} and encounter = any(${encounters})
    union select id from carewall.beds where org_id = ${org} and claim_encounter = any(${encounters})
    union select b.id from jsonb_to_recordset(${named})
        as n(facility text, "pointOfCare" text, room text, bed text)
      join carewall.beds b on b.org_id = ${org} and b.facility = n.facility
        and b.point_of_care = n."pointOfCare" and b.room = n.room and b.bed = n.bed`;
  const [, , merges, memoryRows, rows, versions, outside] = await Promise.all([
    connection`select pg_advisory_xact_lock_shared(hashtextextended(${`${org} merges`}, 0))`.execute(),
    connection`select pg_advisory_xact_lock(hashtextextended(e, 0)) from unnest(${encounters.map((one) => `${org} ${one}`)}::text[]) as e`.execute(),
    loadMerges(context, subjects),
    connection`select encounter, memory from carewall.visits where org_id = ${org} and encounter = any(${encounters})`.execute(),
    connection`
      select b.entity, p.id as unit, p.name as unit_name, p.path, p.facility
      from carewall.beds b join carewall.places p on p.org_id = b.org_id and p.id = b.unit
      where b.org_id = ${org} and b.id in (${reached}) order by b.id for update of b`.execute(),
    alertVersionsAbout(connection, org, reached),
    facilityPath(context, facility),
  ]);
  const found = bedRowsSchema.parse(rows);
  const [places, known] = await Promise.all([opened(keys.vault, org, found), merges.opened(keys.vault)]);
  const remembered = new Map(
    memoryRowsSchema.parse(memoryRows).map(({ encounter, memory }) => [encounter, memory]),
  );
  const state: FactState = {
    places,
    visits: identities.map((identity) => ({
      identity,
      memory: remembered.get(identity?.encounter ?? '') ?? {},
    })),
    merges: known,
    alertVersions: versions,
  };
  const isNamed = ({ bed }: (typeof places)[number]) =>
    locations.some(
      (one) =>
        one.facility === bed.location.facility &&
        one.pointOfCare === bed.location.pointOfCare &&
        one.room === bed.location.room &&
        one.bed === bed.location.bed,
    );
  const paths = found.flatMap((row, index) => {
    const place = places[index];
    return place !== undefined && isNamed(place) ? [placePathOf(row)] : [];
  });
  const unknown = paths.length < new Set(locations.filter(({ bed }) => bed !== '').map(textOf)).size;
  let outcome: FactOutcome | undefined;
  return {
    // A fact that names two beds needs its right at both: in what they have in common.
    path: unknown ? undefined : (commonPath(paths) ?? outside()),
    topicKind,
    decide(decision) {
      outcome = decideFact(state, fact, decision);
      return outcome.decision;
    },
    writes: (events) => [
      ...movedWrites(events, places),
      ...identities.flatMap((identity, index) => {
        const memory = outcome?.memories[index];
        if (identity === undefined || memory === undefined) return [];
        return memory === state.visits[index]?.memory ? [] : [memoryWrite(identity.encounter, memory)];
      }),
    ],
  };
}

/** A merge concerns every bed and every open alert of the patients it names, and of whoever was merged with them before. */
export async function loadForMerge(
  context: StoreContext,
  fact: BedFactOf<'bed.record-merge'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const stated: readonly NumberedMerge[] = statedMerges(keys.ring, org, fact);
  const subjects = [...new Set(stated.flatMap(({ gone, subject }) => [gone, subject]))];
  const concerned = connection`select s from carewall.merged_with(${org}, ${subjects}) as s`;
  const [, merges, rows, alerts, path] = await Promise.all([
    connection`select pg_advisory_xact_lock(hashtextextended(${`${org} merges`}, 0))`.execute(),
    loadMerges(context, subjects),
    connection`
      select b.entity, p.id as unit, p.name as unit_name, p.path, p.facility
      from carewall.beds b join carewall.places p on p.org_id = b.org_id and p.id = b.unit
      where b.org_id = ${org} and b.id in (
        select id from carewall.beds where org_id = ${org} and patient in (${concerned})
        union select id from carewall.beds where org_id = ${org} and claim_patient in (${concerned})) order by b.id for update of b`.execute(),
    openAlertsOf(context, concerned),
    facilityPath(context, fact.data.facility),
  ]);
  const [places, known, openAlerts] = await Promise.all([
    opened(keys.vault, org, bedRowsSchema.parse(rows)),
    merges.opened(keys.vault),
    alerts.opened(keys.vault),
  ]);
  const state: FactState = {
    places,
    visits: [],
    merges: known,
    stated,
    openAlerts,
    alertVersions: {},
  };
  let outcome: FactOutcome | undefined;
  return {
    path: path(),
    topicKind,
    decide(decision) {
      outcome = decideFact(state, fact, decision);
      return outcome.decision;
    },
    writes: (events) => [...movedWrites(events, places), ...mergeWrites(outcome?.merges ?? [])],
  };
}

function textOf(location: object): string {
  return JSON.stringify(location);
}

/** The places that all the paths go through, from the organisation down; nothing where there is no path. */
function commonPath(paths: readonly (readonly string[])[]): readonly string[] | undefined {
  const [first, ...others] = paths;
  return first?.filter((place) => others.every((path) => path.includes(place)));
}

/** Where a fact acts that names no bed: at its facility, or in the whole organisation where the code names none. */
async function facilityPath({ org, connection }: StoreContext, code: string): Promise<() => string[]> {
  const rows = await connection`
    select path from carewall.places where org_id = ${org} and kind = 'facility' and code = ${code} order by id limit 1`.execute();
  return () => pathsSchema.parse(rows)[0]?.path ?? [org];
}

const memorySchema = z.object({ memory: visitMemorySchema });

function memoryWrite(encounter: string, memory: VisitMemory): Write {
  return {
    schema: memorySchema,
    value: { memory },
    save: async ({ org, connection }) =>
      connection`
        insert into carewall.visits (org_id, encounter, memory) values (${org}, ${encounter}, ${connection.json(memory)})
        on conflict (org_id, encounter) do update set memory = excluded.memory, at = clock_timestamp()`.execute(),
  };
}

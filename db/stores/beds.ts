import { z } from 'zod';
import type { BedInUnit } from '#domain/beds/change.ts';
import { type BedCommand, parseBedCommand } from '#domain/beds/commands.ts';
import { type BedRequest, decideAdd, decideFact, decideRequest } from '#domain/beds/decide.ts';
import { bedAddedSchema, bedMovedSchema, isBedMoved } from '#domain/beds/events.ts';
import { moveBed } from '#domain/beds/evolve.ts';
import type { BedFact } from '#domain/beds/facts.ts';
import { bedsModule } from '#domain/beds/module.ts';
import { type Bed, bedSchema, type Location, type Unit, unitBedsSchema } from '#domain/beds/schema.ts';
import type { NewEvent } from '#domain/module.ts';
import { placePathOf, unitOf, unitRowSchema } from '../places.ts';
import {
  type ContextStore,
  type Loaded,
  parseOr,
  type StoreContext,
  type StoreKeys,
  type Write,
} from '../store.ts';
import type { Vault } from '../vault.ts';
import { alertVersionsAbout } from './alerts.ts';

const topicKind = 'unit/*/beds';

const bedRowSchema = unitRowSchema.extend({ entity: z.unknown() });
const bedRowsSchema = z.array(bedRowSchema);
type BedRow = z.infer<typeof bedRowSchema>;

/** Beds: one row each, locked in the order of their ids. */
export const bedsStore: ContextStore = {
  module: bedsModule,
  prepare: (command, keys) =>
    parseOr(parseBedCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context moves a bed, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  async snapshot({ org, connection }, _kind, id) {
    const [units, rows] = await Promise.all([
      connection`select id as unit, name as unit_name, path, facility from carewall.places where org_id = ${org} and id = ${id ?? ''} and kind = 'unit'`.execute(),
      connection`select entity from carewall.beds where org_id = ${org} and unit = ${id ?? ''} order by id`.execute(),
    ]);
    const [unit] = z.array(unitRowSchema).parse(units);
    if (unit === undefined) return undefined;
    const beds = z.array(z.object({ entity: z.looseObject({ id: z.string() }) })).parse(rows);
    const value = {
      unit: unitOf(unit),
      beds: Object.fromEntries(beds.map(({ entity }) => [entity.id, entity])),
    };
    return { schema: unitBedsSchema, value };
  },
  async due(relay) {
    const rows = await relay`
      select org_id as org, id as bed, version from carewall.beds
      where claim_until <= clock_timestamp() order by claim_until limit 200`;
    return z
      .array(z.object({ org: z.string(), bed: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ org, bed, version }) => ({ org, type: 'bed.expire-claim', data: { bed }, expect: version }));
  },
};

async function load(context: StoreContext, command: BedCommand, keys: StoreKeys): Promise<Loaded> {
  if (command.type === 'bed.add') return loadForAdding(context, command);
  if (isFact(command)) return loadForFact(context, command, keys);
  return loadForRequest(context, command, keys);
}

function isFact(command: BedCommand): command is BedFact {
  return command.type.startsWith('bed.record-');
}

async function loadForAdding(
  { org, connection }: StoreContext,
  command: Extract<BedCommand, { type: 'bed.add' }>,
): Promise<Loaded> {
  const { unit, bed, location } = command.data;
  const [units, taken] = await Promise.all([
    connection`
      select id as unit, name as unit_name, path, facility from carewall.places
      where org_id = ${org} and id = ${unit} and kind = 'unit'`.execute(),
    connection`
      select id from carewall.beds
      where org_id = ${org} and (id = ${bed} or (facility = ${location.facility} and point_of_care = ${location.pointOfCare}
        and room = ${location.room} and bed = ${location.bed}))`.execute(),
  ]);
  const [place] = z.array(unitRowSchema).parse(units);
  const ids = z.array(z.object({ id: z.string() })).parse(taken);
  const clash = ids.some(({ id }) => id === bed) ? 'id' : ids.length > 0 ? 'location' : undefined;
  return {
    path: place && placePathOf(place),
    topicKind,
    decide: (decision) => decideAdd({ unit: place && unitOf(place), taken: clash }, command, decision),
    writes: (events) =>
      events.map((event) => {
        const { bed: added } = bedAddedSchema.parse(event.data);
        return writeOf(added, (save, sealed) => insertBed(save, unit, added, sealed));
      }),
  };
}

async function loadForRequest(
  { org, connection }: StoreContext,
  command: BedRequest,
  { vault, ring }: StoreKeys,
): Promise<Loaded> {
  const rows = await connection`
    select b.entity, p.id as unit, p.name as unit_name, p.path, p.facility
    from carewall.beds b join carewall.places p on p.org_id = b.org_id and p.id = b.unit
    where b.org_id = ${org} and b.id = ${command.data.bed} for update of b`.execute();
  const [row] = bedRowsSchema.parse(rows);
  if (row === undefined)
    return { path: undefined, topicKind, decide: refuseUnknown(command), writes: () => [] };
  const [place] = await opened(vault, org, [row]);
  const visit = 'visit' in command.data ? command.data.visit : undefined;
  const patient = 'patient' in command.data ? command.data.patient : undefined;
  const facility = place?.bed.location.facility ?? '';
  const identity = identityOf(ring, org, facility, visit, patient);
  return {
    path: placePathOf(row),
    topicKind,
    ...(place === undefined ? {} : { version: place.bed.version }),
    decide: (decision) => decideRequest(place, command, decision, identity),
    writes: (events) => movedWrites(events, place === undefined ? [] : [place]),
  };
}

function refuseUnknown(command: BedRequest): Loaded['decide'] {
  return (decision) => decideRequest(undefined, command, decision);
}

/**
 * A fact concerns the bed it names and the bed where its visit is. The visit is locked first, so that of two facts
 * about one visit the second sees where the first has put it.
 */
async function loadForFact(
  { org, connection }: StoreContext,
  fact: BedFact,
  keys: StoreKeys,
): Promise<Loaded> {
  const { location } = fact.data;
  const about = fact.type === 'bed.record-status' ? undefined : fact.data;
  const identity = identityOf(keys.ring, org, location.facility, about?.visit, about?.patient);
  const encounter = identity?.encounter ?? null;
  const reached = connection`
    select id from carewall.beds
    where org_id = ${org} and (encounter = ${encounter} or (facility = ${location.facility}
      and point_of_care = ${location.pointOfCare} and room = ${location.room} and bed = ${location.bed}))`;
  const [, rows, versions] = await Promise.all([
    connection`select pg_advisory_xact_lock(hashtextextended(${`${org} ${encounter ?? ''}`}, 0)) where ${encounter}::text is not null`.execute(),
    connection`
      select b.entity, p.id as unit, p.name as unit_name, p.path, p.facility
      from carewall.beds b join carewall.places p on p.org_id = b.org_id and p.id = b.unit
      where b.org_id = ${org} and b.id in (${reached}) order by b.id for update of b`.execute(),
    alertVersionsAbout(connection, org, reached),
  ]);
  const found = bedRowsSchema.parse(rows);
  const places = await opened(keys.vault, org, found);
  const named = places.find(({ bed }) => sameLocation(bed.location, location));
  const current =
    encounter === null ? undefined : places.find(({ bed }) => bed.occupant?.encounter === encounter);
  const namedRow = found.find(({ unit }) => unit === named?.unit.id);
  return {
    path: namedRow && placePathOf(namedRow),
    topicKind,
    decide: (decision) => decideFact({ named, current, identity, alertVersions: versions }, fact, decision),
    writes: (events) => movedWrites(events, places),
  };
}

/** Pseudonyms of a patient and a stay. Visit numbers are unique within a facility, record numbers within who assigns them. */
function identityOf(
  ring: StoreKeys['ring'],
  org: string,
  facility: string,
  visit: string | undefined,
  patient: { mrn?: string | undefined; assigner?: string | undefined } | undefined,
): { subject: string; encounter: string } | undefined {
  const encounter = visit === undefined ? undefined : ring.pseudonym(org, 'visit', `${facility}|${visit}`);
  const mrn = patient?.mrn;
  const subject =
    mrn === undefined ? undefined : ring.pseudonym(org, 'mrn', `${patient?.assigner ?? facility}|${mrn}`);
  const either = encounter ?? subject;
  return either === undefined ? undefined : { subject: subject ?? either, encounter: either };
}

async function opened(vault: Vault, org: string, rows: readonly BedRow[]): Promise<BedInUnit[]> {
  const entities = await vault.open(
    org,
    rows.map(({ entity }) => ({ schema: bedSchema, value: entity })),
  );
  return rows.map((row, index) => ({ bed: bedSchema.parse(entities[index]), unit: unitOf(row) }));
}

function sameLocation(a: Location, b: Location): boolean {
  return a.facility === b.facility && a.pointOfCare === b.pointOfCare && a.room === b.room && a.bed === b.bed;
}

/** Each bed that the events move, as they leave it. */
function movedWrites(events: readonly NewEvent[], places: readonly BedInUnit[]): Write[] {
  const beds = new Map<string, Bed>();
  for (const event of events) {
    if (!isBedMoved(event.type)) continue;
    const moved = bedMovedSchema.parse(event.data);
    const before = beds.get(moved.bed) ?? places.find(({ bed }) => bed.id === moved.bed)?.bed;
    if (before === undefined) throw new Error('a decision moved a bed that was not loaded');
    beds.set(moved.bed, moveBed(before, moved));
  }
  return [...beds.values()].map((bed) => writeOf(bed, (save, sealed) => updateBed(save, bed, sealed)));
}

function writeOf(bed: Bed, save: Write['save']): Write {
  return { schema: bedSchema, value: bed, save };
}

async function updateBed(
  { org, connection }: StoreContext,
  bed: Bed,
  sealed: Parameters<Write['save']>[1],
): Promise<unknown> {
  return connection`
    update carewall.beds set entity = ${connection.json(sealed)}, version = ${bed.version},
      encounter = ${bed.occupant?.encounter ?? null}, claim_until = ${bed.claim?.until ?? null}
    where org_id = ${org} and id = ${bed.id}`.execute();
}

async function insertBed(
  { org, connection }: StoreContext,
  unit: Unit['id'],
  bed: Bed,
  sealed: Parameters<Write['save']>[1],
): Promise<unknown> {
  const { location } = bed;
  return connection`
    insert into carewall.beds (org_id, id, unit, point_of_care, room, bed, facility, version, entity)
    values (${org}, ${bed.id}, ${unit}, ${location.pointOfCare}, ${location.room}, ${location.bed}, ${location.facility},
      ${bed.version}, ${connection.json(sealed)})`.execute();
}

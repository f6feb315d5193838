import { z } from 'zod';
import { type BedCommand, parseBedCommand } from '#domain/beds/commands.ts';
import { type BedRequest, decideAdd, decideRequest } from '#domain/beds/decide.ts';
import { bedAddedSchema } from '#domain/beds/events.ts';
import type { BedFact, BedFactOf } from '#domain/beds/fact-commands.ts';
import { bedsModule } from '#domain/beds/module.ts';
import { type Bed, type Unit, unitBedsSchema } from '#domain/beds/schema.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { placePathOf, unitOf, unitRowSchema } from '../places.ts';
import {
  type ContextStore,
  type Loaded,
  parseOr,
  type StoreContext,
  type StoreKeys,
  type Write,
} from '../store.ts';
import { loadForFact, loadForMerge } from './bed-facts.ts';
import { type VisitPlace, whereVisitLies } from './bed-of-visit.ts';
import { bedRowsSchema, identityOf, movedWrites, opened, writeOf } from './bed-rows.ts';

const topicKind = 'unit/*/beds';

/** Beds: one row each, locked in the order of their ids. */
export const bedsStore: ContextStore = {
  module: bedsModule,
  prepare: (command, keys) =>
    parseOr(parseBedCommand, command, (parsed) => ({
      load: (context: StoreContext, by: Pick<Principal, 'kind' | 'id'>) => load(context, parsed, keys, by),
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

async function load(
  context: StoreContext,
  command: BedCommand,
  keys: StoreKeys,
  by: Pick<Principal, 'kind' | 'id'>,
): Promise<Loaded> {
  if (command.type === 'bed.add') return loadForAdding(context, command);
  if (command.type === 'bed.record-merge') return loadForMerge(context, command, keys);
  if (isFact(command)) return loadForFact(context, command, keys);
  const lies = command.type === 'bed.occupy' ? await whereVisitLies(context, command, keys, by) : undefined;
  return loadForRequest(context, command, keys, lies);
}

function isFact(command: BedCommand): command is Exclude<BedFact, BedFactOf<'bed.record-merge'>> {
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
  lies: VisitPlace | undefined,
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
  const pseudonyms = identityOf(ring, org, facility, visit, patient);
  const identity = pseudonyms && { ...pseudonyms, lies };
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

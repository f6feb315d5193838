import { z } from 'zod';
import { type NetworkCommand, parseNetworkCommand } from '#domain/network/commands.ts';
import { decideNetwork, type LevelRecord } from '#domain/network/decide.ts';
import { availabilityMovedSchema } from '#domain/network/events.ts';
import { type LevelOfCare, levelOfCareSchema } from '#domain/network/levels.ts';
import { networkModule } from '#domain/network/module.ts';
import {
  type AttestedLevel,
  attestedLevelSchema,
  facilityAvailabilitySchema,
} from '#domain/network/schema.ts';
import { toJson } from '../json.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext, type Write } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { censusSnapshot } from './census.ts';
import { networkSnapshot, regionSnapshot } from './network-snapshots.ts';
import { availabilityProjection } from './network-view.ts';

const topicKind = 'facility/*/availability';

/** What a network has to give: one row for each level of care that a facility counts, and what projections derive. */
export const networkStore: ContextStore = {
  module: networkModule,
  prepare: (command) =>
    parseOr(parseNetworkCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed),
    })),
  project: (events) => {
    throw new Error(
      `no other context counts beds for a facility, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  snapshot(context, kind, id = '') {
    if (kind === topicKind) return availabilitySnapshot(context, id);
    if (kind === 'facility/*/census') return censusSnapshot(context, id);
    return kind === 'region/*/availability' ? regionSnapshot(context, id) : networkSnapshot(context);
  },
  projections: [availabilityProjection],
  async due(relay) {
    const rows = await relay`
      select org_id as org, facility, level, version from carewall.availability
      where valid_until <= clock_timestamp() order by valid_until limit 200`;
    return z
      .array(z.object({ org: z.string(), facility: z.string(), level: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ org, facility, level, version }) => ({
        org,
        type: 'availability.lapse',
        data: { facility, level },
        expect: version,
      }));
  },
};

const levelRowSchema = z.object({
  level: levelOfCareSchema,
  version: z.int(),
  entity: attestedLevelSchema.nullable(),
  before: attestedLevelSchema.nullable(),
});

async function load({ org, connection }: StoreContext, command: NetworkCommand): Promise<Loaded> {
  const { facility } = command.data;
  const named =
    command.type === 'availability.confirm'
      ? command.data.levels.map(({ level }) => level)
      : [command.data.level];
  const [places, rows] = await Promise.all([
    connection`select path from carewall.places where org_id = ${org} and id = ${facility} and kind = 'facility'`.execute(),
    connection`
      select level, version, entity, before from carewall.availability
      where org_id = ${org} and facility = ${facility} and level = any(${named}::text[])
      order by level for update`.execute(),
  ]);
  const [place] = z.array(z.object({ path: z.array(z.string()) })).parse(places);
  const levels = new Map<LevelOfCare, LevelRecord>(
    z
      .array(levelRowSchema)
      .parse(rows)
      .map(({ level, version, entity, before }) => [
        level,
        { version, now: entity ?? undefined, before: before ?? undefined },
      ]),
  );
  const [first] = named;
  return {
    path: place?.path,
    topicKind,
    ...(named.length === 1 && first !== undefined ? { version: levels.get(first)?.version ?? 0 } : {}),
    decide: (decision) => decideNetwork(levels, command, decision),
    writes: (events) =>
      events.map(({ data }) => {
        const { level, version, from, to } = availabilityMovedSchema.parse(data);
        const known = levels.has(level);
        // A word that can be taken back keeps what it took the place of; one that cannot keeps nothing.
        const before = to?.undoableUntil === undefined ? undefined : from;
        return writeOf({ facility, level, version, known }, to, before);
      }),
  };
}

function writeOf(
  row: { facility: string; level: LevelOfCare; version: number; known: boolean },
  entity: AttestedLevel | undefined,
  before: AttestedLevel | undefined,
): Write {
  const { facility, level, version } = row;
  const validUntil = entity === undefined || entity.lapsed ? null : entity.validUntil;
  return {
    schema: attestedLevelSchema,
    value: entity ?? null,
    async save({ org, connection }, sealed) {
      const kept = before === undefined ? null : connection.json(toJson(before));
      const stands = entity === undefined ? null : connection.json(sealed);
      // Not an upsert: of two who count a level for the first time, the second must see what the first said.
      return row.known
        ? connection`
            update carewall.availability
            set version = ${version}, valid_until = ${validUntil}, entity = ${stands}, before = ${kept}
            where org_id = ${org} and facility = ${facility} and level = ${level}`.execute()
        : connection`
            insert into carewall.availability (org_id, facility, level, version, valid_until, entity, before)
            values (${org}, ${facility}, ${level}, ${version}, ${validUntil}, ${stands}, ${kept})`.execute();
    },
  };
}

async function availabilitySnapshot(
  { org, connection }: StoreContext,
  facility: string,
): Promise<Tagged | undefined> {
  const [places, rows] = await Promise.all([
    connection`
      select p.name, f.entity as details from carewall.places p
      left join carewall.facilities f on f.org_id = p.org_id and f.facility = p.id
      where p.org_id = ${org} and p.id = ${facility} and p.kind = 'facility'`.execute(),
    connection`
      select level, entity from carewall.availability
      where org_id = ${org} and facility = ${facility} and entity is not null order by level`.execute(),
  ]);
  const [place] = z.array(z.object({ name: z.string(), details: z.unknown() })).parse(places);
  if (place === undefined) return undefined;
  const levels = z.array(z.object({ level: z.string(), entity: z.unknown() })).parse(rows);
  const value = {
    facility: { id: facility, name: place.name },
    ...(place.details === null ? {} : { details: place.details }),
    levels: Object.fromEntries(levels.map(({ level, entity }) => [level, entity])),
  };
  return { schema: facilityAvailabilitySchema, value };
}

import { z } from 'zod';
import { type LevelCommand, parseNetworkCommand } from '#domain/network/commands.ts';
import { decideLevels } from '#domain/network/decide.ts';
import { isAvailabilityMoved } from '#domain/network/events.ts';
import { networkModule } from '#domain/network/module.ts';
import { facilityAvailabilitySchema } from '#domain/network/schema.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { levelWrites, movedLevelWrites, readLevels } from './attested-levels.ts';
import { censusSnapshot } from './census.ts';
import { loadRegistration } from './facilities.ts';
import { networkSnapshot, regionSnapshot } from './network-snapshots.ts';
import { availabilityProjection } from './network-view.ts';

const topicKind = 'facility/*/availability';

/** What a network has to give: one row for each level of care that a facility counts, and what projections derive. */
export const networkStore: ContextStore = {
  module: networkModule,
  prepare: (command) =>
    parseOr(parseNetworkCommand, command, (parsed) => ({
      load: (context: StoreContext) =>
        parsed.type === 'facility.register' ? loadRegistration(context, parsed) : load(context, parsed),
    })),
  // What is said through a link. A level that has a version has a row.
  project: (events) =>
    events.flatMap((event) => {
      if (!isAvailabilityMoved(event.type)) throw new Error(`no other context says ${event.type}`);
      return movedLevelWrites(event);
    }),
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

async function load({ org, connection }: StoreContext, command: LevelCommand): Promise<Loaded> {
  const { facility } = command.data;
  const named =
    command.type === 'availability.confirm'
      ? command.data.levels.map(({ level }) => level)
      : [command.data.level];
  const [places, levels] = await Promise.all([
    connection`select path from carewall.places where org_id = ${org} and id = ${facility} and kind = 'facility'`.execute(),
    readLevels({ org, connection }, facility, named),
  ]);
  const [place] = z.array(z.object({ path: z.array(z.string()) })).parse(places);
  const [first] = named;
  return {
    path: place?.path,
    topicKind,
    ...(named.length === 1 && first !== undefined ? { version: levels.get(first)?.version ?? 0 } : {}),
    decide: (decision) => decideLevels(levels, command, decision),
    writes: (events) => levelWrites(facility, levels, events),
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

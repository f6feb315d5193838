import { z } from 'zod';
import { turnaroundCensusOf } from '#domain/network/census.ts';
import { changed } from '#domain/network/changes.ts';
import { availabilityMovedTypes, facilityMovedTypes, type NetworkChanged } from '#domain/network/events.ts';
import { changedFacility } from '#domain/network/evolve.ts';
import { facilityChange, networkTrendIsDue, networkTrendOf } from '#domain/network/network.ts';
import {
  type AttestedLevel,
  attestedLevelSchema,
  type FacilityDetails,
  facilityDetailsSchema,
  type NetworkFacility,
  networkAvailabilitySchema,
  networkFacilitySchema,
  networkTrendSchema,
  turnaroundCensusSchema,
} from '#domain/network/schema.ts';
import type { Projection, StoreContext, Write } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { censusOf, censusTopic } from './census.ts';
import { type DerivedItem, itemsById, oneItem, readDerivedItems, writeItem } from './derived-items.ts';
import { readTurnaroundLengths } from './finished-turnarounds.ts';

const topic = 'network/availability';

const placeRowsSchema = z.array(
  z.object({ id: z.string(), name: z.string(), details: facilityDetailsSchema.nullable() }),
);

/** The network: of each facility on whose topics something came, what people attested and what its beds come to. */
export const networkProjection: Projection = {
  name: 'network',
  after: [...availabilityMovedTypes, ...facilityMovedTypes, 'facility.census-changed'],
  async project(context, topics, decision) {
    const touched = [
      ...new Set(topics.flatMap((one) => /^facility\/([^/]+)\/(availability|census)$/.exec(one)?.[1] ?? [])),
    ].sort();
    if (touched.length === 0) return { events: [], writes: [] };
    const [places, levels, censuses, items, lengths] = await Promise.all([
      placesOf(context, touched),
      levelsOf(context, touched),
      readDerivedItems(context, touched.map(censusTopic)),
      readDerivedItems(context, [topic]),
      readTurnaroundLengths(context),
    ]);
    const facilities = itemsById(items, { topic, kind: 'facility' }, networkFacilitySchema);
    const changes: NetworkChanged['facilities'] = {};
    const writes: Write[] = [];
    for (const id of touched) {
      const { units, turnaround } = censusOf(censuses, id);
      const { name, details } = places.get(id) ?? { name: id };
      const now = {
        id,
        name,
        ...(details === undefined ? {} : { details }),
        levels: levels.get(id) ?? {},
        units,
        turnaround,
      };
      const change = facilityChange(facilities[id], now, decision);
      if (change === undefined) continue;
      const next = changedFacility(facilities[id], change);
      changes[id] = change;
      facilities[id] = next;
      writes.push(writeItem({ topic, kind: 'facility', id }, networkFacilitySchema, next));
    }
    const before = wholeOf(items);
    const turnaround = turnaroundCensusOf(before.turnaround, [...lengths.values()].flat(), decision);
    const trend = networkTrendIsDue(before.trend, decision)
      ? networkTrendOf(before.trend, Object.values(facilities), turnaround, decision)
      : before.trend;
    const [turnaroundChange, trendChange] = [
      changed(before.turnaround, turnaround),
      changed(before.trend, trend),
    ];
    if (Object.keys(changes).length === 0 && turnaroundChange === undefined && trendChange === undefined) {
      return { events: [], writes: [] };
    }
    if (turnaroundChange?.to !== undefined) {
      writes.push(
        writeItem({ topic, kind: 'turnaround', id: '' }, turnaroundCensusSchema, turnaroundChange.to),
      );
    }
    if (trendChange?.to !== undefined) {
      writes.push(writeItem({ topic, kind: 'trend', id: '' }, networkTrendSchema, trendChange.to));
    }
    const data: NetworkChanged = {
      facilities: changes,
      ...(turnaroundChange === undefined ? {} : { turnaround: turnaroundChange }),
      ...(trendChange === undefined ? {} : { trend: trendChange }),
    };
    return { events: [{ topic, type: 'network.availability-changed', data }], writes };
  },
};

/** The state of the network. Sends its queries before it first waits. */
export async function networkSnapshot(context: StoreContext): Promise<Tagged | undefined> {
  const { org, connection } = context;
  const [organisations, items] = await Promise.all([
    connection`select id, name from carewall.organisations where id = ${org}`.execute(),
    readDerivedItems(context, [topic]),
  ]);
  const [organisation] = z.array(z.object({ id: z.string(), name: z.string() })).parse(organisations);
  if (organisation === undefined) return undefined;
  const facilities: Record<string, NetworkFacility> = itemsById(
    items,
    { topic, kind: 'facility' },
    networkFacilitySchema,
  );
  return { schema: networkAvailabilitySchema, value: { organisation, facilities, ...wholeOf(items) } };
}

function wholeOf(items: readonly DerivedItem[]) {
  const turnaround = oneItem(items, { topic, kind: 'turnaround' }, turnaroundCensusSchema);
  const trend = oneItem(items, { topic, kind: 'trend' }, networkTrendSchema);
  return { ...(turnaround === undefined ? {} : { turnaround }), ...(trend === undefined ? {} : { trend }) };
}

async function placesOf(
  { org, connection }: StoreContext,
  facilities: readonly string[],
): Promise<Map<string, { name: string; details?: FacilityDetails }>> {
  const rows = placeRowsSchema.parse(
    await connection`
      select p.id, p.name, f.entity as details from carewall.places p
      left join carewall.facilities f on f.org_id = p.org_id and f.facility = p.id
      where p.org_id = ${org} and p.id = any(${[...facilities]}::text[])`.execute(),
  );
  return new Map(
    rows.map(({ id, name, details }) => [id, { name, ...(details === null ? {} : { details }) }]),
  );
}

async function levelsOf(
  { org, connection }: StoreContext,
  facilities: readonly string[],
): Promise<Map<string, Record<string, AttestedLevel>>> {
  const rows = z.array(z.object({ facility: z.string(), entity: attestedLevelSchema })).parse(
    await connection`
      select facility, entity from carewall.availability
      where org_id = ${org} and facility = any(${[...facilities]}::text[]) and entity is not null
      order by facility, level`.execute(),
  );
  const levels = new Map<string, Record<string, AttestedLevel>>();
  for (const { facility, entity } of rows) {
    levels.set(facility, { ...levels.get(facility), [entity.level]: entity });
  }
  return levels;
}

import { z } from 'zod';
import { bedEvents } from '#domain/beds/events.ts';
import type { NewEvent } from '#domain/module.ts';
import {
  bedTrendOf,
  type CountedBedRow,
  countedBedSchema,
  turnaroundCensusOf,
  unitCensusOf,
} from '#domain/network/census.ts';
import { changed, changesOf } from '#domain/network/changes.ts';
import type { CensusChanged } from '#domain/network/events.ts';
import {
  bedTrendSchema,
  type FacilityCensus,
  facilityCensusSchema,
  turnaroundCensusSchema,
  type UnitCensus,
  unitCensusSchema,
} from '#domain/network/schema.ts';
import type { Projection, StoreContext, Write } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { type DerivedItem, itemsById, oneItem, readDerivedItems, writeItem } from './derived-items.ts';
import { noteFinishedTurnarounds, readTurnaroundLengths } from './finished-turnarounds.ts';

const name = 'census';
const unitRowsSchema = z.array(z.object({ unit: z.string(), name: z.string(), facility: z.string() }));
type UnitRow = z.infer<typeof unitRowsSchema>[number];

/** The name of the topic on which a facility's census stands. */
export function censusTopic(facility: string): string {
  return `facility/${facility}/census`;
}

/** The census of each facility: of units on whose topics something came, counted anew from their beds. */
export const censusProjection: Projection = {
  name,
  after: bedEvents.map(({ type }) => type).filter((type) => type !== 'bed.fact-kept'),
  async project(context, topics, decision) {
    const units = await unitsOf(context, topics);
    if (units.length === 0) return { events: [], writes: [] };
    await noteFinishedTurnarounds(context, name, topics);
    const facilities = [...new Set(units.map(({ facility }) => facility))].sort();
    const [beds, items, lengths] = await Promise.all([
      bedsOf(context, units),
      readDerivedItems(context, facilities.map(censusTopic)),
      readTurnaroundLengths(context, facilities),
    ]);
    const events: NewEvent[] = [];
    const writes: Write[] = [];
    for (const facility of facilities) {
      const topic = censusTopic(facility);
      const before = censusOf(items, facility);
      const now: Record<string, UnitCensus> = { ...before.units };
      for (const unit of units.filter((one) => one.facility === facility)) {
        const census = unitCensusOf(
          before.units[unit.unit],
          { id: unit.unit, name: unit.name },
          beds.get(unit.unit) ?? [],
        );
        if (census !== undefined) now[unit.unit] = census;
      }
      const turnaround = turnaroundCensusOf(before.turnaround, lengths.get(facility) ?? [], decision);
      const trend = bedTrendOf(before.trend, Object.values(now), decision);
      const data = changeOfCensus(before, { units: now, turnaround, trend });
      if (data === undefined) continue;
      events.push({ topic, type: 'facility.census-changed', data });
      for (const [id, { to }] of Object.entries(data.units)) {
        if (to !== undefined) writes.push(writeItem({ topic, kind: 'unit', id }, unitCensusSchema, to));
      }
      if (data.turnaround?.to !== undefined) {
        writes.push(
          writeItem({ topic, kind: 'turnaround', id: '' }, turnaroundCensusSchema, data.turnaround.to),
        );
      }
      if (data.trend?.to !== undefined) {
        writes.push(writeItem({ topic, kind: 'trend', id: '' }, bedTrendSchema, data.trend.to));
      }
    }
    return { events, writes };
  },
};

/** The state of a facility's census. Sends its queries before it first waits. */
export async function censusSnapshot(context: StoreContext, facility: string): Promise<Tagged | undefined> {
  const { org, connection } = context;
  const [places, items] = await Promise.all([
    connection`select name from carewall.places where org_id = ${org} and id = ${facility} and kind = 'facility'`.execute(),
    readDerivedItems(context, [censusTopic(facility)]),
  ]);
  const [place] = z.array(z.object({ name: z.string() })).parse(places);
  if (place === undefined) return undefined;
  const value = { facility: { id: facility, name: place.name }, ...censusOf(items, facility) };
  return { schema: facilityCensusSchema, value };
}

/** What rows say of a facility's census. */
export function censusOf(items: readonly DerivedItem[], facility: string): Omit<FacilityCensus, 'facility'> {
  const topic = censusTopic(facility);
  const turnaround = oneItem(items, { topic, kind: 'turnaround' }, turnaroundCensusSchema);
  const trend = oneItem(items, { topic, kind: 'trend' }, bedTrendSchema);
  return {
    units: itemsById(items, { topic, kind: 'unit' }, unitCensusSchema),
    ...(turnaround === undefined ? {} : { turnaround }),
    ...(trend === undefined ? {} : { trend }),
  };
}

function changeOfCensus(
  before: Omit<FacilityCensus, 'facility'>,
  now: Omit<FacilityCensus, 'facility'>,
): CensusChanged | undefined {
  const units = changesOf(before.units, now.units);
  const turnaround = changed(before.turnaround, now.turnaround);
  const trend = changed(before.trend, now.trend);
  if (Object.keys(units).length === 0 && turnaround === undefined && trend === undefined) return undefined;
  return {
    units,
    ...(turnaround === undefined ? {} : { turnaround }),
    ...(trend === undefined ? {} : { trend }),
  };
}

/** The units that topics name, or, where none has ever been counted, all that have beds: history is not kept for ever. */
async function unitsOf({ org, connection }: StoreContext, topics: readonly string[]): Promise<UnitRow[]> {
  const named = topics.flatMap((topic) => /^unit\/([^/]+)\/beds$/.exec(topic)?.[1] ?? []);
  return unitRowsSchema.parse(
    await connection`
      select u.id as unit, u.name, f.id as facility
      from carewall.places u
      join carewall.places f on f.org_id = u.org_id and f.id = u.facility
      where u.org_id = ${org} and u.kind = 'unit' and (
        u.id = any(${named}::text[])
        or (not exists (select from carewall.derived_items d where d.org_id = ${org} and d.kind = 'unit')
          and exists (select from carewall.beds b where b.org_id = ${org} and b.unit = u.id))
      )
      order by u.id`.execute(),
  );
}

async function bedsOf(
  { org, connection }: StoreContext,
  units: readonly UnitRow[],
): Promise<Map<string, CountedBedRow[]>> {
  const rows = z.array(z.object({ unit: z.string(), entity: countedBedSchema })).parse(
    await connection`
      select unit, entity from carewall.beds
      where org_id = ${org} and unit = any(${units.map(({ unit }) => unit)}::text[]) order by unit, id`.execute(),
  );
  const beds = new Map<string, CountedBedRow[]>();
  for (const { unit, entity } of rows) beds.set(unit, [...(beds.get(unit) ?? []), entity]);
  return beds;
}

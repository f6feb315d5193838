import { z } from 'zod';
import { bedEvents } from '#domain/beds/events.ts';
import { presenceEventTypes } from '#domain/feeds/events.ts';
import type { DecisionContext, NewEvent } from '#domain/module.ts';
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
  type BedTrend,
  bedTrendSchema,
  type FacilityCensus,
  facilityCensusSchema,
  type TurnaroundCensus,
  turnaroundCensusSchema,
  type UnitCensus,
  unitCensusSchema,
} from '#domain/network/schema.ts';
import type { StoreContext, Write } from '../store.ts';
import type { Tagged } from '../vault.ts';
import {
  type DerivedItem,
  type ItemNow,
  itemsById,
  itemsByTopic,
  oneItem,
  readDerivedItems,
  writeItems,
} from './derived-items.ts';
import { silencesOf } from './feed-silence.ts';
import { noteFinishedTurnarounds, readTurnaroundLengths } from './finished-turnarounds.ts';

const unitRowsSchema = z.array(z.object({ unit: z.string(), name: z.string(), facility: z.string() }));
type UnitRow = z.infer<typeof unitRowsSchema>[number];

/** The name of the topic on which a facility's census stands. */
export function censusTopic(facility: string): string {
  return `facility/${facility}/census`;
}

/** The events of units after which a facility may count differently. */
export const censusEventTypes: readonly string[] = [
  ...bedEvents.map(({ type }) => type).filter((type) => type !== 'bed.fact-kept'),
  ...presenceEventTypes,
];

/** A facility's census without its name. */
export type Census = Omit<FacilityCensus, 'facility'>;

/** What counting came to: each facility that was looked at as it is now, and what is to be told and kept of it. */
export interface Counted {
  readonly facilities: ReadonlyMap<string, Census>;
  /** Those in which a vacated bed has become clean since it was last counted. */
  readonly finishedIn: ReadonlySet<string>;
  readonly events: readonly NewEvent[];
  readonly writes: readonly Write[];
}

/** Counts the facilities of the units on whose topics something came, from the beds of those units, as a projection does. */
export async function countFacilities(
  context: StoreContext,
  projection: string,
  topics: readonly string[],
  decision: DecisionContext,
): Promise<Counted> {
  const units = await unitsOf(context, projection, topics);
  if (units.length === 0) return { facilities: new Map(), finishedIn: new Set(), events: [], writes: [] };
  const finishedIn = await noteFinishedTurnarounds(context, projection, topics);
  const ids = [...new Set(units.map(({ facility }) => facility))].sort();
  const [beds, silences, items, lengths] = await Promise.all([
    bedsOf(context, units),
    silencesOf(
      context,
      units.map(({ unit }) => unit),
    ),
    readDerivedItems(context, ids.map(censusTopic)),
    readTurnaroundLengths(context, { facilities: ids }),
  ]);
  const itemsAt = itemsByTopic(items);
  const lengthsOf = new Map(lengths.map((one) => [one.facility, one.lengths]));
  const facilities = new Map<string, Census>();
  const events: NewEvent[] = [];
  const [unitItems, turnaroundItems, trendItems]: [
    ItemNow<UnitCensus>[],
    ItemNow<TurnaroundCensus>[],
    ItemNow<BedTrend>[],
  ] = [[], [], []];
  for (const facility of ids) {
    const topic = censusTopic(facility);
    const before = censusOf(itemsAt.get(topic) ?? [], facility);
    const now: Record<string, UnitCensus> = { ...before.units };
    for (const { unit: id, name } of units.filter((one) => one.facility === facility)) {
      const census = unitCensusOf(before.units[id], { id, name }, beds.get(id) ?? [], silences.get(id));
      if (census !== undefined) now[id] = census;
    }
    const turnaround = turnaroundCensusOf(before.turnaround, lengthsOf.get(facility) ?? [], decision);
    const trend = bedTrendOf(before.trend, Object.values(now), decision);
    facilities.set(facility, { units: now, ...(turnaround === undefined ? {} : { turnaround }), trend });
    const data = changeOfCensus(before, { units: now, turnaround, trend });
    if (data === undefined) continue;
    events.push({ topic, type: 'facility.census-changed', data });
    for (const [id, { to }] of Object.entries(data.units))
      if (to !== undefined) unitItems.push({ at: { topic, kind: 'unit', id }, entity: to });
    if (data.turnaround?.to !== undefined)
      turnaroundItems.push({ at: { topic, kind: 'turnaround', id: '' }, entity: data.turnaround.to });
    if (data.trend?.to !== undefined)
      trendItems.push({ at: { topic, kind: 'trend', id: '' }, entity: data.trend.to });
  }
  const writes = [
    ...writeItems(unitCensusSchema, unitItems),
    ...writeItems(turnaroundCensusSchema, turnaroundItems),
    ...writeItems(bedTrendSchema, trendItems),
  ];
  return { facilities, finishedIn, events, writes };
}

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
function censusOf(items: readonly DerivedItem[], facility: string): Census {
  const topic = censusTopic(facility);
  const turnaround = oneItem(items, { topic, kind: 'turnaround' }, turnaroundCensusSchema);
  const trend = oneItem(items, { topic, kind: 'trend' }, bedTrendSchema);
  return {
    units: itemsById(items, { topic, kind: 'unit' }, unitCensusSchema),
    ...(turnaround === undefined ? {} : { turnaround }),
    ...(trend === undefined ? {} : { trend }),
  };
}

function changeOfCensus(before: Census, now: Census): CensusChanged | undefined {
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

/**
 * The units that topics name, or, where the projection looks for the first time, all that have beds: history is not kept
 * for ever.
 */
async function unitsOf(
  { org, connection }: StoreContext,
  projection: string,
  topics: readonly string[],
): Promise<UnitRow[]> {
  const named = topics.flatMap((topic) => /^unit\/([^/]+)\/(?:beds|feeds)$/.exec(topic)?.[1] ?? []);
  return unitRowsSchema.parse(
    await connection`
      select u.id as unit, u.name, f.id as facility
      from carewall.places u
      join carewall.places f on f.org_id = u.org_id and f.id = u.facility
      where u.org_id = ${org} and u.kind = 'unit' and u.id = any(${named}::text[])
      union
      select u.id, u.name, f.id
      from carewall.projections p
      join carewall.places u on u.org_id = p.org_id and u.kind = 'unit'
      join carewall.places f on f.org_id = u.org_id and f.id = u.facility
      where p.org_id = ${org} and p.name = ${projection} and p.floor = '0'::xid8
        and exists (select from carewall.beds b where b.org_id = ${org} and b.unit = u.id)
      order by 1`.execute(),
  );
}

/** The beds of units as far as they are counted: who lies there is not even read. */
async function bedsOf(
  { org, connection }: StoreContext,
  units: readonly UnitRow[],
): Promise<Map<string, CountedBedRow[]>> {
  const rows = z.array(z.object({ unit: z.string(), entity: countedBedSchema })).parse(
    await connection`
      select b.unit, jsonb_strip_nulls(jsonb_build_object(
        'operationalStatus', b.entity -> 'operationalStatus', 'asOf', b.entity -> 'asOf', 'source', b.entity -> 'source',
        'claim', b.entity #> '{claim,status}', 'isolation', b.entity #> '{isolation,precaution}', 'turnaround', b.entity -> 'turnaround'
      )) as entity
      from carewall.beds b
      where b.org_id = ${org} and b.unit = any(${units.map(({ unit }) => unit)}::text[]) order by b.unit, b.id`.execute(),
  );
  const beds = new Map<string, CountedBedRow[]>();
  for (const { unit, entity } of rows) {
    const others = beds.get(unit);
    if (others === undefined) beds.set(unit, [entity]);
    else others.push(entity);
  }
  return beds;
}

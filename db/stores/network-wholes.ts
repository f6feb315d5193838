import { z } from 'zod';
import type { DecisionContext } from '#domain/module.ts';
import { turnaroundCensusOf, turnaroundIsDue } from '#domain/network/census.ts';
import { type Change, changed } from '#domain/network/changes.ts';
import { type CountedFacility, networkTrendIsDue, networkTrendOf } from '#domain/network/network.ts';
import {
  attestedLevelSchema,
  type NetworkTrend,
  networkTrendSchema,
  type TurnaroundCensus,
  turnaroundCensusSchema,
  unitCensusSchema,
} from '#domain/network/schema.ts';
import { idSchema } from '#domain/topic.ts';
import type { StoreContext } from '../store.ts';
import { itemsByTopic, oneItem, readDerivedItems } from './derived-items.ts';
import { readTurnaroundLengths, type TurnaroundScope } from './finished-turnarounds.ts';
import { networkTopic, wholeKinds } from './network-snapshots.ts';

/** A network, or one region of it, of which some facilities were touched. */
export interface Scope {
  readonly topic: string;
  readonly region: string | undefined;
  readonly facilities: readonly string[];
}

/** What of a scope as a whole is not as it was. */
export interface WholeChange {
  readonly turnaround?: Change<TurnaroundCensus>;
  readonly trend?: Change<NetworkTrend>;
}

/** What has just been derived and is in no row yet. */
export interface Derived {
  readonly after: ReadonlyMap<string, CountedFacility>;
  readonly finishedIn: ReadonlySet<string>;
}

type InRegion = CountedFacility & { readonly region: string | undefined };

const pageSize = 500;
const countedLevelSchema = attestedLevelSchema.omit({ source: true, undoableUntil: true, version: true });
const countedRowsSchema = z.array(
  z.object({
    id: z.string(),
    region: z.string().nullable(),
    entity: z.object({
      levels: z.record(z.string(), countedLevelSchema),
      units: z.record(idSchema, unitCensusSchema.pick({ tally: true, asOf: true, silence: true })),
    }),
  }),
);

/**
 * Turnaround and trend of each scope, by its topic, where they are to be measured again: a trend every five minutes, from
 * every facility there is; a turnaround when a bed has become clean.
 */
export async function wholesOf(
  context: StoreContext,
  scopes: readonly Scope[],
  { after, finishedIn }: Derived,
  decision: DecisionContext,
): Promise<ReadonlyMap<string, WholeChange>> {
  const items = itemsByTopic(
    await readDerivedItems(
      context,
      scopes.map(({ topic }) => topic),
      { kinds: wholeKinds },
    ),
  );
  const standing = scopes.map((scope) => {
    const own = items.get(scope.topic) ?? [];
    const trend = oneItem(own, { topic: scope.topic, kind: 'trend' }, networkTrendSchema);
    const turnaround = oneItem(own, { topic: scope.topic, kind: 'turnaround' }, turnaroundCensusSchema);
    return { ...scope, trend, turnaround, trendDue: networkTrendIsDue(trend, decision) };
  });
  const trends = standing.filter(({ trendDue }) => trendDue);
  const measured = standing.filter(({ turnaround, trendDue, facilities }) =>
    turnaroundIsDue(
      turnaround,
      { finished: facilities.some((id) => finishedIn.has(id)), trendDue },
      decision,
    ),
  );
  const [facilities, lengths] = await Promise.all([
    trends.length === 0 ? [] : countedFacilities(context, trends, after),
    measured.length === 0 ? [] : readTurnaroundLengths(context, turnaroundScope(measured)),
  ]);
  const wholes = new Map<string, WholeChange>();
  for (const scope of standing) {
    const { topic, region, trend, turnaround, trendDue } = scope;
    const isOwn = (one: { readonly region?: string | null | undefined }): boolean =>
      region === undefined || one.region === region;
    const renewed = measured.includes(scope)
      ? turnaroundCensusOf(
          turnaround,
          lengths.filter(isOwn).flatMap((one) => one.lengths),
          decision,
        )
      : turnaround;
    const next = trendDue ? networkTrendOf(trend, facilities.filter(isOwn), renewed, decision) : trend;
    const [turnaroundChange, trendChange] = [changed(turnaround, renewed), changed(trend, next)];
    wholes.set(topic, {
      ...(turnaroundChange === undefined ? {} : { turnaround: turnaroundChange }),
      ...(trendChange === undefined ? {} : { trend: trendChange }),
    });
  }
  return wholes;
}

/** One reading for all of them: of everything, or of their regions alone. */
function turnaroundScope(scopes: readonly Scope[]): TurnaroundScope {
  if (scopes.some(({ region }) => region === undefined)) return 'all';
  return { regions: scopes.flatMap(({ region }) => region ?? []) };
}

/** Every facility of the scopes as far as a trend counts it, a page at a time: others have their turn in between. */
async function countedFacilities(
  { org, connection }: StoreContext,
  scopes: readonly Scope[],
  after: Derived['after'],
): Promise<InRegion[]> {
  const regions = scopes.flatMap(({ region }) => region ?? []);
  const within = scopes.some(({ region }) => region === undefined)
    ? connection``
    : connection`and p.parent = any(${regions}::text[])`;
  const found: InRegion[] = [];
  for (let last = ''; ; ) {
    const page = countedRowsSchema.parse(
      await connection`
        select d.id, p.parent as region, jsonb_build_object(
          'levels', coalesce((
            select jsonb_object_agg(key, value - '{source,undoableUntil,version}'::text[]) from jsonb_each(d.entity -> 'levels')), '{}'),
          'units', coalesce((
            select jsonb_object_agg(key, value - '{id,name,source,version}'::text[]) from jsonb_each(d.entity -> 'units')), '{}')
        ) as entity
        from carewall.derived_items d
        join carewall.places p on p.org_id = d.org_id and p.id = d.id
        where d.org_id = ${org} and d.topic = ${networkTopic} and d.kind = 'facility' and d.id > ${last} ${within}
        order by d.id limit ${pageSize}`.execute(),
    );
    found.push(
      ...page
        .filter(({ id }) => !after.has(id))
        .map(({ region, entity }) => ({ ...entity, region: region ?? undefined })),
    );
    last = page.at(-1)?.id ?? '';
    if (page.length < pageSize) break;
  }
  const regionOf = new Map(
    scopes.flatMap(({ region, facilities }) =>
      region === undefined ? [] : facilities.map((id) => [id, region] as const),
    ),
  );
  return [...found, ...[...after].map(([id, facility]) => ({ ...facility, region: regionOf.get(id) }))];
}

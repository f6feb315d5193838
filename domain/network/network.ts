import { millis } from '../instant.ts';
import { availableTotal } from '../measures/available.ts';
import { type Compliance, complianceOf } from '../measures/compliance.ts';
import { type Freshness, freshnessOf, silenceLimitMs, worstOf } from '../measures/freshness.ts';
import { type Total, totalOf } from '../measures/total.ts';
import { trendIsDue, withPoint } from '../measures/trend.ts';
import type { DecisionContext } from '../module.ts';
import { changed, changesOf } from './changes.ts';
import type { FacilityChanged } from './events.ts';
import { type CareGroup, careGroups, groupOf } from './levels.ts';
import type { AttestedLevel, NetworkFacility, NetworkTrend, TurnaroundCensus, UnitCensus } from './schema.ts';
import { shownAs } from './shown.ts';

/** What of a facility is to be told to the network; nothing where all is as it was. */
export function facilityChange(
  before: NetworkFacility | undefined,
  now: Pick<NetworkFacility, 'id' | 'name' | 'details' | 'levels' | 'units' | 'turnaround'>,
  context: DecisionContext,
): FacilityChanged | undefined {
  const details = changed(before?.details, now.details);
  const levels = changesOf(before?.levels ?? {}, now.levels);
  const units = changesOf(before?.units ?? {}, now.units);
  const turnaround = changed(before?.turnaround, now.turnaround);
  const unchanged =
    Object.keys(levels).length === 0 &&
    Object.keys(units).length === 0 &&
    details === undefined &&
    turnaround === undefined &&
    before?.name === now.name;
  if (unchanged) return undefined;
  return {
    id: now.id,
    name: now.name,
    version: (before?.version ?? 0) + 1,
    asOf: context.now,
    source: context.by,
    ...(details === undefined ? {} : { details }),
    levels,
    units,
    ...(turnaround === undefined ? {} : { turnaround }),
  };
}

/** The beds of every unit that is known bed by bed. A unit of which nobody has spoken for long is unknown. */
export function bedTotal(
  units: readonly Pick<UnitCensus, 'tally' | 'asOf' | 'silence'>[],
  nowMs: number,
): Total {
  return totalOf(units.map((unit) => ({ tally: unit.tally, freshness: unitFreshness(unit, nowMs) })));
}

/** How far a unit's counts can be relied on: nobody speaks of it, or a feed that they rest on has fallen silent. */
export function unitFreshness(
  { asOf, silence }: Pick<UnitCensus, 'asOf' | 'silence'>,
  nowMs: number,
): Freshness {
  const said = freshnessOf(nowMs - millis(asOf), silenceLimitMs);
  if (silence === undefined) return said;
  return worstOf(said, freshnessOf(nowMs - millis(silence.since), silence.limitMinutes * 60_000));
}

/** How much of what the network should hear again and again is current: units, and counts of people. */
export function networkCompliance(
  facilities: readonly CountedFacility[],
  nowMs: number,
): Compliance | undefined {
  return complianceOf(
    facilities.flatMap(({ levels, units }) => [
      ...Object.values(units).map(({ asOf, silence }) =>
        silence === undefined
          ? { ageMs: nowMs - millis(asOf), limitMs: silenceLimitMs }
          : { ageMs: nowMs - millis(silence.since), limitMs: silence.limitMinutes * 60_000 },
      ),
      ...Object.values(levels).map(({ asOf, validForMinutes }) => ({
        ageMs: nowMs - millis(asOf),
        limitMs: validForMinutes * 60_000,
      })),
    ]),
  );
}

/** The counts of each group of levels that anybody in the network has. */
export function levelsOfGroups<Level extends Pick<AttestedLevel, 'level'>>(
  facilities: readonly { readonly levels: Readonly<Record<string, Level>> }[],
): { readonly group: CareGroup; readonly levels: readonly Level[] }[] {
  const byGroup = new Map<CareGroup, Level[]>();
  for (const { levels } of facilities) {
    for (const level of Object.values(levels)) {
      const group = groupOf(level.level);
      const others = byGroup.get(group);
      if (others === undefined) byGroup.set(group, [level]);
      else others.push(level);
    }
  }
  return careGroups.flatMap((group) => {
    const levels = byGroup.get(group);
    return levels === undefined ? [] : [{ group, levels }];
  });
}

/** Available beds over counts, as far as they may be relied on at a moment. */
export function levelTotal(levels: readonly CountedLevel[], nowMs: number) {
  return availableTotal(
    levels.map((level) => ({
      capacity: level.capacity,
      available: level.available ?? 0,
      known: shownAs(level, nowMs) !== 'unknown',
    })),
  );
}

/** Whether the network's trend wants a point: asked before every facility is read for it. */
export function networkTrendIsDue(before: NetworkTrend | undefined, context: DecisionContext): boolean {
  return trendIsDue(before?.points ?? [], context.now);
}

/** What a trend needs to know of a facility. */
export interface CountedFacility {
  readonly levels: Readonly<Record<string, CountedLevel>>;
  readonly units: Readonly<Record<string, Pick<UnitCensus, 'tally' | 'asOf' | 'silence'>>>;
}

/** What a total needs to know of a level of care. */
export type CountedLevel = Pick<
  AttestedLevel,
  'level' | 'capacity' | 'available' | 'validForMinutes' | 'validUntil' | 'lapsed' | 'asOf'
>;

/** The trend of a network, or of a region, with a point more. */
export function networkTrendOf(
  before: NetworkTrend | undefined,
  facilities: readonly CountedFacility[],
  turnaround: TurnaroundCensus | undefined,
  context: DecisionContext,
): NetworkTrend {
  const nowMs = millis(context.now);
  const { known } = bedTotal(
    facilities.flatMap(({ units }) => Object.values(units)),
    nowMs,
  );
  const compliance = networkCompliance(facilities, nowMs);
  const point = {
    at: context.now,
    groups: Object.fromEntries(
      levelsOfGroups(facilities).map(({ group, levels }) => [group, levelTotal(levels, nowMs).available]),
    ),
    occupied: known.occupied,
    staffed: known.beds - known.closed,
    ...(turnaround === undefined ? {} : { turnaroundMs: turnaround.medianMs }),
    current: compliance?.current ?? 0,
    expected: compliance?.expected ?? 0,
  };
  return {
    points: withPoint(before?.points ?? [], point),
    version: (before?.version ?? 0) + 1,
    asOf: context.now,
    source: context.by,
  };
}

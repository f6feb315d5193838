import { millis } from '../instant.ts';
import { availableTotal } from '../measures/available.ts';
import { type Compliance, complianceOf } from '../measures/compliance.ts';
import { freshnessOf, silenceLimitMs } from '../measures/freshness.ts';
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
export function bedTotal(units: readonly Pick<UnitCensus, 'tally' | 'asOf'>[], nowMs: number): Total {
  return totalOf(
    units.map(({ tally, asOf }) => ({ tally, freshness: freshnessOf(nowMs - millis(asOf), silenceLimitMs) })),
  );
}

/** How much of what the network should hear again and again is current: units, and counts of people. */
export function networkCompliance(
  facilities: readonly CountedFacility[],
  nowMs: number,
): Compliance | undefined {
  return complianceOf(
    facilities.flatMap(({ levels, units }) => [
      ...Object.values(units).map(({ asOf }) => ({ ageMs: nowMs - millis(asOf), limitMs: silenceLimitMs })),
      ...Object.values(levels).map(({ asOf, validForMinutes }) => ({
        ageMs: nowMs - millis(asOf),
        limitMs: validForMinutes * 60_000,
      })),
    ]),
  );
}

/** The counts of each group of levels that anybody in the network has. */
export function levelsOfGroups(
  facilities: readonly Pick<NetworkFacility, 'levels'>[],
): { readonly group: CareGroup; readonly levels: readonly AttestedLevel[] }[] {
  const all = facilities.flatMap(({ levels }) => Object.values(levels));
  return careGroups.flatMap((group) => {
    const levels = all.filter(({ level }) => groupOf(level) === group);
    return levels.length === 0 ? [] : [{ group, levels }];
  });
}

/** Available beds over counts, as far as they may be relied on at a moment. */
export function levelTotal(levels: readonly AttestedLevel[], nowMs: number) {
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
  readonly levels: NetworkFacility['levels'];
  readonly units: Readonly<Record<string, Pick<UnitCensus, 'tally' | 'asOf'>>>;
}

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

import { millis } from '#domain/instant.ts';
import type { AvailableTotal } from '#domain/measures/available.ts';
import type { Compliance } from '#domain/measures/compliance.ts';
import { confirmationLimitMs, freshnessOf } from '#domain/measures/freshness.ts';
import type { Total } from '#domain/measures/total.ts';
import { withinSpan } from '#domain/measures/trend.ts';
import type { CareGroup } from '#domain/network/levels.ts';
import { bedTotal, levelsOfGroups, levelTotal, networkCompliance } from '#domain/network/network.ts';
import type { NetworkPoint, TurnaroundCensus } from '#domain/network/schema.ts';
import type { NetworkReading } from './network-reading.ts';

/** A value over the last hour, the earliest first. Each stands until the next. */
export type Series = readonly { readonly at: number; readonly value: number }[];

/** The top of a network's wall: at most seven numbers, each with how it came to be. */
export interface NetworkTiles {
  readonly groups: readonly {
    readonly group: CareGroup;
    readonly total: AvailableTotal;
    readonly series: Series;
  }[];
  readonly beds: { readonly total: Total; readonly series: Series } | undefined;
  readonly turnaround:
    | { readonly measure: TurnaroundCensus | undefined; readonly series: Series }
    | undefined;
  readonly freshness: { readonly compliance: Compliance; readonly series: Series } | undefined;
}

/**
 * The moment at which a reading is judged. What the server has not confirmed for too long is judged as from the end of
 * time: everything in it is stale then, and counted as unknown.
 */
export function judgedAt({ confirmedAt }: Pick<NetworkReading, 'confirmedAt'>, nowMs: number): number {
  const age = confirmedAt === undefined ? Number.POSITIVE_INFINITY : nowMs - millis(confirmedAt);
  return freshnessOf(age, confirmationLimitMs) === 'stale' ? Number.POSITIVE_INFINITY : nowMs;
}

/** The numbers of a network at a moment. */
export function networkTiles(reading: NetworkReading, nowMs: number): NetworkTiles {
  const { facilities, turnaround, trend } = reading;
  const at = judgedAt(reading, nowMs);
  const units = facilities.flatMap((facility) => Object.values(facility.units));
  const points = withinSpan(trend?.points ?? [], nowMs);
  const series = (read: (point: NetworkPoint) => number | undefined, now: number | undefined): Series => {
    const past = points.flatMap((point) => {
      const value = read(point);
      return value === undefined ? [] : [{ at: millis(point.at), value }];
    });
    return now === undefined ? past : [...past, { at: nowMs, value: now }];
  };
  const total = bedTotal(units, at);
  const compliance = networkCompliance(facilities, at);
  return {
    groups: levelsOfGroups(facilities).map(({ group, levels }) => {
      const found = levelTotal(levels, at);
      return { group, total: found, series: series(({ groups }) => groups[group], found.available) };
    }),
    beds:
      units.length === 0
        ? undefined
        : {
            total,
            series: series(
              ({ occupied, staffed }) => (staffed === 0 ? undefined : occupied / staffed),
              total.occupancy?.low,
            ),
          },
    turnaround:
      units.length === 0
        ? undefined
        : { measure: turnaround, series: series(({ turnaroundMs }) => turnaroundMs, turnaround?.medianMs) },
    freshness: compliance && {
      compliance,
      series: series(
        ({ current, expected }) => (expected === 0 ? undefined : current / expected),
        compliance.share,
      ),
    },
  };
}

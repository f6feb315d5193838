import type { UnitAlerts } from '#domain/alerts/schema.ts';
import type { UnitBeds } from '#domain/beds/schema.ts';
import type { UnitFeeds } from '#domain/feeds/schema.ts';
import { feedFreshness, worstSilence } from '#domain/feeds/silence.ts';
import type { Role } from '#domain/identity/roles.ts';
import { type Instant, millis } from '#domain/instant.ts';
import {
  boardFreshness,
  confirmationLimitMs,
  type Freshness,
  freshnessOf,
  worstOf,
} from '#domain/measures/freshness.ts';
import { type Occupancy, occupancyOf } from '#domain/measures/occupancy.ts';
import { type Tally, tally } from '#domain/measures/tally.ts';
import type { Source } from '#domain/source.ts';
import type { TopicReading } from '../live/live.ts';

/** A unit in numbers. Holds nothing of who lies there, whatever the viewer may see: this is what walls are made of. */
export type UnitSummary =
  | { readonly status: 'loading' | 'missing' }
  | {
      readonly status: 'shown';
      readonly tally: Tally;
      readonly occupancy: Occupancy | undefined;
      readonly freshness: Freshness;
      /** That it is not fresh is for silence about the unit, not for want of contact. */
      readonly silent: boolean;
      /** The feed whose silence it is, where it is a feed's. */
      readonly silentFeed: { readonly name: string; readonly since: Instant } | undefined;
      readonly confirmedAt: Instant | undefined;
      /** The last that anybody said about any bed here. */
      readonly said: { readonly at: Instant; readonly source: Source } | undefined;
      readonly alerts: OpenAlerts | undefined;
    };

/** The alerts somebody must act on, and who. */
export interface OpenAlerts {
  readonly count: number;
  readonly unacknowledged: number;
  readonly owners: readonly Role[];
}

/** Counts a unit from its topics. */
export function unitSummary(
  beds: TopicReading<UnitBeds>,
  alerts: TopicReading<UnitAlerts> | undefined,
  now: number,
  feeds?: TopicReading<UnitFeeds>,
): UnitSummary {
  if (beds.status === 'missing') return { status: 'missing' };
  if (beds.state === undefined) return { status: 'loading' };
  const all = Object.values(beds.state.beds);
  const counts = tally(all);
  const last = all.reduce<{ asOf: Instant; source: Source } | undefined>(
    (latest, bed) => (latest === undefined || bed.asOf > latest.asOf ? bed : latest),
    undefined,
  );
  const since = (at: Instant | undefined) => (at === undefined ? undefined : now - millis(at));
  const ages = { confirmedMs: since(beds.confirmedAt), saidMs: since(last?.asOf) };
  const presences = Object.values(feeds?.state?.feeds ?? {});
  const board = boardFreshness(ages);
  const fed = feedFreshness(presences, now);
  const freshness = worstOf(board, fed);
  // Where both are as bad, want of contact with the server comes first: it is known here and now.
  const feed = fed === freshness && fed !== board ? worstSilence(presences) : undefined;
  return {
    status: 'shown',
    tally: counts,
    occupancy: occupancyOf(counts),
    freshness,
    silent:
      ages.confirmedMs !== undefined && freshness !== freshnessOf(ages.confirmedMs, confirmationLimitMs),
    silentFeed: feed && { name: feed.name, since: feed.silentSince },
    confirmedAt: beds.confirmedAt,
    said: last && { at: last.asOf, source: last.source },
    alerts: alerts?.state && openAlerts(alerts.state),
  };
}

function openAlerts({ alerts }: UnitAlerts): OpenAlerts {
  const open = Object.values(alerts);
  return {
    count: open.length,
    unacknowledged: open.filter(({ status }) => status === 'raised').length,
    owners: [...new Set(open.map(({ owner }) => owner))].sort(),
  };
}

import { type Instant, instantOf, millis } from '../instant.ts';
import { type Freshness, freshnessOf, worstOf } from '../measures/freshness.ts';
import type { Contact, Feed, Presence } from './schema.ts';

/** When a feed will have said nothing for its limit; never for one that is silent, disabled, or has never spoken. */
export function fallsSilentAt(feed: Feed, contact: Contact | undefined): Instant | undefined {
  if (feed.status === 'disabled' || contact === undefined || contact.silentSince !== undefined)
    return undefined;
  return instantOf(millis(contact.at) + feed.silenceLimitMinutes * 60_000);
}

/**
 * How far what feeds said of a unit can be relied on. A feed that speaks is taken at its word; of one that fell silent,
 * what it said is as old as its last word. A unit that no feed has spoken of is kept by people, and does not age by this.
 */
export function feedFreshness(
  feeds: Iterable<Pick<Presence, 'silentSince' | 'limitMinutes'>>,
  nowMs: number,
): Freshness {
  return worstOf(
    ...[...feeds].map(({ silentSince, limitMinutes }) =>
      silentSince === undefined ? 'fresh' : freshnessOf(nowMs - millis(silentSince), limitMinutes * 60_000),
    ),
  );
}

/** Of feeds that are silent, the one whose silence makes the unit stale first. */
export function worstSilence<Feed extends Pick<Presence, 'silentSince' | 'limitMinutes'>>(
  feeds: Iterable<Feed>,
): (Feed & { silentSince: Instant }) | undefined {
  const staleAt = ({ silentSince, limitMinutes }: { silentSince: Instant; limitMinutes: number }) =>
    millis(silentSince) + 2 * limitMinutes * 60_000;
  let worst: (Feed & { silentSince: Instant }) | undefined;
  for (const feed of feeds) {
    const { silentSince } = feed;
    if (silentSince === undefined) continue;
    const silent = { ...feed, silentSince };
    if (worst === undefined || staleAt(silent) < staleAt(worst)) worst = silent;
  }
  return worst;
}

/** How far a value can be relied on by its age: within its limit, past it, or past twice the limit. */
export type Freshness = 'fresh' | 'ageing' | 'stale';

const worstFirst = ['stale', 'ageing', 'fresh'] as const satisfies readonly Freshness[];

/** What an age comes to against its limit. */
export function freshnessOf(ageMs: number, limitMs: number): Freshness {
  if (ageMs > 2 * limitMs) return 'stale';
  return ageMs > limitMs ? 'ageing' : 'fresh';
}

/** A value is no fresher than the least fresh of what it rests on. */
export function worstOf(...all: readonly Freshness[]): Freshness {
  return worstFirst.find((one) => all.includes(one)) ?? 'fresh';
}

/** How long a board may go without the server's word that it is the newest there is. */
export const confirmationLimitMs = 60_000;
/** How long a whole unit may go without anybody saying anything about any of its beds. */
export const silenceLimitMs = 24 * 3_600_000;

/** The two ages of a unit's board; `undefined` where there has been nothing yet. */
export interface BoardAges {
  /** Since the server last confirmed that this is the newest there is. */
  readonly confirmedMs: number | undefined;
  /** Since somebody last said something about any bed of the unit. */
  readonly saidMs: number | undefined;
}

/**
 * How far a unit's board can be relied on. One patient may lie in one bed for weeks, so a single bed that nobody
 * speaks of is no sign of anything. What is: no word from the server, and silence about the whole unit.
 */
export function boardFreshness({ confirmedMs, saidMs }: BoardAges): Freshness {
  if (confirmedMs === undefined) return 'stale';
  const confirmed = freshnessOf(confirmedMs, confirmationLimitMs);
  return saidMs === undefined ? confirmed : worstOf(confirmed, freshnessOf(saidMs, silenceLimitMs));
}

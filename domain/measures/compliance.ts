import { quantile } from './turnaround.ts';

/** Nine in ten of what should be current must be. */
export const complianceGoal = 0.9;

/** Something that should be said again and again: how old it is, and how old it may be. */
export interface Spoken {
  /** Nothing where it was never said. */
  readonly ageMs: number | undefined;
  readonly limitMs: number;
}

/** How much of what should be current is. */
export interface Compliance {
  readonly current: number;
  readonly expected: number;
  readonly share: number;
  /** The age that 95 in 100 do not exceed. What was never said has none. */
  readonly p95Ms: number | undefined;
}

/** Freshness compliance: what was said within its limit ÷ all that should be. Without any there is no share. */
export function complianceOf(all: readonly Spoken[]): Compliance | undefined {
  if (all.length === 0) return undefined;
  const current = all.filter(({ ageMs, limitMs }) => ageMs !== undefined && ageMs <= limitMs).length;
  return {
    current,
    expected: all.length,
    share: current / all.length,
    p95Ms: quantile(
      all.flatMap(({ ageMs }) => ageMs ?? []),
      0.95,
    ),
  };
}

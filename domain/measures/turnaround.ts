/** A bed should be clean again within this after it was vacated. */
export const turnaroundGoalMs = 60 * 60_000;
/** Over how long back turnarounds are looked at. */
export const turnaroundWindowMs = 24 * 3_600_000;

/** How long beds took from vacated to clean. */
export interface TurnaroundMeasure {
  readonly count: number;
  readonly medianMs: number;
  readonly withinGoal: number;
}

/** Measures turnarounds by how long each took. Of none there is no measure: no median, and no goal that was met. */
export function turnaroundOf(lengthsMs: readonly number[]): TurnaroundMeasure | undefined {
  const medianMs = quantile(lengthsMs, 0.5);
  if (medianMs === undefined) return undefined;
  return {
    count: lengthsMs.length,
    medianMs,
    withinGoal: lengthsMs.filter((length) => length < turnaroundGoalMs).length,
  };
}

/** The value below which a share of the values lies, between two of them where it falls there. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return undefined;
  return low + (high - low) * (place - Math.floor(place));
}

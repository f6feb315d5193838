import { type Instant, instantOf, millis } from '../instant.ts';

/** A point is kept for each of these in which something changed. */
export const trendStepMs = 5 * 60_000;
/** How far back a trend goes. */
export const trendSpanMs = 60 * 60_000;

/** Whether the last point is of an earlier step than this moment. */
export function trendIsDue(points: readonly { readonly at: Instant }[], now: Instant): boolean {
  const last = points.at(-1);
  return last === undefined || stepOf(last.at) < stepOf(now);
}

/**
 * The points with one more. Those of before the span go, but for the newest of them: it says how the span began, since
 * a point stands until the next.
 */
export function withPoint<Point extends { readonly at: Instant }>(
  points: readonly Point[],
  point: Point,
): Point[] {
  return withinSpan([...points, point], millis(point.at));
}

/** The points that say how the last hour was. */
export function withinSpan<Point extends { readonly at: Instant }>(
  points: readonly Point[],
  nowMs: number,
): Point[] {
  const start = instantOf(nowMs - trendSpanMs);
  const first = points.findLastIndex(({ at }) => at <= start);
  return points.slice(Math.max(0, first));
}

function stepOf(at: Instant): number {
  return Math.floor(millis(at) / trendStepMs);
}

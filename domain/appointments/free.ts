import { type Interval, without } from './interval.ts';

/** What stands in the way of a free time. */
export interface FreeTimeRequest {
  /** The stretch that is wanted; a free one is as long. */
  readonly wanted: Interval;
  /** When practitioner and room both work. */
  readonly open: readonly Interval[];
  /** What is taken of either. */
  readonly busy: readonly Interval[];
  readonly notBefore: number;
  readonly count: number;
}

/**
 * The free stretches nearest to a wanted one, none overlapping another, in the order of time. They begin as near as they
 * can to what was wanted: at it, right after what is in the way, or so that they end right before it.
 */
export function nearestFree({ wanted, open, busy, notBefore, count }: FreeTimeRequest): Interval[] {
  const length = wanted.end - wanted.start;
  if (length <= 0) return [];
  const free = without(open, [...busy, { start: Number.NEGATIVE_INFINITY, end: notBefore }]);
  return free
    .flatMap((stretch) => candidates(stretch, wanted.start, length, count))
    .sort((a, b) => distance(a, wanted) - distance(b, wanted) || a.start - b.start)
    .slice(0, count)
    .sort((a, b) => a.start - b.start);
}

/** The starts in one free stretch that are nearest to a moment: one as near as can be, others a length apart on both sides. */
function candidates(free: Interval, start: number, length: number, count: number): Interval[] {
  const last = free.end - length;
  if (last < free.start) return [];
  const nearest = Math.min(Math.max(start, free.start), last);
  const starts = [nearest];
  for (let step = 1; step < count; step += 1) {
    const before = nearest - step * length;
    const after = nearest + step * length;
    if (before >= free.start) starts.push(before);
    if (after <= last) starts.push(after);
  }
  return starts.map((at) => ({ start: at, end: at + length }));
}

function distance(one: Interval, other: Interval): number {
  return Math.abs(one.start - other.start);
}

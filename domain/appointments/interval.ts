/** A stretch of time from one moment to before another, in milliseconds since 1970. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** The same time in as few stretches as it takes, in order. */
export function merged(intervals: readonly Interval[]): Interval[] {
  const joined: Interval[] = [];
  for (const { start, end } of intervals.toSorted((a, b) => a.start - b.start)) {
    if (end <= start) continue;
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end)
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else joined.push({ start, end });
  }
  return joined;
}

/** The time that is in both. */
export function common(one: readonly Interval[], other: readonly Interval[]): Interval[] {
  return merged(
    one.flatMap((a) =>
      other.map((b) => ({ start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) })),
    ),
  );
}

/** The time of the first that is not in the second. */
export function without(intervals: readonly Interval[], taken: readonly Interval[]): Interval[] {
  let left = merged(intervals);
  for (const { start, end } of merged(taken)) {
    left = left.flatMap((one) =>
      one.end <= start || one.start >= end
        ? [one]
        : [
            { start: one.start, end: start },
            { start: end, end: one.end },
          ],
    );
  }
  return merged(left);
}

/** Whether two stretches share a moment. One that begins as the other ends does not. */
export function overlap(one: Interval, other: Interval): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Whether a stretch lies wholly in one of others. */
export function within(one: Interval, others: readonly Interval[]): boolean {
  return others.some(({ start, end }) => start <= one.start && one.end <= end);
}

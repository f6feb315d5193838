/** Rows that keep their places under a pointer, and how many changes of order wait for it to go. */
export interface HeldOrder<Row> {
  readonly rows: readonly Row[];
  readonly waiting: number;
}

interface Keyed {
  readonly key: string;
}

/**
 * The rows in the places they had, each as it is now. What has come in since stands at the end; what is not asked for any
 * more, or is not there any more, stays where it was: nothing moves under somebody's finger. `current` are all rows
 * there are, `wanted` those that would be shown, in the order they would have.
 */
export function heldOrder<Row extends Keyed>(
  held: readonly Row[],
  current: ReadonlyMap<string, Row>,
  wanted: readonly Row[],
): HeldOrder<Row> {
  const places = placesOf(held);
  const come = wanted.filter(({ key }) => !places.has(key));
  const stayed = wanted.flatMap(({ key }) => places.get(key) ?? []);
  return {
    rows: [...held.map((row) => current.get(row.key) ?? row), ...come],
    waiting: come.length + (held.length - stayed.length) + (stayed.length - longestRise(stayed)),
  };
}

const known = new WeakMap<readonly Keyed[], ReadonlyMap<string, number>>();

/** Where each row stands: worked out once for as long as they are held. */
function placesOf(held: readonly Keyed[]): ReadonlyMap<string, number> {
  const places = known.get(held) ?? new Map(held.map(({ key }, at) => [key, at]));
  known.set(held, places);
  return places;
}

/** The length of the longest part of numbers that rises, so that the rest is what must be moved. Patience sorting. */
export function longestRise(numbers: readonly number[]): number {
  const ends: number[] = [];
  for (const one of numbers) {
    const last = ends.at(-1);
    if (last === undefined || one > last) {
      // As it was: most rows are.
      ends.push(one);
      continue;
    }
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? one) < one) low = middle + 1;
      else high = middle;
    }
    ends[low] = one;
  }
  return ends.length;
}

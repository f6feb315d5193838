/** One count as an input of a total. */
export interface CountInput {
  readonly capacity: number;
  readonly available: number;
  /** Whether it may be relied on now. */
  readonly known: boolean;
}

/** Available beds over several places: what is known to be there, and of how many beds nobody knows. */
export interface AvailableTotal {
  readonly available: number;
  /** Of the places that are known. */
  readonly capacity: number;
  /** Beds of places whose count may not be relied on: anything from none to all of them may be available. */
  readonly unknown: number;
  readonly low: number;
  readonly high: number;
}

/** Adds counts up. What may not be relied on is left out and counted as unknown. */
export function availableTotal(counts: readonly CountInput[]): AvailableTotal {
  let [available, capacity, unknown] = [0, 0, 0];
  for (const count of counts) {
    if (count.known) {
      available += count.available;
      capacity += count.capacity;
    } else unknown += count.capacity;
  }
  return { available, capacity, unknown, low: available, high: available + unknown };
}

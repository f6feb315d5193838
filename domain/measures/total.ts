import type { Freshness } from './freshness.ts';
import { type Occupancy, occupancyOf } from './occupancy.ts';
import { addTallies, emptyTally, type Tally } from './tally.ts';

/** One unit as an input of a total. A unit that has not been heard of at all has no tally. */
export interface TotalInput {
  readonly tally: Tally | undefined;
  readonly freshness: Freshness;
}

/** A total over units that says how much of it is not known. */
export interface Total {
  /** The beds of units that are not stale. */
  readonly known: Tally;
  /** Beds of stale units: they exist, and nothing else is known of them. */
  readonly unknownBeds: number;
  /** Units of which not even the number of beds is known. */
  readonly unheardUnits: number;
  readonly occupancy: Occupancy | undefined;
}

/** Adds units up. What is stale is left out of every count and counted as unknown. */
export function totalOf(units: readonly TotalInput[]): Total {
  let known = emptyTally;
  let unknownBeds = 0;
  let unheardUnits = 0;
  for (const { tally, freshness } of units) {
    if (tally === undefined) unheardUnits += 1;
    else if (freshness === 'stale') unknownBeds += tally.beds;
    else known = addTallies(known, tally);
  }
  return { known, unknownBeds, unheardUnits, occupancy: occupancyOf(known, unknownBeds) };
}

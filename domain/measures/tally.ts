import type { Bed, Turnaround } from '../beds/schema.ts';
import { isLive } from '../beds/turnaround.ts';

/** What a bed counts as. Each bed is exactly one of these, so the counts add up to the beds there are. */
export const bedClasses = ['free', 'claimed', 'occupied', 'cleaning', 'contaminated', 'closed'] as const;
export type BedClass = (typeof bedClasses)[number];

/** The beds of a place by what they count as. `isolated` cuts across: an isolated bed is also one of the others. */
export type Tally = Readonly<Record<BedClass | 'isolated' | 'beds', number>>;

/** The axes of a bed that say what it counts as. Of a claim and of isolation it matters only that there is one. */
export interface CountedBed extends Pick<Bed, 'operationalStatus'> {
  readonly claim?: unknown;
  readonly isolation?: unknown;
  readonly turnaround?: Pick<Turnaround, 'kind' | 'status'> | undefined;
}

export const emptyTally: Tally = {
  free: 0,
  claimed: 0,
  occupied: 0,
  cleaning: 0,
  contaminated: 0,
  closed: 0,
  isolated: 0,
  beds: 0,
};

/**
 * What a bed counts as. Free is only what can be given to somebody now: unoccupied, clean, and held for nobody. A
 * closed bed can be reopened while its cleaning is still asked for, so the turnaround is looked at as well.
 */
export function classOf(bed: CountedBed): BedClass {
  switch (bed.operationalStatus) {
    case 'C':
      return 'closed';
    case 'O':
      return 'occupied';
    case 'H':
      return 'cleaning';
    case 'K':
      return 'contaminated';
    case 'U':
      if (bed.turnaround?.kind === 'cleaning' && isLive(bed.turnaround.status)) return 'cleaning';
      return bed.claim === undefined ? 'free' : 'claimed';
    default:
      return bed.operationalStatus satisfies never;
  }
}

/** Counts beds by what they count as. */
export function tally(beds: Iterable<CountedBed>): Tally {
  const counts = { ...emptyTally };
  for (const bed of beds) {
    counts[classOf(bed)] += 1;
    counts.beds += 1;
    if (bed.isolation !== undefined) counts.isolated += 1;
  }
  return counts;
}

/** The beds of two places together. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    free: a.free + b.free,
    claimed: a.claimed + b.claimed,
    occupied: a.occupied + b.occupied,
    cleaning: a.cleaning + b.cleaning,
    contaminated: a.contaminated + b.contaminated,
    closed: a.closed + b.closed,
    isolated: a.isolated + b.isolated,
    beds: a.beds + b.beds,
  };
}

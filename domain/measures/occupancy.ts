import type { Tally } from './tally.ts';

/** From this share on, delay grows steeply (88–92 %). */
export const occupancyLimit = 0.88;

/** A share that is known to lie between two values, which are equal when every input is known. */
export interface Occupancy {
  readonly occupied: number;
  /** All beds but the closed ones. */
  readonly staffed: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Occupied ÷ staffed beds. Of `unknown` beds nothing is known but that they exist: the lowest share has them all
 * empty and the highest has them all occupied. Without a staffed bed there is no share.
 */
export function occupancyOf(
  { occupied, closed, beds }: Pick<Tally, 'occupied' | 'closed' | 'beds'>,
  unknown = 0,
): Occupancy | undefined {
  const staffed = beds - closed;
  const most = staffed + unknown;
  if (most === 0) return undefined;
  return { occupied, staffed, low: occupied / most, high: (occupied + unknown) / most };
}

import { millis } from '../instant.ts';
import type { AttestedLevel } from './schema.ts';

/** How a level of care is shown: what can be had there, or that nobody knows. */
export const shownStates = ['available', 'limited', 'full', 'unknown'] as const;
export type ShownState = (typeof shownStates)[number];

/** From more than this share on, and with more than so many free, a level is shown as available. */
export const availableShare = 0.25;
export const availableFree = 2;

/**
 * How a level is shown at a moment. A count that is older than its validity says nothing, whatever it was; beds alone, of
 * which nobody knows how many are available, never say anything.
 */
export function shownAs(
  level: Pick<AttestedLevel, 'capacity' | 'available' | 'validUntil' | 'lapsed'>,
  nowMs: number,
): ShownState {
  if (level.available === undefined || level.lapsed || millis(level.validUntil) <= nowMs) return 'unknown';
  if (level.available === 0) return 'full';
  return level.available > availableFree && level.available > availableShare * level.capacity
    ? 'available'
    : 'limited';
}

import { z } from 'zod';
import { type Instant, instantOf } from './instant.ts';

/**
 * The instant that a clock on the wall of a zone shows as `2026-11-21T10:42`. Where clocks are put back an hour comes
 * twice, and the earlier is meant; where they are put forward the hour does not exist, and the next one is meant.
 */
export function instantInZone(local: string, zone: string): Instant | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const guesses = [asUtc - offsetAt(asUtc - 86_400_000, zone), asUtc - offsetAt(asUtc + 86_400_000, zone)];
  const exact = guesses.filter((guess) => guess + offsetAt(guess, zone) === asUtc);
  return instantOf(Math.min(...(exact.length > 0 ? exact : guesses.slice(0, 1))));
}

/** What a clock on the wall of the zone shows at an instant, as a `datetime-local` field wants it. */
export function localInZone(ms: number, zone: string): string {
  return new Date(ms + offsetAt(ms, zone)).toISOString().slice(0, 16);
}

/** Making one takes longer than a hundred uses of it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, clock);
  return clock;
}

/** By how many milliseconds the zone is ahead of UTC at a moment. */
function offsetAt(ms: number, zone: string): number {
  const parts = clockOf(zone).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(ms / 1000) * 1000;
}

/** The name of an IANA zone that this machine knows. */
export const zoneSchema = z
  .string()
  .max(60)
  .refine((zone) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  }, 'must be an IANA time zone');

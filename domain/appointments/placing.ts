import { type Refusal, refuse } from '../errors.ts';
import { type Instant, instantOf, millis } from '../instant.ts';
import type { Placement } from './events.ts';
import { nearestFree } from './free.ts';
import { openIntervals } from './hours.ts';
import { common, type Interval, overlap, within } from './interval.ts';
import type { Calendar } from './schema.ts';

/** How late an appointment may be written down after it began. */
const pastMs = 5 * 60_000;
export const longestMs = 8 * 3_600_000;
/** How far to both sides of a wanted time others are looked for. */
export const horizonMs = 7 * 86_400_000;
const offered = 6;
const gridMs = 5 * 60_000;

/** What decides whether a time can be had. */
export interface Surroundings {
  readonly timezone: string;
  readonly practitioner: Calendar | undefined;
  readonly room: Calendar | undefined;
  /** The time that other appointments take of the practitioner or the room, as far as the horizon. */
  readonly busy: readonly Interval[];
}

/** A free time as a refusal offers it. */
export interface FreeTime {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * Why a time cannot be had, with the nearest that can; nothing where it can. Two who ask at once may both be told that it
 * can: then the database takes the first, and the second is asked about again.
 */
export function whyNot(wanted: Placement, around: Surroundings, now: Instant): Refusal | undefined {
  const { practitioner, room, timezone, busy } = around;
  const start = millis(wanted.start);
  const end = millis(wanted.end);
  if (practitioner === undefined) return invalid('practitioner', 'is nobody in this department');
  if (room === undefined) return invalid('room', 'is no room of this department');
  if (end <= start) return invalid('end', 'must be after the start');
  if (end - start > longestMs) return invalid('end', 'must be within 8 hours of the start');
  if (start < millis(now) - pastMs) return invalid('start', 'lies in the past');

  const window = { start: start - horizonMs, end: end + horizonMs };
  const works = openIntervals(practitioner.hours, timezone, window);
  const isOpen = openIntervals(room.hours, timezone, window);
  const free = (): { free: FreeTime[] } => ({
    free: nearestFree({
      wanted: { start, end },
      open: common(works, isOpen),
      busy,
      notBefore: Math.ceil(millis(now) / gridMs) * gridMs,
      count: offered,
    }).map((one) => ({ start: instantOf(one.start), end: instantOf(one.end) })),
  });
  if (!within({ start, end }, works)) return invalid('start', 'is outside working hours', free());
  if (!within({ start, end }, isOpen)) return invalid('start', 'is outside the hours of the room', free());
  if (busy.some((taken) => overlap(taken, { start, end }))) {
    const issue = { path: 'data.start', message: 'is taken' };
    return refuse('conflict', 'this time is taken', [issue], free());
  }
  return undefined;
}

function invalid(field: string, message: string, details?: { free: FreeTime[] }): Refusal {
  return refuse(
    'invalid',
    'there can be no such appointment',
    [{ path: `data.${field}`, message }],
    details === undefined ? undefined : { ...details },
  );
}

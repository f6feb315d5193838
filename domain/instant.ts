import { z } from 'zod';

/** A moment in UTC with milliseconds, `2026-11-21T07:41:00.000Z`: sorts as text in the order of time. */
export const instantSchema = z.iso.datetime({ precision: 3 });
export type Instant = z.infer<typeof instantSchema>;

/** The instant as milliseconds since 1970. */
export function millis(instant: Instant): number {
  return Date.parse(instant);
}

/** The instant of a number of milliseconds since 1970. */
export function instantOf(ms: number): Instant {
  return new Date(ms).toISOString();
}

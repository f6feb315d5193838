import { z } from 'zod';
import { millis } from '../instant.ts';
import { instantInZone, localInZone } from '../zone.ts';
import { type Interval, merged } from './interval.ts';

const dayMinutes = 1440;
const dayMs = 86_400_000;

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

/** A stretch of a day in minutes since midnight, by the clock on the facility's wall. */
const stretchSchema = z
  .strictObject({ from: z.int().min(0).max(dayMinutes), to: z.int().min(0).max(dayMinutes) })
  .refine(({ from, to }) => from < to, 'must end after it begins');
export type Stretch = z.infer<typeof stretchSchema>;

const dayHoursSchema = z
  .array(stretchSchema)
  .max(8)
  .refine(
    (stretches) =>
      stretches.every(({ from }, index) => index === 0 || from >= (stretches[index - 1]?.to ?? 0)),
    'must be in order and not overlap',
  );

/** When somebody works, or a room is open, each week. Several stretches a day; none on a day off. */
export const weeklyHoursSchema = z.strictObject({
  monday: dayHoursSchema,
  tuesday: dayHoursSchema,
  wednesday: dayHoursSchema,
  thursday: dayHoursSchema,
  friday: dayHoursSchema,
  saturday: dayHoursSchema,
  sunday: dayHoursSchema,
});
export type WeeklyHours = z.infer<typeof weeklyHoursSchema>;

/** The same hours on each day of the week. */
export function everyDay(stretches: readonly Stretch[]): WeeklyHours {
  const day = () => stretches.map((stretch) => ({ ...stretch }));
  return {
    monday: day(),
    tuesday: day(),
    wednesday: day(),
    thursday: day(),
    friday: day(),
    saturday: day(),
    sunday: day(),
  };
}

/** The working time that touches a stretch of time, as moments: by the zone's clock on each day, across midnight joined. */
export function openIntervals(hours: WeeklyHours, zone: string, { start, end }: Interval): Interval[] {
  const open: Interval[] = [];
  const last = localInZone(end + dayMs, zone).slice(0, 10);
  for (let day = localInZone(start - dayMs, zone).slice(0, 10); day <= last; day = nextDay(day)) {
    for (const { from, to } of hours[weekdayOf(day)]) {
      open.push({ start: momentOf(day, from, zone), end: momentOf(day, to, zone) });
    }
  }
  return merged(open).filter((one) => one.end > start && one.start < end);
}

/** The weekday of a date such as `2026-11-21`. */
export function weekdayOf(day: string): Weekday {
  return weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'monday';
}

/** The date after a date. */
export function nextDay(day: string): string {
  return shiftedDay(day, 1);
}

/** The date so many days after a date, or before it. */
export function shiftedDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** The moment so many minutes after midnight of a date, by the zone's clock. */
export function momentOf(day: string, minutes: number, zone: string): number {
  const date = minutes === dayMinutes ? nextDay(day) : day;
  const rest = minutes % dayMinutes;
  const clock = `${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`;
  return millis(instantInZone(`${date}T${clock}`, zone) ?? `${date}T${clock}:00.000Z`);
}

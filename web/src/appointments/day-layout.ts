import { momentOf, openIntervals } from '#domain/appointments/hours.ts';
import { type Interval, overlap, within } from '#domain/appointments/interval.ts';
import type { Appointment, Calendar, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { holdsTime } from '#domain/appointments/states.ts';
import { millis } from '#domain/instant.ts';

const hourMs = 3_600_000;
const slotMs = hourMs / 2;

/** An appointment in its column: beside others at the same time, which of so many lanes is its own. */
export interface Block {
  readonly appointment: Appointment;
  readonly at: Interval;
  readonly lane: number;
  readonly lanes: number;
}

/** The day of one practitioner. */
export interface Column {
  readonly practitioner: Calendar;
  readonly open: readonly Interval[];
  readonly blocks: readonly Block[];
  /** Half hours that can be booked. */
  readonly free: readonly Interval[];
}

export interface DayLayout {
  /** What of the day is shown: whole hours around all there is to see. */
  readonly range: Interval;
  readonly hours: readonly number[];
  readonly columns: readonly Column[];
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** The practitioners of a department in the order of their names. */
export function practitionersOf(state: DepartmentAppointments): Calendar[] {
  return Object.values(state.practitioners).sort((a, b) => byName.compare(a.name, b.name));
}

/** A date at a department, practitioner by practitioner; of all of them or of one. */
export function dayLayout(
  state: DepartmentAppointments,
  date: string,
  now: number,
  who: string | undefined,
): DayLayout {
  const { timezone } = state.department;
  const day = { start: momentOf(date, 0, timezone), end: momentOf(date, 1440, timezone) };
  const practitioners = practitionersOf(state).filter(({ id }) => who === undefined || id === who);
  const columns = practitioners.map((practitioner) => {
    const open = openIntervals(practitioner.hours, timezone, day).map((one) => clipped(one, day));
    const own = Object.values(state.appointments).filter((one) => one.practitioner === practitioner.id);
    const spans = own.map((appointment) => ({ appointment, at: intervalOf(appointment) }));
    const today = spans.filter(({ at }) => overlap(at, day));
    return { practitioner, open, blocks: inLanes(today), held: today.filter((one) => isHeld(one)) };
  });
  const range = rangeOf(
    columns.flatMap(({ open, blocks }) => [...open, ...blocks.map(({ at }) => clipped(at, day))]),
    { start: momentOf(date, 8 * 60, timezone), end: momentOf(date, 18 * 60, timezone) },
  );
  return {
    range,
    hours: steps(range, hourMs),
    columns: columns.map(({ held, ...column }) => ({
      ...column,
      free: steps(range, slotMs)
        .map((start) => ({ start, end: start + slotMs }))
        .filter(
          (slot) =>
            slot.start >= now && within(slot, column.open) && !held.some(({ at }) => overlap(at, slot)),
        ),
    })),
  };
}

function intervalOf({ start, end }: Appointment): Interval {
  return { start: millis(start), end: millis(end) };
}

function isHeld({ appointment }: { appointment: Appointment }): boolean {
  return holdsTime[appointment.status];
}

function clipped(one: Interval, to: Interval): Interval {
  return { start: Math.max(one.start, to.start), end: Math.min(one.end, to.end) };
}

function rangeOf(shown: readonly Interval[], otherwise: Interval): Interval {
  if (shown.length === 0) return otherwise;
  const start = Math.min(...shown.map((one) => one.start));
  const end = Math.max(...shown.map((one) => one.end));
  return { start: Math.floor(start / hourMs) * hourMs, end: Math.ceil(end / hourMs) * hourMs };
}

function steps({ start, end }: Interval, by: number): number[] {
  return Array.from({ length: Math.floor((end - start) / by) }, (_, index) => start + index * by);
}

/** What was cancelled and what took its time stand beside each other, in as many lanes as there are at once. */
function inLanes(spans: readonly { appointment: Appointment; at: Interval }[]): Block[] {
  const sorted = spans.toSorted(
    (a, b) =>
      a.at.start - b.at.start ||
      Number(isHeld(b)) - Number(isHeld(a)) ||
      a.appointment.id.localeCompare(b.appointment.id),
  );
  const blocks: Block[] = [];
  let group: Block[] = [];
  let ends: number[] = [];
  const close = () => {
    blocks.push(...group.map((block) => ({ ...block, lanes: ends.length })));
    group = [];
    ends = [];
  };
  for (const { appointment, at } of sorted) {
    if (ends.every((end) => end <= at.start)) close();
    const freed = ends.findIndex((end) => end <= at.start);
    const lane = freed < 0 ? ends.length : freed;
    ends[lane] = at.end;
    group.push({ appointment, at, lane, lanes: 1 });
  }
  close();
  return blocks;
}

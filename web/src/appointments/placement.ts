import type { Placement } from '#domain/appointments/events.ts';
import { type Surroundings, whyNot } from '#domain/appointments/placing.ts';
import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { holdsTime } from '#domain/appointments/states.ts';
import type { Refusal } from '#domain/errors.ts';
import { type Instant, instantOf, millis } from '#domain/instant.ts';
import { instantInZone, localInZone } from '#domain/zone.ts';

/** When, with whom and where, as the fields of a form hold it. */
export interface Wanted {
  readonly date: string;
  readonly time: string;
  readonly minutes: number;
  readonly practitioner: string;
  readonly room: string;
}

/** The moments that the fields name; nothing while they name none. */
export function placementOf(wanted: Wanted, zone: string): Placement | undefined {
  const start = instantInZone(`${wanted.date}T${wanted.time}`, zone);
  if (start === undefined) return undefined;
  const end = instantOf(millis(start) + wanted.minutes * 60_000);
  return { start, end, practitioner: wanted.practitioner, room: wanted.room };
}

/** The fields with another start. */
export function startingAt(wanted: Wanted, start: Instant, zone: string): Wanted {
  const local = localInZone(millis(start), zone);
  return { ...wanted, date: local.slice(0, 10), time: local.slice(11) };
}

/** The fields that say when and where an appointment is now. */
export function wantedOf({ start, end, practitioner, room }: Appointment, zone: string): Wanted {
  const minutes = Math.round((millis(end) - millis(start)) / 60_000);
  return startingAt({ date: '', time: '', minutes, practitioner, room }, start, zone);
}

/**
 * Why a time cannot be had as far as this screen knows, by the server's own rules. `but` is the appointment that is moved.
 */
export function obstacle(
  state: DepartmentAppointments,
  placement: Placement,
  now: Instant,
  but?: string,
): Refusal | undefined {
  const { practitioner, room } = placement;
  const around: Surroundings = {
    timezone: state.department.timezone,
    practitioner: state.practitioners[practitioner],
    room: state.rooms[room],
    busy: Object.values(state.appointments)
      .filter((one) => one.id !== but && holdsTime[one.status])
      .filter((one) => one.practitioner === practitioner || one.room === room)
      .map(({ start, end }) => ({ start: millis(start), end: millis(end) })),
  };
  return whyNot(placement, around, now);
}

/** The room in which a practitioner mostly is; the first there is for one who has not been booked. */
export function usualRoom(state: DepartmentAppointments, practitioner: string): string {
  const counts = new Map<string, number>();
  for (const one of Object.values(state.appointments)) {
    if (one.practitioner === practitioner) counts.set(one.room, (counts.get(one.room) ?? 0) + 1);
  }
  const [usual] = [...counts].sort((a, b) => b[1] - a[1]);
  return usual?.[0] ?? Object.keys(state.rooms).sort()[0] ?? '';
}

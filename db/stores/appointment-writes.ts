import {
  type Appointment,
  appointmentSchema,
  type Calendar,
  calendarSchema,
} from '#domain/appointments/schema.ts';
import { holdsTime } from '#domain/appointments/states.ts';
import type { Write } from '../store.ts';
import type { CalendarKind } from './appointment-rows.ts';

/** Keeps a practitioner or a room that is new to a department. Two that are made at once meet at the key. */
export function insertCalendar(kind: CalendarKind, department: string, calendar: Calendar): Write {
  return {
    schema: calendarSchema,
    value: calendar,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.calendars (org_id, kind, id, department, version, entity)
        values (${org}, ${kind}, ${calendar.id}, ${department}, ${calendar.version}, ${connection.json(sealed)})`.execute(),
  };
}

/** Keeps a practitioner or a room as it is now. */
export function updateCalendar(kind: CalendarKind, calendar: Calendar): Write {
  return {
    schema: calendarSchema,
    value: calendar,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.calendars set version = ${calendar.version}, entity = ${connection.json(sealed)}
        where org_id = ${org} and kind = ${kind} and id = ${calendar.id}`.execute(),
  };
}

/** Keeps an appointment that is new. */
export function insertAppointment(department: string, appointment: Appointment): Write {
  const { id, practitioner, room, start, end, status, version } = appointment;
  return {
    schema: appointmentSchema,
    value: appointment,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.appointments (org_id, id, department, practitioner, room, during, live, version, entity)
        values (${org}, ${id}, ${department}, ${practitioner}, ${room}, tstzrange(${start}, ${end}), ${holdsTime[status]},
          ${version}, ${connection.json(sealed)})`.execute(),
  };
}

/** Keeps an appointment as it is now. */
export function updateAppointment(appointment: Appointment): Write {
  const { id, practitioner, room, start, end, status, version } = appointment;
  return {
    schema: appointmentSchema,
    value: appointment,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.appointments
        set practitioner = ${practitioner}, room = ${room}, during = tstzrange(${start}, ${end}), live = ${holdsTime[status]},
          version = ${version}, entity = ${connection.json(sealed)}
        where org_id = ${org} and id = ${id}`.execute(),
  };
}

/** Puts an appointment away. */
export function archiveAppointment(appointment: Appointment): Write {
  const version = appointment.version + 1;
  return {
    schema: appointmentSchema,
    value: { ...appointment, version },
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.appointments
        set archived = true, live = false, version = ${version}, entity = ${connection.json(sealed)}
        where org_id = ${org} and id = ${appointment.id}`.execute(),
  };
}

import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import type { Instant } from '#domain/instant.ts';
import type { OwnBooking } from '#domain/people/own-booking.ts';
import { confirmedFreshness, type Exportable } from '../export/exportable.ts';
import type { Translate } from '../language/catalogue.ts';
import { patientName } from './patient-name.ts';

/** A day's appointments as a table to take away, in the order of their times. */
export function dayExport(
  t: Translate,
  state: DepartmentAppointments,
  appointments: readonly Appointment[],
  of: { title: string; date: string; topic: string; confirmedAt: Instant | undefined },
): Exportable<Appointment> {
  return {
    file: 'appointments',
    title: of.title,
    filter: of.date,
    topics: [of.topic],
    rows: appointments.toSorted((a, b) => a.start.localeCompare(b.start) || a.id.localeCompare(b.id)),
    said: ({ asOf, source }, nowMs) => ({
      asOf,
      source,
      freshness: confirmedFreshness(of.confirmedAt, nowMs),
    }),
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
      { key: 'start', title: t('export.column-start'), read: ({ start }) => start },
      { key: 'end', title: t('export.column-end'), read: ({ end }) => end },
      { key: 'status', title: t('board.column-status'), read: ({ status }) => status },
      { key: 'service', title: t('export.column-service'), read: ({ service }) => service },
      {
        key: 'practitioner',
        title: t('appointments.practitioner'),
        read: ({ practitioner }) => state.practitioners[practitioner]?.name ?? practitioner,
      },
      {
        key: 'room',
        title: t('export.column-room'),
        read: ({ room }) => state.rooms[room]?.name ?? room,
      },
      {
        key: 'patient',
        title: t('appointments.patient'),
        read: (appointment) => (appointment.patient === undefined ? undefined : patientName(t, appointment)),
      },
      { key: 'mrn', title: t('export.column-mrn'), read: ({ patient }) => patient?.mrn },
    ],
  };
}

/** One's own bookings as a table to take away. */
export function bookingsExport(
  t: Translate,
  bookings: readonly OwnBooking[],
  of: { topic: string; confirmedAt: Instant | undefined },
): Exportable<OwnBooking> {
  return {
    file: 'bookings',
    title: t('me.bookings'),
    filter: '',
    topics: [of.topic],
    rows: bookings,
    said: ({ asOf, source }, nowMs) => ({
      asOf,
      source,
      freshness: confirmedFreshness(of.confirmedAt, nowMs),
    }),
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
      { key: 'start', title: t('export.column-start'), read: ({ start }) => start },
      { key: 'end', title: t('export.column-end'), read: ({ end }) => end },
      { key: 'status', title: t('board.column-status'), read: ({ status }) => status },
      { key: 'service', title: t('export.column-service'), read: ({ service }) => service },
      {
        key: 'practitioner',
        title: t('appointments.practitioner'),
        read: ({ practitioner }) => practitioner,
      },
      { key: 'room', title: t('export.column-room'), read: ({ room }) => room },
      { key: 'department', title: t('export.column-department'), read: ({ department }) => department.name },
    ],
  };
}

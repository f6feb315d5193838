import { z } from 'zod';

/** FHIR `Appointment.status`. */
export const appointmentStatuses = [
  'proposed',
  'pending',
  'booked',
  'arrived',
  'fulfilled',
  'cancelled',
  'noshow',
  'entered-in-error',
  'checked-in',
  'waitlist',
] as const;
export const appointmentStatusSchema = z.enum(appointmentStatuses);
export type AppointmentStatus = z.infer<typeof appointmentStatusSchema>;

/*
 *   waitlist ──► proposed ──► pending ──► booked ──► arrived ──► checked-in ──► fulfilled
 *                                           │ └──────────────────────▲
 *                                           ├──► noshow
 *   cancelled ◄── any before fulfilled      └──► entered-in-error ◄── any but itself
 */
/** Where an appointment may go from each status. Whoever came can no longer be missing; what was done stays done. */
export const appointmentTransitions: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  waitlist: ['proposed', 'pending', 'booked', 'cancelled', 'entered-in-error'],
  proposed: ['pending', 'booked', 'waitlist', 'cancelled', 'entered-in-error'],
  pending: ['booked', 'waitlist', 'cancelled', 'entered-in-error'],
  booked: ['arrived', 'checked-in', 'noshow', 'cancelled', 'entered-in-error'],
  arrived: ['checked-in', 'fulfilled', 'cancelled', 'entered-in-error'],
  'checked-in': ['fulfilled', 'cancelled', 'entered-in-error'],
  fulfilled: ['entered-in-error'],
  cancelled: ['entered-in-error'],
  noshow: ['entered-in-error'],
  'entered-in-error': [],
};

/** Whether an appointment in a status takes its time from practitioner and room. What was done keeps the time it took. */
export const holdsTime: Readonly<Record<AppointmentStatus, boolean>> = {
  waitlist: false,
  proposed: false,
  pending: true,
  booked: true,
  arrived: true,
  'checked-in': true,
  fulfilled: true,
  cancelled: false,
  noshow: false,
  'entered-in-error': false,
};

/** Whether an appointment in a status can still be put to another time: nobody has come for it yet. */
export const canMove: Readonly<Record<AppointmentStatus, boolean>> = {
  waitlist: true,
  proposed: true,
  pending: true,
  booked: true,
  arrived: false,
  'checked-in': false,
  fulfilled: false,
  cancelled: false,
  noshow: false,
  'entered-in-error': false,
};

import { z } from 'zod';
import { patientSchema } from '../beds/schema.ts';
import { instantSchema } from '../instant.ts';
import { phi, pseudonym, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { weeklyHoursSchema } from './hours.ts';
import { appointmentStatusSchema } from './states.ts';

/** What an appointment is for, by the catalogue. Why somebody needs it is not here: that is for their record. */
export const serviceSchema = z.enum([
  'consultation',
  'follow-up',
  'procedure',
  'imaging',
  'laboratory',
  'vaccination',
  'therapy',
  'assessment',
]);
export type Service = z.infer<typeof serviceSchema>;

/** Why an appointment was cancelled, by HL7's appointment-cancellation-reason: patient, provider, equipment, weather, other. */
export const cancellationReasonSchema = z.enum(['pat', 'prov', 'maint', 'oth-weath', 'other']);
export type CancellationReason = z.infer<typeof cancellationReasonSchema>;

export const cancellationSchema = z.object({
  reason: cancellationReasonSchema,
  /** In somebody's own words, which may name the patient. */
  note: phi(z.string().trim().min(1).max(200)),
});

/** A practitioner or a room with the hours in which they can be booked. */
export const calendarSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(80),
  hours: weeklyHoursSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Calendar = z.infer<typeof calendarSchema>;

export const appointmentSchema = z.object({
  id: idSchema,
  status: appointmentStatusSchema,
  practitioner: idSchema,
  room: idSchema,
  start: instantSchema,
  end: instantSchema,
  service: serviceSchema,
  subject: subject(),
  /** The account of the patient, where they have one: whoever it is sees the appointment among their own. */
  account: pseudonym(),
  patient: patientSchema.optional(),
  cancellation: cancellationSchema.optional(),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Appointment = z.infer<typeof appointmentSchema>;

export const departmentSchema = z.object({
  id: idSchema,
  name: z.string(),
  facility: idSchema,
  /** The zone of the clocks on its walls, by which its hours are meant. */
  timezone: z.string(),
});
export type Department = z.infer<typeof departmentSchema>;

/** The state of `department/<id>/appointments`: those that have not been put away. */
export const departmentAppointmentsSchema = z.object({
  department: departmentSchema,
  practitioners: z.record(idSchema, calendarSchema),
  rooms: z.record(idSchema, calendarSchema),
  appointments: z.record(idSchema, appointmentSchema),
});
export type DepartmentAppointments = z.infer<typeof departmentAppointmentsSchema>;

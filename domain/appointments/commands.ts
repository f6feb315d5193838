import { z } from 'zod';
import { patientSchema } from '../beds/schema.ts';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { phi } from '../phi.ts';
import { idSchema } from '../topic.ts';
import type { AppointmentRight } from './access.ts';
import { everyDay, weeklyHoursSchema } from './hours.ts';
import { cancellationReasonSchema, cancellationSchema, serviceSchema } from './schema.ts';

const name = z.string().trim().min(1).max(80);
const appointment = idSchema;
/** A moment that somebody can mean; a database has no year 0. */
const moment = instantSchema.refine(
  (instant) => instant >= '2000' && instant < '2200',
  'must lie between 2000 and 2199',
);
const namedPatient = patientSchema.refine(({ family, mrn }) => family !== undefined || mrn !== undefined, {
  path: ['family'],
  message: 'is needed, or the record number',
});

/** Examples stand far ahead, each at a time of its own, with practitioner and room of the demo network. */
const slot = (time: string, minutes: number) => ({
  start: `2099-03-02T${time}:00.000Z`,
  end: new Date(Date.parse(`2099-03-02T${time}:00.000Z`) + minutes * 60_000).toISOString(),
});
const booking = (id: string, time: string) => ({
  department: 'surgery',
  appointment: id,
  practitioner: 'thu-vo',
  room: 'surgery-1',
  ...slot(time, 30),
  service: 'follow-up',
  patient: { mrn: 'D000921', family: 'Lê', given: 'Hoa', birthDate: '1975-06-14' },
  account: 'demo-patient',
});
const booked = (id: string, time: string) => ({ type: 'appointment.book', data: booking(id, time) });

const hours = everyDay([
  { from: 480, to: 720 },
  { from: 780, to: 1020 },
]);
const one = z.strictObject({ appointment });

/** Each command about appointments: what its data is, which right it asks for, an example. */
const definitions = {
  'practitioner.schedule': {
    summary: 'Say who can be booked in a department and at which hours; bookings there are stay as they are',
    right: 'appointments.schedule',
    data: z.strictObject({ department: idSchema, practitioner: idSchema, name, hours: weeklyHoursSchema }),
    example: { data: { department: 'surgery', practitioner: 'an-example', name: 'Dr Example', hours } },
  },
  'room.schedule': {
    summary: 'Say which room can be booked in a department and when it is open',
    right: 'appointments.schedule',
    data: z.strictObject({ department: idSchema, room: idSchema, name, hours: weeklyHoursSchema }),
    example: { data: { department: 'surgery', room: 'an-example-room', name: 'Example room', hours } },
  },
  'appointment.book': {
    summary: 'Book a time with a practitioner in a room',
    right: 'appointments.book',
    data: z.strictObject({
      department: idSchema,
      appointment,
      practitioner: idSchema,
      room: idSchema,
      start: moment,
      end: moment,
      service: serviceSchema,
      patient: namedPatient,
      account: phi(idSchema),
    }),
    example: { data: booking('example-booked', '01:00') },
  },
  'appointment.move': {
    summary: 'Put an appointment to another time, practitioner or room',
    right: 'appointments.book',
    data: z.strictObject({
      appointment,
      start: moment,
      end: moment,
      practitioner: idSchema.optional(),
      room: idSchema.optional(),
    }),
    example: {
      given: [booked('example-moved', '02:00')],
      data: { appointment: 'example-moved', ...slot('02:30', 45) },
    },
  },
  'appointment.cancel': {
    summary: 'Say that an appointment will not take place, and why',
    right: 'appointments.book',
    data: z.strictObject({
      appointment,
      reason: cancellationReasonSchema,
      note: cancellationSchema.shape.note,
    }),
    example: {
      given: [booked('example-cancelled', '04:00')],
      data: { appointment: 'example-cancelled', reason: 'pat', note: 'Has a cold' },
    },
  },
  'appointment.arrive': {
    summary: 'Say that the patient is here',
    right: 'appointments.receive',
    data: one,
    example: { given: [booked('example-arrived', '05:00')], data: { appointment: 'example-arrived' } },
  },
  'appointment.check-in': {
    summary: 'Say that the patient is ready to be seen',
    right: 'appointments.receive',
    data: one,
    example: { given: [booked('example-checked-in', '06:00')], data: { appointment: 'example-checked-in' } },
  },
  'appointment.fulfil': {
    summary: 'Say that the appointment has taken place',
    right: 'appointments.fulfil',
    data: one,
    example: {
      given: [
        booked('example-fulfilled', '07:00'),
        { type: 'appointment.arrive', data: { appointment: 'example-fulfilled' } },
      ],
      data: { appointment: 'example-fulfilled' },
    },
  },
  'appointment.no-show': {
    summary: 'Say that the patient did not come',
    right: 'appointments.receive',
    data: one,
    example: { given: [booked('example-missed', '08:00')], data: { appointment: 'example-missed' } },
  },
  'appointment.archive': {
    summary: 'Put away an appointment that is long over',
    right: 'appointments.archive',
    data: one,
    example: { given: [booked('example-archived', '09:00')], data: { appointment: 'example-archived' } },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: AppointmentRight }>;

export type AppointmentCommandType = keyof typeof definitions;

export const appointmentCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

const appointmentCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('practitioner.schedule'), data: definitions['practitioner.schedule'].data }),
  z.object({ type: z.literal('room.schedule'), data: definitions['room.schedule'].data }),
  z.object({ type: z.literal('appointment.book'), data: definitions['appointment.book'].data }),
  z.object({ type: z.literal('appointment.move'), data: definitions['appointment.move'].data }),
  z.object({ type: z.literal('appointment.cancel'), data: definitions['appointment.cancel'].data }),
  z.object({ type: z.literal('appointment.arrive'), data: one }),
  z.object({ type: z.literal('appointment.check-in'), data: one }),
  z.object({ type: z.literal('appointment.fulfil'), data: one }),
  z.object({ type: z.literal('appointment.no-show'), data: one }),
  z.object({ type: z.literal('appointment.archive'), data: one }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type AppointmentCommand = z.infer<typeof appointmentCommandSchema>;

/** One type of command with its data. */
export type AppointmentCommandOf<T extends AppointmentCommandType> = Extract<AppointmentCommand, { type: T }>;

/** What is asked of an appointment that stands already. */
export type AppointmentRequest = Exclude<
  AppointmentCommand,
  { type: 'practitioner.schedule' | 'room.schedule' | 'appointment.book' }
>;

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseAppointmentCommand(command: { type: string; data: unknown }): AppointmentCommand {
  return appointmentCommandSchema.parse(command);
}

import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { EventDefinition } from '../module.ts';
import { subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { everyDay } from './hours.ts';
import { appointmentSchema, calendarSchema, cancellationSchema } from './schema.ts';
import { appointmentStatusSchema } from './states.ts';

const topic = 'department/*/appointments';

/** Which version of an appointment an event makes, when and by whose word. */
const stamp = {
  appointment: idSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
};

export const scheduledSchema = z.object({
  /** What stood before; nothing where the practitioner or room is new. */
  from: calendarSchema.optional(),
  to: calendarSchema,
});

export const bookedSchema = z.object({ appointment: appointmentSchema });

const placementSchema = appointmentSchema.pick({ start: true, end: true, practitioner: true, room: true });
/** When, with whom and where. */
export type Placement = z.infer<typeof placementSchema>;
export const appointmentMovedSchema = z.object({ ...stamp, from: placementSchema, to: placementSchema });
export type AppointmentMoved = z.infer<typeof appointmentMovedSchema>;

export const advancedSchema = z.object({
  ...stamp,
  from: appointmentStatusSchema,
  to: appointmentStatusSchema,
  subject: subject(),
  cancellation: cancellationSchema.optional(),
});
export type AppointmentAdvanced = z.infer<typeof advancedSchema>;

export const archivedSchema = z.object({ ...stamp, from: appointmentStatusSchema });

const at = '2026-03-01T08:00:00.000Z';
const receptionist = { kind: 'person', id: 'a-receptionist', name: 'Receptionist' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
const calendar = (id: string, name: string) => ({
  id,
  name,
  hours: everyDay([{ from: 480, to: 1020 }]),
  version: 1,
  asOf: at,
  source: receptionist,
});
const placement = {
  practitioner: 'a-practitioner',
  room: 'a-room',
  start: '2026-03-02T01:00:00.000Z',
  end: '2026-03-02T01:30:00.000Z',
};
const changed = (version: number) => ({
  appointment: 'an-appointment',
  version,
  asOf: at,
  source: receptionist,
});
const advanced = (from: AppointmentAdvanced['from'], to: AppointmentAdvanced['to'], version: number) => ({
  ...changed(version),
  from,
  to,
  subject: 'a-subject',
});

/** Every way in which an appointment goes from one status to another, by its event. */
const steps = {
  'appointment.cancelled': [
    'It will not take place',
    {
      ...advanced('booked', 'cancelled', 2),
      cancellation: { reason: 'pat', note: 'Mrs Trần has a cold' },
    },
  ],
  'appointment.arrived': ['The patient is here', advanced('booked', 'arrived', 2)],
  'appointment.checked-in': ['The patient is ready to be seen', advanced('arrived', 'checked-in', 3)],
  'appointment.fulfilled': ['It has taken place', advanced('checked-in', 'fulfilled', 4)],
  'appointment.missed': ['The patient did not come', advanced('booked', 'noshow', 2)],
} as const satisfies Record<string, readonly [string, AppointmentAdvanced]>;

/** The type of an event that takes an appointment to another status. */
export type AppointmentStep = keyof typeof steps;

/** Whether an event's type is one of those that take an appointment to another status. */
export function isAppointmentStep(type: string): type is AppointmentStep {
  return Object.hasOwn(steps, type);
}

export const appointmentEvents: readonly EventDefinition[] = [
  {
    type: 'practitioner.scheduled',
    summary: 'A practitioner is new, or works at other hours',
    topic,
    data: scheduledSchema,
    example: { to: calendar('a-practitioner', 'Dr Lan Pham') },
  },
  {
    type: 'room.scheduled',
    summary: 'A room is new, or is open at other hours',
    topic,
    data: scheduledSchema,
    example: { to: calendar('a-room', 'Room 1') },
  },
  {
    type: 'appointment.booked',
    summary: 'An appointment was made',
    topic,
    data: bookedSchema,
    example: {
      appointment: {
        id: 'an-appointment',
        status: 'booked',
        ...placement,
        service: 'follow-up',
        subject: 'a-subject',
        account: 'a-patient',
        patient: { mrn: 'D000123', family: 'Trần', given: 'Minh', birthDate: '1951-04-09' },
        version: 1,
        asOf: at,
        source: receptionist,
      },
    },
  },
  {
    type: 'appointment.moved',
    summary: 'It takes place at another time, with somebody else or elsewhere',
    topic,
    data: appointmentMovedSchema,
    example: {
      ...changed(2),
      from: placement,
      to: { ...placement, start: '2026-03-02T02:00:00.000Z', end: '2026-03-02T02:30:00.000Z' },
    },
  },
  ...Object.entries(steps).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic,
    data: advancedSchema,
    example,
  })),
  {
    type: 'appointment.archived',
    summary: 'It is long over and no longer shown',
    topic,
    data: archivedSchema,
    example: { ...changed(5), source: carewall, from: 'fulfilled' },
  },
];

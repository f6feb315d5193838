import type { AppointmentRequest } from '#domain/appointments/commands.ts';
import { decideRequest, type StepCommand, stepCommands } from '#domain/appointments/decide.ts';
import { appointmentsModule } from '#domain/appointments/module.ts';
import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { canMove } from '#domain/appointments/states.ts';
import { millis } from '#domain/instant.ts';
import { type Asking, mayAsk } from '../app/may-ask.ts';

/** What a person may ask of an appointment. */
export type AppointmentAction = StepCommand | 'appointment.move';

/** All of them, in the order in which a day asks for them. */
export const appointmentActions: readonly AppointmentAction[] = [
  'appointment.arrive',
  'appointment.check-in',
  'appointment.fulfil',
  'appointment.move',
  'appointment.no-show',
  'appointment.cancel',
];

/** What the person can do with an appointment as it is now, by the server's own rules. */
export function possibleSteps(
  appointment: Appointment,
  state: DepartmentAppointments,
  asking: Pick<Asking, 'grants' | 'path'>,
  now: number,
): AppointmentAction[] {
  const context = {
    now: appointment.asOf,
    by: { kind: 'person', id: 'probe', name: 'probe' } as const,
    newId: () => 'probe',
  };
  const around = {
    appointment,
    department: state.department,
    timezone: state.department.timezone,
    practitioner: undefined,
    room: undefined,
    busy: [],
  };
  const can = (type: StepCommand) => decideRequest(around, probe(type, appointment.id), context).ok;
  return appointmentActions.filter((type) => {
    if (!mayAsk(appointmentsModule, type, asking)) return false;
    if (type === 'appointment.move') return canMove[appointment.status];
    // Nobody has stayed away from what has not begun.
    if (type === 'appointment.no-show' && millis(appointment.start) > now) return false;
    return stepCommands.includes(type) && can(type);
  });
}

function probe(type: StepCommand, appointment: string): AppointmentRequest {
  return type === 'appointment.cancel'
    ? { type, data: { appointment, reason: 'other' } }
    : { type, data: { appointment } };
}

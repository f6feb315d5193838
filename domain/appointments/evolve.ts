import type { TopicEvent } from '../module.ts';
import {
  type AppointmentAdvanced,
  type AppointmentMoved,
  advancedSchema,
  appointmentMovedSchema,
  archivedSchema,
  bookedSchema,
  isAppointmentStep,
  scheduledSchema,
} from './events.ts';
import type { Appointment, DepartmentAppointments } from './schema.ts';

/** The appointments of a department after an event of its topic. One that was put away is no longer among them. */
export function evolveAppointments(state: DepartmentAppointments, event: TopicEvent): DepartmentAppointments {
  switch (event.type) {
    case 'practitioner.scheduled': {
      const { to } = scheduledSchema.parse(event.data);
      return { ...state, practitioners: { ...state.practitioners, [to.id]: to } };
    }
    case 'room.scheduled': {
      const { to } = scheduledSchema.parse(event.data);
      return { ...state, rooms: { ...state.rooms, [to.id]: to } };
    }
    case 'appointment.booked':
      return withAppointment(state, bookedSchema.parse(event.data).appointment);
    case 'appointment.moved': {
      const moved = appointmentMovedSchema.parse(event.data);
      const before = state.appointments[moved.appointment];
      return before === undefined ? state : withAppointment(state, move(before, moved));
    }
    case 'appointment.archived': {
      const { [archivedSchema.parse(event.data).appointment]: _archived, ...left } = state.appointments;
      return { ...state, appointments: left };
    }
    default: {
      if (!isAppointmentStep(event.type)) return state;
      const advanced = advancedSchema.parse(event.data);
      const before = state.appointments[advanced.appointment];
      return before === undefined ? state : withAppointment(state, advance(before, advanced));
    }
  }
}

/** The appointment at the time and place to which it was moved. */
export function move(appointment: Appointment, { to, version, asOf, source }: AppointmentMoved): Appointment {
  return { ...appointment, ...to, version, asOf, source };
}

/** The appointment in the status to which it went. */
export function advance(
  appointment: Appointment,
  { to, cancellation, version, asOf, source }: AppointmentAdvanced,
): Appointment {
  return {
    ...appointment,
    status: to,
    ...(cancellation === undefined ? {} : { cancellation }),
    version,
    asOf,
    source,
  };
}

function withAppointment(state: DepartmentAppointments, appointment: Appointment): DepartmentAppointments {
  return { ...state, appointments: { ...state.appointments, [appointment.id]: appointment } };
}

import { defineModule, evolveOf } from '../module.ts';
import { appointmentRights } from './access.ts';
import { appointmentCommands } from './commands.ts';
import { appointmentEvents } from './events.ts';
import { evolveAppointments } from './evolve.ts';
import { departmentAppointmentsSchema } from './schema.ts';

/** Who can be booked when and where, and who is. */
export const appointmentsModule = defineModule({
  name: 'appointments',
  rights: appointmentRights,
  commands: appointmentCommands,
  events: appointmentEvents,
  topics: [
    {
      kind: 'department/*/appointments',
      summary: 'Practitioners and rooms of a department with their hours, and the appointments with them',
      state: departmentAppointmentsSchema,
      views: [
        { name: 'clinical', right: 'appointments.read.clinical' },
        { name: 'operational', right: 'appointments.read.operational' },
      ],
      holds: 'demographics',
      evolve: evolveOf(departmentAppointmentsSchema, evolveAppointments),
      beginning: (later) => ({
        ...departmentAppointmentsSchema.parse(later),
        practitioners: {},
        rooms: {},
        appointments: {},
      }),
    },
  ],
});

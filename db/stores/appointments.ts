import { z } from 'zod';
import {
  type AppointmentCommand,
  type AppointmentCommandOf,
  type AppointmentRequest,
  parseAppointmentCommand,
} from '#domain/appointments/commands.ts';
import { decideBook, decideRequest, decideSchedule, type RequestState } from '#domain/appointments/decide.ts';
import { bookedSchema, scheduledSchema } from '#domain/appointments/events.ts';
import { evolveAppointments } from '#domain/appointments/evolve.ts';
import { appointmentsModule } from '#domain/appointments/module.ts';
import {
  type Appointment,
  appointmentSchema,
  type Calendar,
  calendarSchema,
  departmentAppointmentsSchema,
} from '#domain/appointments/schema.ts';
import type { NewEvent } from '#domain/module.ts';
import {
  type ContextStore,
  type Loaded,
  parseOr,
  type StoreContext,
  type StoreKeys,
  type Write,
} from '../store.ts';
import type { Vault } from '../vault.ts';
import {
  type CalendarKind,
  calendarRowsSchema,
  departmentOf,
  departmentRowsSchema,
  isKnownPatient,
  selectBusy,
  selectCalendars,
  selectDepartment,
  selectPatient,
  spanRowsSchema,
} from './appointment-rows.ts';
import {
  archiveAppointment,
  insertAppointment,
  insertCalendar,
  updateAppointment,
  updateCalendar,
} from './appointment-writes.ts';

const topicKind = 'department/*/appointments';
/** How long after its end an appointment is still shown. */
const shownFor = '1 day';

const idsSchema = z.array(z.object({ id: z.string() }));
const entitiesSchema = z.array(z.object({ id: z.string(), entity: z.unknown() }));
const appointmentRowsSchema = z.array(
  z.object({ entity: z.unknown(), department: z.string(), archived: z.boolean() }),
);

/** Practitioners, rooms and appointments: one row each. Nothing is locked but the appointment that a command is about. */
export const appointmentsStore: ContextStore = {
  module: appointmentsModule,
  prepare: (command, keys) =>
    parseOr(parseAppointmentCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(`no other context books, yet one said ${events.map(({ type }) => type).join(', ')}`);
  },
  async snapshot(context, _kind, id = '') {
    const { org, connection } = context;
    const [departments, calendars, rows] = await Promise.all([
      selectDepartment(context, connection`${id}`),
      connection`
        select kind, id, department, entity from carewall.calendars
        where org_id = ${org} and department = ${id} order by kind, id`.execute(),
      connection`
        select id, entity from carewall.appointments
        where org_id = ${org} and department = ${id} and not archived order by id`.execute(),
    ]);
    const [department] = departmentRowsSchema.parse(departments);
    if (department === undefined) return undefined;
    const known = calendarRowsSchema.parse(calendars);
    const ofKind = (wanted: CalendarKind) =>
      Object.fromEntries(known.filter(({ kind }) => kind === wanted).map((row) => [row.id, row.entity]));
    const value = {
      department: departmentOf(department),
      practitioners: ofKind('practitioner'),
      rooms: ofKind('room'),
      appointments: Object.fromEntries(entitiesSchema.parse(rows).map((row) => [row.id, row.entity])),
    };
    return { schema: departmentAppointmentsSchema, value };
  },
  async due(relay) {
    const rows = await relay`
      select org_id as org, id, version from carewall.appointments
      where not archived and upper(during) <= clock_timestamp() - ${shownFor}::interval
      order by upper(during) limit 200`;
    return z
      .array(z.object({ org: z.string(), id: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ org, id, version }) => ({
        org,
        type: 'appointment.archive',
        data: { appointment: id },
        expect: version,
      }));
  },
};

async function load(context: StoreContext, command: AppointmentCommand, keys: StoreKeys): Promise<Loaded> {
  switch (command.type) {
    case 'practitioner.schedule':
      return loadForSchedule(context, command, 'practitioner', command.data.practitioner);
    case 'room.schedule':
      return loadForSchedule(context, command, 'room', command.data.room);
    case 'appointment.book':
      return loadForBooking(context, command, keys);
    default:
      return loadForRequest(context, command, keys);
  }
}

async function loadForSchedule(
  context: StoreContext,
  command: AppointmentCommandOf<'practitioner.schedule' | 'room.schedule'>,
  kind: CalendarKind,
  id: string,
): Promise<Loaded> {
  const { org, connection } = context;
  const { department } = command.data;
  const [departments, rows] = await Promise.all([
    selectDepartment(context, connection`${department}`),
    connection`
      select kind, id, department, entity from carewall.calendars
      where org_id = ${org} and kind = ${kind} and id = ${id} for update`.execute(),
  ]);
  const [place] = departmentRowsSchema.parse(departments);
  const [row] = calendarRowsSchema.parse(rows);
  const calendar = row?.department === department ? calendarSchema.parse(row.entity) : undefined;
  return {
    path: place?.path,
    topicKind,
    ...(calendar === undefined ? {} : { version: calendar.version }),
    decide: (decision) =>
      decideSchedule(
        {
          department: place && departmentOf(place),
          calendar: row !== undefined && calendar === undefined ? 'elsewhere' : calendar,
        },
        command,
        decision,
      ),
    writes: (events) =>
      events.map(({ data }) => {
        const { from, to } = scheduledSchema.parse(data);
        return from === undefined ? insertCalendar(kind, department, to) : updateCalendar(kind, to);
      }),
  };
}

async function loadForBooking(
  context: StoreContext,
  command: AppointmentCommandOf<'appointment.book'>,
  { ring }: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { department, appointment, practitioner, room, start, patient, account } = command.data;
  const [departments, calendars, spans, taken, accounts] = await Promise.all([
    selectDepartment(context, connection`${department}`),
    selectCalendars(context, connection`${practitioner}`, connection`${room}`),
    selectBusy(context, { practitioner: connection`${practitioner}`, room: connection`${room}`, start }),
    connection`select id from carewall.appointments where org_id = ${org} and id = ${appointment}`.execute(),
    selectPatient(context, account),
  ]);
  const [place] = departmentRowsSchema.parse(departments);
  const { mrn } = patient;
  const subject =
    mrn === undefined
      ? ring.pseudonym(org, 'appointment', appointment)
      : ring.pseudonym(org, 'mrn', `${patient.assigner ?? place?.facility_code ?? ''}|${mrn}`);
  const state = {
    department: place && departmentOf(place),
    timezone: place?.timezone ?? 'UTC',
    ...calendarsAt(department, calendars),
    busy: spanRowsSchema.parse(spans),
    taken: idsSchema.parse(taken).length > 0,
    accountKnown: isKnownPatient(accounts),
    subject,
  };
  return {
    path: place?.path,
    topicKind,
    decide: (decision) => decideBook(state, command, decision),
    writes: (events) =>
      events.map(({ data }) => insertAppointment(department, bookedSchema.parse(data).appointment)),
  };
}

async function loadForRequest(
  context: StoreContext,
  command: AppointmentRequest,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const id = command.data.appointment;
  const of = (column: 'department' | 'practitioner' | 'room') =>
    connection`(select ${connection(column)} from carewall.appointments where org_id = ${org} and id = ${id})`;
  const move = command.type === 'appointment.move' ? command.data : undefined;
  const practitioner =
    move?.practitioner === undefined ? of('practitioner') : connection`${move.practitioner}`;
  const room = move?.room === undefined ? of('room') : connection`${move.room}`;
  const [rows, departments, calendars, spans] = await Promise.all([
    connection`
      select entity, department, archived from carewall.appointments
      where org_id = ${org} and id = ${id} for update`.execute(),
    selectDepartment(context, of('department')),
    selectCalendars(context, practitioner, room),
    move === undefined ? [] : selectBusy(context, { practitioner, room, start: move.start, but: id }),
  ]);
  const [row] = appointmentRowsSchema.parse(rows);
  const [place] = departmentRowsSchema.parse(departments);
  if (row === undefined || place === undefined) {
    return {
      path: undefined,
      topicKind,
      decide: (decision) => decideRequest(undefined, command, decision),
      writes: () => [],
    };
  }
  const state: RequestState = {
    appointment: await opened(vault, org, row.entity),
    department: departmentOf(place),
    timezone: place.timezone,
    ...calendarsAt(row.department, calendars),
    busy: spanRowsSchema.parse(spans),
  };
  return {
    path: place.path,
    topicKind,
    version: state.appointment.version,
    // What was put away is there for its place and version alone: the same command again gets its first answer.
    decide: (decision) => decideRequest(row.archived ? undefined : state, command, decision),
    writes: (events) => writesAfter(events, state),
  };
}

/** Practitioner and room, where they are of the department. */
function calendarsAt(
  department: string,
  rows: unknown,
): { practitioner: Calendar | undefined; room: Calendar | undefined } {
  const here = calendarRowsSchema.parse(rows).filter((row) => row.department === department);
  const ofKind = (wanted: CalendarKind) => {
    const row = here.find(({ kind }) => kind === wanted);
    return row && calendarSchema.parse(row.entity);
  };
  return { practitioner: ofKind('practitioner'), room: ofKind('room') };
}

async function opened(vault: Vault, org: string, entity: unknown): Promise<Appointment> {
  const [value] = await vault.open(org, [{ schema: appointmentSchema, value: entity }]);
  return appointmentSchema.parse(value);
}

/** The appointment as the events leave it, by the same fold that every reader makes. */
function writesAfter(events: readonly NewEvent[], { appointment, department }: RequestState): Write[] {
  const before = {
    department,
    practitioners: {},
    rooms: {},
    appointments: { [appointment.id]: appointment },
  };
  const after = events.reduce(evolveAppointments, before).appointments[appointment.id];
  return [after === undefined ? archiveAppointment(appointment) : updateAppointment(after)];
}

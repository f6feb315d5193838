import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { noteBooking, removeOwn } from '../people/events.ts';
import type { AppointmentCommandOf, AppointmentRequest } from './commands.ts';
import type { AppointmentAdvanced, AppointmentMoved, AppointmentStep, Placement } from './events.ts';
import { advance, move } from './evolve.ts';
import { type Surroundings, whyNot } from './placing.ts';
import type { Appointment, Calendar, Department } from './schema.ts';
import { type AppointmentStatus, appointmentTransitions, canMove } from './states.ts';

/** What stands at a department under the id that a schedule is for. */
export interface ScheduleState {
  readonly department: Department | undefined;
  /** Nothing where it is new; `elsewhere` where another department has it. */
  readonly calendar: Calendar | 'elsewhere' | undefined;
}

/** Adds a practitioner or a room to a department, or gives it another name and other hours. */
export function decideSchedule(
  { department, calendar }: ScheduleState,
  command: AppointmentCommandOf<'practitioner.schedule' | 'room.schedule'>,
  context: DecisionContext,
): Decision {
  if (department === undefined) return reject(refuse('not_found', 'there is no such department'));
  const [what, id] =
    command.type === 'room.schedule'
      ? (['room', command.data.room] as const)
      : (['practitioner', command.data.practitioner] as const);
  if (calendar === 'elsewhere') {
    const issue = { path: `data.${what}`, message: 'is taken' };
    return reject(refuse('conflict', 'another department has one under this id', [issue]));
  }
  const { name, hours } = command.data;
  const to: Calendar = {
    id,
    name,
    hours,
    version: (calendar?.version ?? 0) + 1,
    asOf: context.now,
    source: context.by,
  };
  const data = { ...(calendar === undefined ? {} : { from: calendar }), to };
  return accept([{ topic: topicOf(department), type: `${what}.scheduled`, data }]);
}

/** What a booking is decided by. */
export interface BookingState extends Surroundings {
  readonly department: Department | undefined;
  /** Whether an appointment stands under the id already. */
  readonly taken: boolean;
  /** Whether the account that was named is a patient's. */
  readonly accountKnown: boolean;
  /** The pseudonym of the patient. */
  readonly subject: string;
}

/** Books a time, or says why it cannot be had and which are near. */
export function decideBook(
  state: BookingState,
  { data }: AppointmentCommandOf<'appointment.book'>,
  context: DecisionContext,
): Decision {
  const { department, practitioner, room } = state;
  if (department === undefined) return reject(refuse('not_found', 'there is no such department'));
  if (state.taken) {
    const issue = { path: 'data.appointment', message: 'is taken' };
    return reject(refuse('conflict', 'there is such an appointment already', [issue]));
  }
  if (data.account !== undefined && !state.accountKnown) {
    const issue = { path: 'data.account', message: 'is no patient’s' };
    return reject(refuse('invalid', 'there is no patient with this account', [issue]));
  }
  const obstacle = whyNot(data, state, context.now);
  if (obstacle !== undefined) return reject(obstacle);
  const appointment: Appointment = {
    id: data.appointment,
    status: 'booked',
    practitioner: data.practitioner,
    room: data.room,
    start: data.start,
    end: data.end,
    service: data.service,
    subject: state.subject,
    ...(data.account === undefined ? {} : { account: data.account }),
    patient: data.patient,
    version: 1,
    asOf: context.now,
    source: context.by,
  };
  const booked = { topic: topicOf(department), type: 'appointment.booked', data: { appointment } };
  return accept([booked, ...told(appointment, { department, practitioner, room })]);
}

/** What a request about an appointment is decided by; practitioner and room are those it is to be with. */
export interface RequestState extends Surroundings {
  readonly appointment: Appointment;
  readonly department: Department;
}

const steps = {
  'appointment.cancel': ['cancelled', 'appointment.cancelled'],
  'appointment.arrive': ['arrived', 'appointment.arrived'],
  'appointment.check-in': ['checked-in', 'appointment.checked-in'],
  'appointment.fulfil': ['fulfilled', 'appointment.fulfilled'],
  'appointment.no-show': ['noshow', 'appointment.missed'],
} as const satisfies Record<string, readonly [AppointmentStatus, AppointmentStep]>;

/** A command that takes an appointment to another status. */
export type StepCommand = keyof typeof steps;
export const stepCommands = Object.keys(steps) as readonly StepCommand[];

/** The status to which a command takes an appointment. */
export function statusAfter(command: StepCommand): AppointmentStatus {
  return steps[command][0];
}

/** Grants or refuses what is asked of an appointment. */
export function decideRequest(
  state: RequestState | undefined,
  command: AppointmentRequest,
  context: DecisionContext,
): Decision {
  if (state === undefined) return reject(refuse('not_found', 'there is no such appointment'));
  const { appointment, department } = state;
  const stamp = {
    appointment: appointment.id,
    version: appointment.version + 1,
    asOf: context.now,
    source: context.by,
  };
  const topic = topicOf(department);
  if (command.type === 'appointment.archive') {
    const data = { ...stamp, from: appointment.status };
    const { account } = appointment;
    const gone = account === undefined ? [] : [removeOwn(account, 'booking', appointment.id)];
    return accept([{ topic, type: 'appointment.archived', data }, ...gone]);
  }
  if (command.type === 'appointment.move') {
    if (!canMove[appointment.status]) return wrongStatus(appointment);
    const from = placementOf(appointment);
    const { start, end, practitioner = from.practitioner, room = from.room } = command.data;
    const to: Placement = { start, end, practitioner, room };
    if (same(from, to)) return reject(refuse('conflict', 'it stands there already'));
    const obstacle = whyNot(to, state, context.now);
    if (obstacle !== undefined) return reject(obstacle);
    const data: AppointmentMoved = { ...stamp, from, to };
    return accept([{ topic, type: 'appointment.moved', data }, ...told(move(appointment, data), state)]);
  }
  const [to, type] = steps[command.type];
  if (!appointmentTransitions[appointment.status].includes(to)) return wrongStatus(appointment);
  const data: AppointmentAdvanced = {
    ...stamp,
    from: appointment.status,
    to,
    ...(appointment.subject === undefined ? {} : { subject: appointment.subject }),
    ...(command.type === 'appointment.cancel' ? { cancellation: cancellationOf(command) } : {}),
  };
  return accept([{ topic, type, data }, ...told(advance(appointment, data), state)]);
}

function wrongStatus({ status }: Appointment): Decision {
  return reject(refuse('conflict', `the appointment is ${status}`));
}

function cancellationOf({ data: { reason, note } }: AppointmentCommandOf<'appointment.cancel'>) {
  return { reason, ...(note === undefined ? {} : { note }) };
}

function placementOf({ start, end, practitioner, room }: Appointment): Placement {
  return { start, end, practitioner, room };
}

function same(one: Placement, other: Placement): boolean {
  return (
    one.start === other.start &&
    one.end === other.end &&
    one.practitioner === other.practitioner &&
    one.room === other.room
  );
}

function topicOf({ id }: Department): string {
  return `department/${id}/appointments`;
}

/** What the patient is told of an appointment of theirs, where they have an account. */
function told(
  appointment: Appointment,
  state: { department: Department } & Pick<Surroundings, 'practitioner' | 'room'>,
): NewEvent[] {
  const { account, id, start, end, status, service, subject, version, asOf, source } = appointment;
  if (account === undefined) return [];
  const { id: department, name, timezone } = state.department;
  const item = {
    id,
    department: { id: department, name, timezone },
    practitioner: state.practitioner?.name ?? appointment.practitioner,
    room: state.room?.name ?? appointment.room,
    start,
    end,
    status,
    ...(subject === undefined ? {} : { subject }),
    service,
    version,
    asOf,
    source,
  };
  return [noteBooking(account, item)];
}

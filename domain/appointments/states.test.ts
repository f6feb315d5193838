import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecisionContext } from '../module.ts';
import { appointmentCommands, parseAppointmentCommand } from './commands.ts';
import { decideRequest, type RequestState, type StepCommand, statusAfter, stepCommands } from './decide.ts';
import { appointmentEvents, isAppointmentStep } from './events.ts';
import { evolveAppointments } from './evolve.ts';
import { everyDay } from './hours.ts';
import type { Appointment, Calendar } from './schema.ts';
import {
  type AppointmentStatus,
  appointmentStatuses,
  appointmentTransitions,
  canMove,
  holdsTime,
} from './states.ts';

const source = { kind: 'person', id: 'a-receptionist', name: 'Receptionist' } as const;
const context: DecisionContext = { now: '2026-03-01T08:00:00.000Z', by: source, newId: () => 'x' };
const stamp = { version: 4, asOf: context.now, source };
const calendar: Calendar = { id: 'one', name: 'One', hours: everyDay([{ from: 0, to: 1440 }]), ...stamp };
const department = { id: 'medicine', name: 'Medicine', facility: 'rgh', timezone: 'Asia/Ho_Chi_Minh' };

function stateIn(status: AppointmentStatus): RequestState {
  const appointment: Appointment = {
    id: 'an-appointment',
    status,
    practitioner: 'one',
    room: 'one',
    start: '2026-03-02T01:00:00.000Z',
    end: '2026-03-02T01:30:00.000Z',
    service: 'consultation',
    subject: 'a-subject',
    account: 'a-patient',
    ...stamp,
  };
  return {
    appointment,
    department,
    timezone: department.timezone,
    practitioner: calendar,
    room: calendar,
    busy: [],
  };
}

const request = (type: string, data: Record<string, unknown> = {}) => {
  const command = parseAppointmentCommand({ type, data: { appointment: 'an-appointment', ...data } });
  if (
    command.type === 'appointment.book' ||
    command.type === 'practitioner.schedule' ||
    command.type === 'room.schedule'
  )
    throw new Error('asks nothing of an appointment');
  return command;
};
const dataOf = (type: StepCommand) => (type === 'appointment.cancel' ? { reason: 'pat' } : {});

describe('the statuses of an appointment', () => {
  const allowed: Readonly<Record<AppointmentStatus, string>> = {
    proposed: 'cancel',
    pending: 'cancel',
    booked: 'cancel arrive check-in no-show',
    arrived: 'cancel check-in fulfil',
    fulfilled: '',
    cancelled: '',
    noshow: '',
    'entered-in-error': '',
    'checked-in': 'cancel fulfil',
    waitlist: 'cancel',
  };

  test.each(appointmentStatuses.flatMap((from) => stepCommands.map((type) => [from, type] as const)))(
    '%s: %s',
    (from, type) => {
      const decision = decideRequest(stateIn(from), request(type, dataOf(type)), context);
      const expected = allowed[from].split(' ').includes(type.replace('appointment.', ''));
      expect(decision.ok).toBe(expected);
      expect(appointmentTransitions[from].includes(statusAfter(type))).toBe(expected);
      if (!decision.ok) {
        expect(decision.refusal.code).toBe('conflict');
        return;
      }
      const [event, own] = decision.events;
      expect(event?.data).toMatchObject({ version: 5, from, to: statusAfter(type) });
      expect(own).toMatchObject({
        topic: 'user/a-patient',
        data: { item: { status: statusAfter(type), version: 5 } },
      });
    },
  );

  test.each(appointmentStatuses)('%s: can be moved or not, whoever holds the time', (status) => {
    const move = request('appointment.move', {
      start: '2026-03-02T03:00:00.000Z',
      end: '2026-03-02T03:30:00.000Z',
    });
    const decision = decideRequest(stateIn(status), move, context);
    expect(decision.ok).toBe(canMove[status]);
    if (!decision.ok) expect(decision.refusal.code).toBe('conflict');
  });

  test('go to those there are, never to themselves, and nobody comes back from an error', () => {
    for (const status of appointmentStatuses) {
      expect(appointmentTransitions[status]).not.toContain(status);
      expect(new Set(appointmentTransitions[status]).size).toBe(appointmentTransitions[status].length);
      if (status !== 'entered-in-error') expect(appointmentTransitions[status]).toContain('entered-in-error');
    }
    expect(appointmentTransitions['entered-in-error']).toEqual([]);
  });

  test('a time that was let go is not taken back without asking', () => {
    for (const from of appointmentStatuses) {
      if (holdsTime[from] || ['proposed', 'waitlist'].includes(from)) continue;
      expect(appointmentTransitions[from].filter((to) => holdsTime[to])).toEqual([]);
    }
  });
});

test('a move to where it stands is refused, and one without change of person keeps the person', () => {
  const { start, end } = stateIn('booked').appointment;
  expect(decideRequest(stateIn('booked'), request('appointment.move', { start, end }), context).ok).toBe(
    false,
  );
});

test('every command that steps has a right, and every step an event', () => {
  expect(stepCommands.every((type) => appointmentCommands.some((one) => one.type === type))).toBe(true);
  expect(appointmentEvents.filter(({ type }) => isAppointmentStep(type))).toHaveLength(stepCommands.length);
});

test('no event there is makes the fold throw, in any order, on any state', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...appointmentEvents), { maxLength: 30 }), (events) => {
      const empty = { department, practitioners: {}, rooms: {}, appointments: {} };
      const end = events.reduce(
        (state, { type, example }) => evolveAppointments(state, { type, data: example }),
        empty,
      );
      expect(Object.keys(end.appointments).length).toBeLessThanOrEqual(1);
    }),
  );
});

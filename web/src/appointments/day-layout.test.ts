import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyDay } from '#domain/appointments/hours.ts';
import { overlap } from '#domain/appointments/interval.ts';
import type { Appointment, DepartmentAppointments } from '#domain/appointments/schema.ts';
import { type AppointmentStatus, appointmentStatuses, holdsTime } from '#domain/appointments/states.ts';
import { instantOf } from '#domain/instant.ts';
import { dayLayout } from './day-layout.ts';
import { readDayView } from './day-view.ts';

const stamp = {
  version: 1,
  asOf: '2026-03-01T08:00:00.000Z',
  source: { kind: 'person', id: 'x', name: 'X' },
} as const;
const date = '2026-03-02';
const midnight = Date.parse('2026-03-01T17:00:00.000Z');
const at = (minutes: number) => midnight + minutes * 60_000;

function stateWith(appointments: readonly Appointment[]): DepartmentAppointments {
  const hours = everyDay([{ from: 480, to: 1020 }]);
  return {
    department: { id: 'medicine', name: 'Medicine', facility: 'rgh', timezone: 'Asia/Ho_Chi_Minh' },
    practitioners: { p: { id: 'p', name: 'Dr P', hours, ...stamp } },
    rooms: { r: { id: 'r', name: 'R', hours, ...stamp } },
    appointments: Object.fromEntries(appointments.map((one) => [one.id, one])),
  };
}
const appointment = (id: string, status: AppointmentStatus, from: number, length: number): Appointment => ({
  id,
  status,
  practitioner: 'p',
  room: 'r',
  start: instantOf(at(from)),
  end: instantOf(at(from + length)),
  service: 'consultation',
  ...stamp,
});

describe('the day of a practitioner', () => {
  it('shows whole hours around what there is, and offers what is free and still to come', () => {
    const state = stateWith([
      appointment('early', 'booked', 450, 30),
      appointment('taken', 'booked', 540, 45),
      appointment('let-go', 'cancelled', 600, 30),
    ]);
    const { range, columns } = dayLayout(state, date, at(535), undefined);
    expect(range).toEqual({ start: at(420), end: at(1020) });
    expect(columns[0]?.free.slice(0, 3).map(({ start }) => start)).toEqual([at(600), at(630), at(660)]);
    expect(dayLayout(state, date, at(535), 'nobody').columns).toEqual([]);
  });

  it('never draws two over each other, nor offers a time that is held', () => {
    const any = fc
      .tuple(
        fc.constantFrom(...appointmentStatuses),
        fc.integer({ min: 0, max: 1380 }),
        fc.integer({ min: 5, max: 240 }),
      )
      .map((one) => one);
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (all) => {
        const state = stateWith(all.map((one, index) => appointment(`a-${index}`, ...one)));
        const [column] = dayLayout(state, date, 0, undefined).columns;
        if (column === undefined) throw new Error('there is one practitioner');
        expect(column.blocks).toHaveLength(all.length);
        for (const [index, one] of column.blocks.entries()) {
          expect(one.lane).toBeLessThan(one.lanes);
          for (const other of column.blocks.slice(index + 1)) {
            if (!overlap(one.at, other.at)) continue;
            expect(one.lanes).toBe(other.lanes);
            expect(one.lane).not.toBe(other.lane);
          }
          if (holdsTime[one.appointment.status])
            expect(column.free.filter((slot) => overlap(slot, one.at))).toEqual([]);
        }
      }),
    );
  });
});

it('an address that makes no sense shows today, with nothing open', () => {
  expect(
    readDayView({ date: '2026-02-31', open: 'NOT AN ID', book: '25:00', who: { a: 1 }, more: true }),
  ).toEqual({});
  expect(readDayView({ date: '2026-02-28', open: 7, book: '09:30', who: 'p' })).toEqual({
    date: '2026-02-28',
    open: '7',
    book: '09:30',
    who: 'p',
  });
});

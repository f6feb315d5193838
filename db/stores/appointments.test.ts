import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { everyDay } from '#domain/appointments/hours.ts';
import { departmentAppointmentsSchema } from '#domain/appointments/schema.ts';
import { userSchema } from '#domain/people/schema.ts';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';
import { readTopic } from '../topics.ts';
import { stores } from './stores.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

const day = '2098-05-06';
const at = (clock: string) => `${day}T${clock}:00.000Z`;
/** 08:00 in the demo's zone is 01:00 in UTC. */
const booking = (id: string, from: string, to: string, more: Record<string, unknown> = {}) => ({
  department: 'medicine',
  appointment: id,
  practitioner: 'lan-pham',
  room: 'medicine-1',
  start: at(from),
  end: at(to),
  service: 'consultation',
  patient: { mrn: 'D-SECRET', family: 'Secretfamily' },
  ...more,
});

async function board(): Promise<z.infer<typeof departmentAppointmentsSchema>> {
  const { databases, vault } = hospital;
  const key = { org: 'demo', topic: 'department/medicine/appointments' };
  const moment = await readTopic({ sql: databases.app, vault, stores }, key);
  return departmentAppointmentsSchema.parse(moment.found?.state);
}

async function ownBookings(): Promise<z.infer<typeof userSchema>['booking']> {
  const { databases, vault } = hospital;
  const key = { org: 'demo', topic: 'user/demo-patient' };
  const moment = await readTopic({ sql: databases.app, vault, stores }, key);
  return userSchema.parse(moment.found?.state).booking;
}

describe('a time that many want at once', () => {
  const freeSchema = z.object({ free: z.array(z.object({ start: z.string(), end: z.string() })) });

  test('is one’s alone, and the others are told which are free', { timeout: 60_000 }, async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        hospital.as('receptionist', 'appointment.book', booking(`race-${index}`, '03:00', '03:30')),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.ok) continue;
      expect(outcome.error).toMatchObject({ code: 'conflict', issues: [{ path: 'data.start' }] });
      const { free } = freeSchema.parse(outcome.error.details);
      expect(free.map(({ start }) => start)).toEqual(
        ['01:30', '02:00', '02:30', '03:30', '04:00', '04:30'].map(at),
      );
    }
    expect(hospital.faults).toEqual([]);
    const held = Object.values((await board()).appointments).filter(({ start }) => start === at('03:00'));
    expect(held).toHaveLength(1);
  });

  test('is not taken twice by moving to it either', { timeout: 60_000 }, async () => {
    const ids = ['move-a', 'move-b', 'move-c', 'move-d'];
    for (const [index, id] of ids.entries()) {
      const clock = `0${5 + index}`;
      const booked = await hospital.as(
        'nurse',
        'appointment.book',
        booking(id, `${clock}:00`, `${clock}:30`),
      );
      expect(booked).toMatchObject({ ok: true });
    }
    const outcomes = await Promise.all(
      ids.map((id) =>
        hospital.as('nurse', 'appointment.move', { appointment: id, start: at('10:00'), end: at('10:30') }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(hospital.faults).toEqual([]);
  });

  test('is held by the database itself, for the practitioner and for the room', async () => {
    const insert = (id: string, practitioner: string, room: string, live = true) =>
      hospital.database.owner`
        insert into carewall.appointments (org_id, id, department, practitioner, room, during, live, version, entity)
        values ('demo', ${id}, 'medicine', ${practitioner}, ${room}, tstzrange('2097-01-01T10:00Z', '2097-01-01T11:00Z'), ${live}, 1, '{}')`;
    await insert('raw-1', 'p1', 'r1');
    await expect(insert('raw-2', 'p1', 'r2')).rejects.toMatchObject({
      code: '23P01',
      constraint_name: 'one_at_a_time_with_practitioner',
    });
    await expect(insert('raw-3', 'p2', 'r1')).rejects.toMatchObject({
      code: '23P01',
      constraint_name: 'one_at_a_time_in_room',
    });
    await insert('raw-4', 'p1', 'r1', false);
    await insert('raw-5', 'p2', 'r2');
    await hospital.database.owner`delete from carewall.appointments where id like 'raw-%'`;
  });
});

describe('what can never be is invalid, with its path', () => {
  test.each([
    ['an unknown practitioner', { practitioner: 'nobody' }, 'data.practitioner'],
    ['a practitioner of another department', { practitioner: 'thu-vo' }, 'data.practitioner'],
    ['an unknown room', { room: 'nowhere' }, 'data.room'],
    ['an end before the start', { end: at('00:30') }, 'data.end'],
    ['over eight hours', { end: at('09:01') }, 'data.end'],
    ['the past', { start: '2025-05-06T01:00:00.000Z', end: '2025-05-06T01:30:00.000Z' }, 'data.start'],
    ['an hour at which nobody works', { start: at('13:00'), end: at('13:30') }, 'data.start'],
    ['a year that no calendar has', { start: '0000-01-01T01:00:00.000Z' }, 'data.start'],
    ['somebody without a name or number', { patient: { given: 'Lan' } }, 'data.patient.family'],
    ['an account that is no patient’s', { account: 'demo-nurse' }, 'data.account'],
    ['an account that is nobody’s', { account: 'nobody' }, 'data.account'],
  ])('%s', async (_what, change, path) => {
    const outcome = await hospital.as(
      'receptionist',
      'appointment.book',
      booking('never', '01:00', '01:30', change),
    );
    expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid', issues: [{ path }] } });
  });

  test('a department that is not there', async () => {
    const outcome = await hospital.as(
      'receptionist',
      'appointment.book',
      booking('never', '01:00', '01:30', { department: 'nowhere' }),
    );
    expect(outcome).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});

test('a patient with an account sees the appointment as it goes, until it is put away', async () => {
  const id = 'own-1';
  const booked = await hospital.as(
    'receptionist',
    'appointment.book',
    booking(id, '11:00', '11:30', { account: 'demo-patient' }),
  );
  expect(booked).toMatchObject({ ok: true, heads: [expect.anything(), { topic: 'user/demo-patient' }] });
  expect((await ownBookings())[id]).toMatchObject({
    status: 'booked',
    practitioner: 'Dr Lan Phạm',
    room: 'Room M1',
    start: at('11:00'),
  });
  await hospital.as('receptionist', 'appointment.move', {
    appointment: id,
    start: at('11:30'),
    end: at('12:00'),
  });
  expect((await ownBookings())[id]).toMatchObject({ start: at('11:30'), version: 2 });
  await hospital.as('receptionist', 'appointment.cancel', {
    appointment: id,
    reason: 'pat',
    note: 'Secretnote',
  });
  expect((await ownBookings())[id]).toMatchObject({ status: 'cancelled', version: 3 });
  expect(await hospital.as('system', 'appointment.archive', { appointment: id })).toMatchObject({ ok: true });
  expect((await ownBookings())[id]).toBeUndefined();
  expect((await board()).appointments[id]).toBeUndefined();
  // What was put away is there no more, for anybody.
  expect(await hospital.as('receptionist', 'appointment.arrive', { appointment: id })).toMatchObject({
    ok: false,
    error: { code: 'not_found' },
  });
});

test('a cancelled time is free again, and nobody is stored by name in the clear', async () => {
  expect(await hospital.as('nurse', 'appointment.book', booking('again-1', '08:30', '09:00'))).toMatchObject({
    ok: true,
  });
  await hospital.as('nurse', 'appointment.cancel', {
    appointment: 'again-1',
    reason: 'prov',
    note: 'Secretnote',
  });
  expect(await hospital.as('nurse', 'appointment.book', booking('again-2', '08:30', '09:00'))).toMatchObject({
    ok: true,
  });
  const owner = hospital.database.owner;
  const [stored] = await owner`
    select (select string_agg(entity::text, ' ') from carewall.appointments)
      || (select string_agg(data::text, ' ') from carewall.events)
      || (select string_agg(coalesce(answer::text, ''), ' ') from carewall.commands)
      || (select string_agg(entity::text, ' ') from carewall.person_items) as text`;
  expect(String(stored?.text)).toContain('lan-pham');
  expect(String(stored?.text)).not.toMatch(/secret/i);
});

test('what a day has gone by since its end comes due, once', async () => {
  await hospital.as('nurse', 'appointment.book', booking('over', '02:00', '02:30'));
  await hospital.database.owner`
    update carewall.appointments set during = tstzrange(clock_timestamp() - interval '26 hours', clock_timestamp() - interval '25 hours')
    where org_id = 'demo' and id = 'over'`;
  const store = stores.find(({ module }) => module.name === 'appointments');
  const due = (await store?.due?.(hospital.databases.relay)) ?? [];
  expect(due).toEqual([
    { org: 'demo', type: 'appointment.archive', data: { appointment: 'over' }, expect: 1 },
  ]);
  const [command] = due;
  if (command === undefined) throw new Error('nothing is due');
  const outcomes = await Promise.all(
    [1, 2].map(() => hospital.as('system', command.type, { ...command.data }, { expect: 1 })),
  );
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await store?.due?.(hospital.databases.relay)).toEqual([]);
});

test('hours are changed by whoever saw them as they are; those of another department are not', async () => {
  const hours = everyDay([{ from: 600, to: 660 }]);
  const data = { department: 'medicine', practitioner: 'hanh-do', name: 'Dr Hạnh Đỗ', hours };
  const stale = await hospital.as('admin', 'practitioner.schedule', data, { id: uuidv7(), expect: 7 });
  expect(stale).toMatchObject({ ok: false, error: { code: 'conflict', issues: [{ path: 'expect' }] } });
  expect(await hospital.as('admin', 'practitioner.schedule', data, { expect: 1 })).toMatchObject({
    ok: true,
  });
  expect((await board()).practitioners['hanh-do']).toMatchObject({ hours, version: 2 });
  const elsewhere = await hospital.as('admin', 'practitioner.schedule', { ...data, department: 'surgery' });
  expect(elsewhere).toMatchObject({
    ok: false,
    error: { code: 'conflict', issues: [{ path: 'data.practitioner' }] },
  });
});

test('two who add the same practitioner at once leave one, with both events', async () => {
  const hours = everyDay([{ from: 600, to: 660 }]);
  const outcomes = await Promise.all(
    [1, 2, 3].map((number) =>
      hospital.as('admin', 'practitioner.schedule', {
        department: 'medicine',
        practitioner: 'new-one',
        name: `Dr New ${number}`,
        hours,
      }),
    ),
  );
  expect(outcomes.every(({ ok }) => ok)).toBe(true);
  expect((await board()).practitioners['new-one']?.version).toBe(3);
});

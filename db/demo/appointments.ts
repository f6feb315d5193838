import { v7 as uuidv7 } from 'uuid';
import { everyDay, momentOf, nextDay } from '#domain/appointments/hours.ts';
import type { Service } from '#domain/appointments/schema.ts';
import { type Instant, instantOf } from '#domain/instant.ts';
import { localInZone } from '#domain/zone.ts';
import type { CommandRunner } from '../command-runner.ts';
import { demoFacility, demoOrganisation } from './demo-network.ts';

/** Who can be booked in each department, each in a room of their own. Open every day, so that the demo works on any. */
const practitioners = [
  { department: 'medicine', id: 'lan-pham', name: 'Dr Lan Phạm', room: 'medicine-1', roomName: 'Room M1' },
  {
    department: 'medicine',
    id: 'duc-nguyen',
    name: 'Dr Đức Nguyễn',
    room: 'medicine-2',
    roomName: 'Room M2',
  },
  { department: 'medicine', id: 'hanh-do', name: 'Dr Hạnh Đỗ', room: 'medicine-3', roomName: 'Room M3' },
  { department: 'surgery', id: 'thu-vo', name: 'Dr Thu Võ', room: 'surgery-1', roomName: 'Room S1' },
  { department: 'surgery', id: 'khoa-bui', name: 'Dr Khoa Bùi', room: 'surgery-2', roomName: 'Room S2' },
  {
    department: 'critical-care',
    id: 'mai-dang',
    name: 'Dr Mai Đặng',
    room: 'critical-1',
    roomName: 'Room C1',
  },
] as const;

const hours = everyDay([{ from: 7 * 60, to: 19 * 60 }]);

const patients = [
  ['Trần', 'Minh'],
  ['Lê', 'Hoa'],
  ['Phạm', 'Quân'],
  ['Huỳnh', 'Ngọc'],
  ['Vũ', 'Tâm'],
  ['Đinh', 'Long'],
  ['Bùi', 'Yến'],
] as const;
const services: readonly Service[] = ['consultation', 'follow-up', 'assessment', 'procedure', 'laboratory'];

/** Appointments of a day: minutes since midnight, and how long. */
const day = [
  [8 * 60, 30],
  [9 * 60 + 30, 45],
  [11 * 60, 30],
  [14 * 60, 60],
  [15 * 60 + 30, 30],
  [17 * 60, 45],
] as const;

/**
 * Practitioners, rooms and the appointments of today and tomorrow. Run again it adds what the new day lacks: the ids hold
 * the date. What is over by now cannot be booked and is left out.
 */
export async function seedAppointments(commands: CommandRunner, now: Instant): Promise<void> {
  const principal = {
    kind: 'system' as const,
    id: 'provisioning',
    org: demoOrganisation.id,
    name: 'Provisioning',
  };
  const send = async (type: string, data: Record<string, unknown>, rest: { expect?: number } = {}) => {
    const outcome = await commands.run(
      { principal, session: undefined },
      { id: uuidv7(), type, data, ...rest },
    );
    if (!outcome.ok && outcome.error.code !== 'conflict')
      throw new Error(`cannot seed ${type}: ${outcome.error.message}`);
    return outcome.ok;
  };
  const today = localInZone(Date.parse(now), demoFacility.timezone).slice(0, 10);
  await Promise.all(
    practitioners.map(async ({ department, id, name, room, roomName }, index) => {
      // Hours that somebody has changed since stay as they are.
      const unlessThere = { expect: 0 };
      await send('practitioner.schedule', { department, practitioner: id, name, hours }, unlessThere);
      await send('room.schedule', { department, room, name: roomName, hours }, unlessThere);
      let first = true;
      for (const date of [today, nextDay(today)]) {
        for (const [slot, [from, length]] of day.entries()) {
          const start = momentOf(date, from + (index % 3) * 30, demoFacility.timezone);
          if (start < Date.parse(now) || (slot + index) % 5 === 4) continue;
          const number = index * 7 + slot;
          const [family, given] = patients[number % patients.length] ?? patients[0];
          // The demo's patient has the first that is still to come in Medicine.
          const own = index === 0 && first;
          first = false;
          const appointment = `demo-${date}-${id}-${slot + 1}`;
          const booked = await send('appointment.book', {
            department,
            appointment,
            practitioner: id,
            room,
            start: instantOf(start),
            end: instantOf(start + length * 60_000),
            service: services[number % services.length],
            patient: own
              ? { mrn: 'D000100', family: 'Nguyễn', given: 'An' }
              : { mrn: `D0002${String(number).padStart(2, '0')}`, family, given },
            ...(own ? { account: 'demo-patient' } : {}),
          });
          if (booked && start - Date.parse(now) < 90 * 60_000 && index % 2 === 1)
            await send('appointment.arrive', { appointment });
        }
      }
    }),
  );
}

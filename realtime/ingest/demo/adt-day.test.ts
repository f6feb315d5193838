import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AdtCommand } from '../hl7/adt-command.ts';
import { createHl7Door } from '../hl7/door.ts';
import type { Hl7Source } from '../hl7/sources.ts';
import { type AdtStep, type AdtStreamOptions, adtDay, adtStream } from './adt-day.ts';
import type { DemoHospital, OccupiedBed } from './hospital.ts';

const start = Date.UTC(2026, 0, 31);
const DAY = 24 * 3_600_000;

function hospital(beds: number, occupied: DemoHospital['occupied'] = 0.88): DemoHospital {
  const perUnit = 20;
  const units = Array.from({ length: Math.ceil(beds / perUnit) }, (_, unit) => ({
    pointOfCare: `${unit + 1}W`,
    beds: Array.from({ length: Math.min(perUnit, beds - unit * perUnit) }, (_, index) => ({
      room: `${unit + 1}${String(Math.floor(index / 2)).padStart(2, '0')}`,
      bed: index % 2 === 0 ? 'A' : 'B',
    })),
  }));
  return { facilityCode: 'NORTH', units, occupied };
}

const options = (seed: number, beds = 120): AdtStreamOptions => ({
  hospital: hospital(beds),
  seed,
  startMs: start,
});

/** Reads the messages as the door does, so that what is checked is what a receiver understands. */
async function commandsOf(steps: readonly AdtStep[]): Promise<AdtCommand[]> {
  const source: Hl7Source = {
    id: 's',
    org: 'o',
    facilityCode: 'NORTH',
    timezone: 'Asia/Ho_Chi_Minh',
    application: 'DEMO',
    facility: 'NORTH',
  };
  const commands: AdtCommand[] = [];
  const door = createHl7Door({
    findSource: async (application, facility) =>
      application === 'DEMO' && facility === 'NORTH' ? source : undefined,
    submit: async (_source, command) => {
      commands.push(command);
      return { ok: true };
    },
    now: () => start,
  });
  for (const { message } of steps) {
    const ack = await door.handle(Buffer.from(message), { id: 'c', address: '' });
    expect(ack.toString()).toMatch(/\rMSA\|AA\|/);
  }
  return commands;
}

/** A board that believes nothing impossible. */
function follow(commands: readonly AdtCommand[], occupied: readonly OccupiedBed[] = []) {
  type Bed = { status: string; visit?: string };
  const keyOf = (place: { pointOfCare: string; room: string; bed: string }) =>
    `${place.pointOfCare}/${place.room}/${place.bed}`;
  const beds = new Map<string, Bed>(occupied.map((one) => [keyOf(one), { status: 'O', visit: one.visit }]));
  const seen = new Set(occupied.map((one) => one.patient.mrn));
  const counts = new Map<string, number>();
  let last = '';
  const bedAt = (place: { pointOfCare: string; room: string; bed: string }): Bed =>
    beds.get(keyOf(place)) ?? { status: 'U' };
  for (const { type, data } of commands) {
    if (
      type !== 'bed.record-admission' &&
      type !== 'bed.record-transfer' &&
      type !== 'bed.record-discharge' &&
      type !== 'bed.record-status'
    )
      throw new Error(`the demo tells no ${type}`);
    expect(data.at >= last, 'times never go back').toBe(true);
    last = data.at;
    const kind = type === 'bed.record-status' ? `${type} ${data.status}` : type;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const key = keyOf(data.location);
    const bed = bedAt(data.location);
    if (type === 'bed.record-admission') {
      expect(bed, `admitted into ${key}`).toEqual({ status: 'U' });
      expect(seen.has(data.patient.mrn ?? ''), 'a record number is given once').toBe(false);
      seen.add(data.patient.mrn ?? '');
      beds.set(key, { status: 'O', visit: data.visit });
    } else if (type === 'bed.record-transfer') {
      if (data.from === undefined) throw new Error('a transfer names where from');
      expect(bed, `moved into ${key}`).toEqual({ status: 'U' });
      expect(bedAt(data.from).visit).toBe(data.visit);
      beds.set(keyOf(data.from), { status: 'vacated' });
      beds.set(key, { status: 'O', visit: data.visit });
    } else if (type === 'bed.record-discharge') {
      expect(bed.visit).toBe(data.visit);
      beds.set(key, { status: 'vacated' });
    } else {
      const before: Record<string, readonly string[]> = {
        K: ['vacated'],
        H: ['vacated', 'K'],
        U: ['H', 'C'],
        C: ['U'],
        I: ['O'],
      };
      expect(before[data.status], `${key} became ${data.status}`).toContain(bed.status);
      beds.set(key, { ...bed, status: data.status });
    }
  }
  const taken = [...beds.values()].filter((bed) => bed.visit !== undefined).length;
  const closed = [...beds.values()].filter((bed) => bed.status === 'C').length;
  return { taken, closed, counts };
}

describe('a day of ADT messages', () => {
  test('is accepted whole by the door, and holds everything a day has', async () => {
    const steps = adtDay(options(7, 200));
    const { counts } = follow(await commandsOf(steps));
    for (const kind of ['bed.record-admission', 'bed.record-transfer', 'bed.record-discharge']) {
      expect(counts.get(kind)).toBeGreaterThan(3);
    }
    for (const status of ['K', 'H', 'U', 'C', 'I']) {
      expect(counts.get(`bed.record-status ${status}`)).toBeGreaterThan(0);
    }
    const discharges = counts.get('bed.record-discharge') ?? 0;
    expect(discharges).toBeGreaterThan(20);
    expect(discharges).toBeLessThan(90);
  });

  test('is in order, within the day, with control ids that are its own', () => {
    const steps = adtDay(options(3));
    const times = steps.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((at) => at >= start && at < start + DAY)).toBe(true);
    const ids = steps.map(({ message }) => message.split('|')[9] ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.length <= 20)).toBe(true);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(adtDay(options(5))).toEqual(adtDay(options(5)));
    expect(adtDay(options(5))).not.toEqual(adtDay(options(6)));
  });

  test('nothing impossible happens, and occupancy stays about 88 %, whatever the seed and the size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 40, max: 200 }), async (seed, beds) => {
        const { taken, closed } = follow(await commandsOf(adtDay(options(seed, beds))));
        const occupancy = taken / (beds - closed);
        expect(occupancy).toBeGreaterThan(0.78);
        expect(occupancy).toBeLessThan(0.97);
      }),
      { numRuns: 15 },
    );
  });

  test('goes on for days without drifting', async () => {
    const steps: AdtStep[] = [];
    for (const step of adtStream(options(11))) {
      if (step.atMs >= start + 5 * DAY) break;
      steps.push(step);
    }
    const { taken, closed } = follow(await commandsOf(steps));
    expect(Math.abs(taken / (120 - closed) - 0.88)).toBeLessThan(0.08);
  });

  test('small hospitals, one bed among them, are played too', async () => {
    for (const beds of [1, 2, 5]) follow(await commandsOf(adtDay(options(1, beds))));
    expect(() => adtDay(options(1, 0))).toThrow(RangeError);
  });

  test('begins with those who are there already, and gives nobody their number', async () => {
    const empty = hospital(60);
    const occupied = empty.units
      .flatMap(({ pointOfCare, beds }) => beds.map((bed) => ({ pointOfCare, ...bed })))
      .slice(0, 53)
      .map((bed, index): OccupiedBed => {
        const mrn = `D${String(index + 1).padStart(6, '0')}`;
        const patient = { mrn, family: 'Vance', given: 'Iris', birthDate: '1950-01-02', sex: 'F' as const };
        return { ...bed, visit: `V${mrn.slice(1)}`, patient };
      });
    const steps = adtDay({ hospital: { ...empty, occupied }, seed: 2, startMs: start });
    const { counts } = follow(await commandsOf(steps), occupied);
    expect(counts.get('bed.record-discharge')).toBeGreaterThan(0);
    expect(counts.get('bed.record-admission')).toBeLessThan(40);
  });

  test('times in the messages follow the stamp', async () => {
    const hurried = { ...options(4), stamp: (at: number) => start + (at - start) / 60 };
    const commands = await commandsOf(adtDay(hurried));
    expect(commands.every(({ data }) => Date.parse(data.at) < start + DAY / 60)).toBe(true);
  });
});

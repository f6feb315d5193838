import type { BedStatus } from '../hl7/adt-command.ts';
import { type DemoFact, renderAdt } from './adt-message.ts';
import {
  type DemoHospital,
  furnish,
  isFree,
  isTaken,
  occupancyOf,
  type SimulatedBed,
  type TakenBed,
} from './hospital.ts';
import { inventPerson } from './people.ts';
import { createRandom } from './random.ts';

/** A message and when it is sent, in ms since 1970. */
export type AdtStep = { atMs: number; message: string };

export type AdtStreamOptions = {
  hospital: DemoHospital;
  seed: number;
  /** ms since 1970. */
  startMs: number;
  /** The hour of the hospital's day at the start, for its rhythm; midnight unless told. */
  startHour?: number;
  /** How long a patient stays on average, in days: the shorter, the livelier. */
  meanStayDays?: number;
  /** MSH-3; `DEMO` unless told. */
  application?: string;
  /** The first number of new patients (`D000123`) and visits; 1 unless told. Numbers in use are skipped. */
  firstPatient?: number;
  /** The time written into a message, of the time it is sent at: a player that hurries maps one onto the other. */
  stamp?: (atMs: number) => number;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const GOAL = 0.88;
const MEAN_STAY_DAYS = 4;
const SHORTEST_STAY = 2 * HOUR;

/** How likely a thing is in each hour of the day, against its mean. Discharges peak after the rounds. */
const dischargeRhythm = [
  0, 0, 0, 0, 0, 0, 0.2, 0.5, 1, 1.8, 2.8, 3.2, 2.8, 2.6, 2.4, 2, 1.6, 1.2, 0.8, 0.5, 0.3, 0.2, 0.1, 0,
];
const admissionRhythm = [
  0.5, 0.4, 0.4, 0.3, 0.3, 0.4, 0.6, 0.8, 1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.6, 1.6, 1.5, 1.4, 1.3, 1.2, 1, 0.9,
  0.7, 0.6,
];

type Planned = { atMs: number; run: () => void };

/**
 * Gives a hospital's ADT messages, in order and without end: admissions, transfers, discharges, the cleaning after them
 * (`K` or `H`, then `U`), closures and isolations, around 88 % occupancy. Everything follows from the options: the
 * same options give the same messages, control ids included. No message contradicts those before it.
 * @throws RangeError at the first step of a hospital without beds, of which there is nothing to tell.
 */
export function* adtStream(options: AdtStreamOptions): Generator<AdtStep, never, undefined> {
  const { hospital, startMs, startHour = 0 } = options;
  const random = createRandom(options.seed);
  const beds = furnish(hospital, startMs);
  if (beds.length === 0) throw new RangeError('A hospital needs a bed');
  const stamp = options.stamp ?? ((atMs: number) => atMs);
  const known = new Set(
    typeof hospital.occupied === 'number' ? [] : hospital.occupied.map((one) => one.patient.mrn),
  );
  const agenda: Planned[] = [];
  const ready: AdtStep[] = [];
  let now = startMs;
  let patients = options.firstPatient ?? 1;
  let sent = 0;

  function plan(atMs: number, run: () => void): void {
    const at = Math.max(now, Math.round(atMs));
    const later = agenda.findIndex((one) => one.atMs > at);
    agenda.splice(later === -1 ? agenda.length : later, 0, { atMs: at, run });
  }

  function tell(fact: DemoFact): void {
    sent += 1;
    const controlId = `${startMs.toString(36)}-${sent.toString(36)}`.toUpperCase();
    const message = renderAdt(fact, {
      application: options.application ?? 'DEMO',
      facilityCode: hospital.facilityCode,
      controlId,
      at: stamp(now),
    });
    ready.push({ atMs: now, message });
  }

  function setStatus(bed: SimulatedBed, status: Exclude<BedStatus, 'O' | 'I'>): void {
    bed.state = { status };
    tell({ trigger: 'A20', bed: bed.place, status });
  }

  function nextNumber(): string {
    let mrn = '';
    do {
      mrn = `D${String(patients).padStart(6, '0')}`;
      patients += 1;
    } while (known.has(mrn));
    return mrn;
  }

  function admit(bed: SimulatedBed): void {
    const mrn = nextNumber();
    const person = inventPerson(random, mrn, new Date(now).getUTCFullYear());
    const visit = `V${mrn.slice(1)}`;
    bed.state = { status: 'O', person, visit, since: now };
    tell({ trigger: 'A01', person, visit, bed: bed.place });
    if (random.chance(0.06)) plan(now + random.between(10, 240) * MINUTE, () => isolate(bed, visit));
  }

  function isolate(bed: SimulatedBed, visit: string): void {
    if (!isTaken(bed) || bed.state.visit !== visit || bed.state.status === 'I') return;
    bed.state = { ...bed.state, status: 'I' };
    tell({ trigger: 'A20', bed: bed.place, status: 'I' });
  }

  function vacate(bed: SimulatedBed, wasIsolated: boolean): void {
    const isContaminated = wasIsolated || random.chance(0.15);
    // Until housekeeping says so the bed is not clean, and nobody is put into it.
    bed.state = { status: isContaminated ? 'K' : 'H' };
    const noticed = now + random.between(1, 6) * MINUTE;
    const begun = noticed + random.between(10, 30) * MINUTE;
    const clean = (isContaminated ? begun : noticed) + random.between(25, 70) * MINUTE;
    plan(noticed, () => setStatus(bed, isContaminated ? 'K' : 'H'));
    if (isContaminated) plan(begun, () => setStatus(bed, 'H'));
    plan(clean, () => setStatus(bed, 'U'));
  }

  function discharge(bed: TakenBed): void {
    const { person, visit, status } = bed.state;
    tell({ trigger: 'A03', person, visit, bed: bed.place });
    vacate(bed, status === 'I');
  }

  function transfer(from: TakenBed, to: SimulatedBed): void {
    const { person, visit, since, status } = from.state;
    to.state = { status: 'O', person, visit, since };
    tell({ trigger: 'A02', person, visit, bed: to.place, from: from.place });
    if (status === 'I') plan(now + MINUTE, () => isolate(to, visit));
    vacate(from, status === 'I');
  }

  /** Does a thing again and again, `perDay` times a day on average. */
  function repeat(perDay: number, run: () => void): void {
    const again = (): void =>
      plan(now + random.wait(DAY / perDay), () => {
        run();
        again();
      });
    again();
  }

  const rhythm = (shape: readonly number[]): number =>
    shape[Math.floor(((now - startMs) / HOUR + startHour) % 24)] ?? 1;
  /** The pull back to the goal: 0 far on the wrong side, 1 at the goal, 2 far on the right one. */
  const pull = (distance: number): number => Math.min(2, Math.max(0, 1 + distance * 20));
  const stays = (): TakenBed[] => beds.filter(isTaken).filter((bed) => now - bed.state.since > SHORTEST_STAY);

  const turnover = Math.max(1, (beds.length * GOAL) / (options.meanStayDays ?? MEAN_STAY_DAYS));
  /** Drawn this many times too often and thinned by rhythm and pull, whose product is at most as much. */
  const THINNING = 6.4;
  repeat(turnover * THINNING, () => {
    const free = beds.filter(isFree);
    const likely = rhythm(admissionRhythm) * pull(GOAL - occupancyOf(beds));
    if (free.length > 0 && random.chance(likely / THINNING)) admit(random.pick(free));
  });
  repeat(turnover * THINNING, () => {
    const leaving = stays();
    const likely = rhythm(dischargeRhythm) * pull(occupancyOf(beds) - GOAL);
    if (leaving.length > 0 && random.chance(likely / THINNING)) discharge(random.pick(leaving));
  });
  repeat(Math.max(1, turnover / 3), () => {
    const moving = stays();
    if (moving.length === 0) return;
    const from = random.pick(moving);
    const free = beds.filter((bed) => isFree(bed) && bed.unit !== from.unit);
    if (free.length > 0) transfer(from, random.pick(free));
  });
  repeat(Math.max(0.5, beds.length / 60), () => {
    const free = beds.filter(isFree);
    const closed = beds.filter((bed) => bed.state.status === 'C').length;
    if (free.length < 2 || closed > beds.length / 25) return;
    const bed = random.pick(free);
    setStatus(bed, 'C');
    plan(now + random.between(2, 8) * HOUR, () => setStatus(bed, 'U'));
  });
  if (typeof hospital.occupied === 'number') {
    const wanted = Math.round(hospital.occupied * beds.length);
    for (let admitted = 0; admitted < wanted; admitted += 1) {
      plan(startMs + admitted * 500, () => {
        const free = beds.filter(isFree);
        if (free.length === 0) return;
        const bed = random.pick(free);
        admit(bed);
        // They have lain there before the story begins: it must not wait until they may leave.
        if (isTaken(bed)) bed.state.since = startMs - DAY;
      });
    }
  }

  for (;;) {
    const next = agenda.shift();
    // The repeating things plan themselves again, so there is always a next one.
    if (next === undefined) throw new Error('The agenda of a hospital is never empty');
    now = next.atMs;
    next.run();
    yield* ready.splice(0);
  }
}

/** Gives the first 24 hours of `adtStream`. */
export function adtDay(options: AdtStreamOptions): AdtStep[] {
  const day: AdtStep[] = [];
  for (const step of adtStream(options)) {
    if (step.atMs >= options.startMs + DAY) break;
    day.push(step);
  }
  return day;
}

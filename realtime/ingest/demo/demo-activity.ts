import { z } from 'zod';
import { demoBeds, demoFacility, demoFeed, demoUnits } from '#db/demo/demo-network.ts';
import type { Bed } from '#domain/beds/schema.ts';
import { type AdtStep, adtStream } from './adt-day.ts';
import { renderAdt } from './adt-message.ts';
import type { OccupiedBed } from './hospital.ts';
import { type AdtPlayer, createAdtPlayer } from './player.ts';

export interface DemoActivityOptions {
  /** Where the server's own HL7 v2 door is: the demo has no other way in than a hospital has. */
  readonly host: string;
  readonly port: number;
  /** What the board shows of the fed units now. */
  readonly board: readonly Bed[];
  readonly startMs: number;
  /** Seconds of the hospital's day in one second. */
  readonly speed: number;
}

/** A working morning, so that admissions and discharges begin at once. */
const startHour = 8;
/** Short stays: in the minute that somebody looks at a demo, patients should come and go. */
const meanStayDays = 1.5;
const seed = 20_260_301;

/** Plays a seeded hospital's days at the door, going on from what the board shows. */
export function createDemoActivity({ host, port, board, startMs, speed }: DemoActivityOptions): AdtPlayer {
  const fed = demoUnits.filter((unit) => unit.fed);
  const occupied = board.flatMap((bed) => occupiedBed(bed) ?? []);
  const stream = adtStream({
    hospital: {
      facilityCode: demoFacility.code,
      units: fed.map((unit) => ({
        pointOfCare: unit.code,
        beds: demoBeds(unit).map(({ location }) => location),
      })),
      occupied: occupied.length === 0 ? 0.88 : occupied,
    },
    seed,
    startMs,
    startHour,
    meanStayDays,
    application: demoFeed.application,
    firstPatient: 1 + Math.max(0, ...occupied.map(({ patient }) => numberOf(patient.mrn))),
    // What is said is said to have happened when it is sent, however fast the day passes.
    stamp: (atMs) => startMs + (atMs - startMs) / speed,
  });
  return createAdtPlayer({ host, port, speed, steps: chain(readied(board, startMs), stream) });
}

const occupiedSchema = z.object({
  visit: z.string(),
  patient: z.object({
    mrn: z.string(),
    family: z.string(),
    given: z.string(),
    birthDate: z.string(),
    sex: z.enum(['F', 'M']),
  }),
});

function occupiedBed(bed: Bed): OccupiedBed | undefined {
  const known = occupiedSchema.safeParse(bed.occupant);
  return known.success ? { ...bed.location, ...known.data } : undefined;
}

/** The simulated hospital begins with every bed either occupied or ready; this says so of those that were left otherwise. */
function readied(board: readonly Bed[], at: number): AdtStep[] {
  return board
    .filter((bed) => bed.operationalStatus !== 'U' && occupiedBed(bed) === undefined)
    .map((bed, index) => ({
      atMs: at,
      message: renderAdt(
        { trigger: 'A20', bed: bed.location, status: 'U' },
        {
          application: demoFeed.application,
          facilityCode: demoFacility.code,
          controlId: `${at.toString(36)}-R${index.toString(36)}`.toUpperCase(),
          at,
        },
      ),
    }));
}

function* chain<T>(...parts: Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

function numberOf(mrn: string): number {
  const number = Number(/\d+/.exec(mrn)?.[0] ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

import type { BedStatus } from '../hl7/adt-command.ts';
import type { DemoBed } from './adt-message.ts';
import type { Person } from './people.ts';

/** Whoever lies there at the start has done so for a while, and may leave at any time. */
const DAY = 24 * 3_600_000;

export type OccupiedBed = DemoBed & { visit: string; patient: Person };

export type DemoHospital = {
  facilityCode: string;
  units: readonly { pointOfCare: string; beds: readonly { room: string; bed: string }[] }[];
  /**
   * Who lies where at the start: the beds and patients the board already shows, or a share from 0 to 1, which is then
   * admitted in the first minutes.
   */
  occupied: number | readonly OccupiedBed[];
};

type Free = { status: Exclude<BedStatus, 'O' | 'I'> };
type Taken = { status: 'O' | 'I'; person: Person; visit: string; since: number };

/** A bed as the simulated hospital knows it; `I` is an occupied bed whose patient is isolated. */
export type SimulatedBed = { place: DemoBed; unit: string; state: Free | Taken };
export type TakenBed = SimulatedBed & { state: Taken };

/** Gives every bed of the hospital with its state at the start (ms since 1970). */
export function furnish(hospital: DemoHospital, start: number): SimulatedBed[] {
  const key = ({ pointOfCare, room, bed }: DemoBed): string => JSON.stringify([pointOfCare, room, bed]);
  const taken = new Map(
    typeof hospital.occupied === 'number' ? [] : hospital.occupied.map((one) => [key(one), one] as const),
  );
  return hospital.units.flatMap(({ pointOfCare, beds }) =>
    beds.map(({ room, bed }): SimulatedBed => {
      const place = { pointOfCare, room, bed };
      const occupant = taken.get(key(place));
      const state: Free | Taken =
        occupant === undefined
          ? { status: 'U' }
          : { status: 'O', person: occupant.patient, visit: occupant.visit, since: start - DAY };
      return { place, unit: pointOfCare, state };
    }),
  );
}

export function isTaken(bed: SimulatedBed): bed is TakenBed {
  return bed.state.status === 'O' || bed.state.status === 'I';
}

export function isFree(bed: SimulatedBed): boolean {
  return bed.state.status === 'U';
}

/** Occupied ÷ staffed beds: closed ones are not staffed. */
export function occupancyOf(beds: readonly SimulatedBed[]): number {
  const staffed = beds.filter((bed) => bed.state.status !== 'C').length;
  return staffed === 0 ? 1 : beds.filter(isTaken).length / staffed;
}

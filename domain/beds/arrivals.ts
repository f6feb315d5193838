import type { BedInUnit } from './change.ts';
import { claimedFor, type Leave, type Occupant } from './schema.ts';
import type { KnownStay, Telling } from './telling.ts';
import type { VisitMemory } from './visit-memory.ts';

/** How a feed came to say that visits are somewhere. */
export interface Manner {
  /** That the board has the visit elsewhere is no contradiction: the fact says that it came from there. */
  readonly moves: boolean;
  /** What becomes of a leave: it goes on, it begins, or it is over. */
  readonly leave: 'goes-on' | 'over' | Leave;
  /** What is told of is that something never happened: the bed that was left then is as it would have been. */
  readonly takesBack?: 'transfer' | 'discharge';
}

/** A visit that arrives, with what is remembered of it. */
export interface Arrival {
  readonly stay: KnownStay;
  readonly memory: VisitMemory;
}

/**
 * Visits are where the fact says, and nowhere else; true where that was applied. Whoever stands in the way has the bed no
 * longer, and somebody is told. What the feed has said something newer of stays as it is: the bed named, the bed the visit
 * is in, or, where two visits change beds, both.
 */
export function arrive(arrivals: readonly Arrival[], manner: Manner, told: Telling): void {
  const late = arrivals.filter(({ stay }) => isLate(stay, told));
  if (late.length > 0) {
    const together = arrivals.length > 1;
    for (const { stay } of arrivals) keepWhereLate(stay, together, told);
    return;
  }
  const taken = new Set(arrivals.flatMap(({ stay }) => stay.named?.bed.id ?? []));
  for (const { stay } of arrivals) {
    const { current, named } = stay;
    if (current === undefined || current.bed.id === named?.bed.id) continue;
    if (!manner.moves) told.alert(current, 'occupied-elsewhere', current.bed.occupant);
    if (!taken.has(current.bed.id)) leave(current, manner, told);
  }
  const arriving = new Set(arrivals.map(({ stay }) => stay.identity?.encounter));
  for (const arrival of arrivals) {
    const { named } = arrival.stay;
    if (named !== undefined) fill(named, arrival, arriving, manner, told);
  }
}

/** A bed that never was the visit's: it is what it was before. */
export function takeBack(place: BedInUnit, told: Telling): void {
  const { bed } = place;
  const { operationalStatus = 'U', closure } = bed.occupant?.before ?? {};
  const dirty = operationalStatus === 'H' || operationalStatus === 'K';
  told.state(place, 'bed.stay-cancelled', {
    operationalStatus,
    occupant: null,
    ...(closure === undefined ? {} : { closure }),
    ...(dirty ? { turnaround: told.cleaningOf(bed) } : {}),
  });
}

function isLate({ named, current }: KnownStay, told: Telling): boolean {
  const isLateFor = (place: BedInUnit | undefined) => place !== undefined && told.isLateFor(place);
  return isLateFor(named) || isLateFor(current);
}

/** A visit that the feed knows of newer things is not moved. But it has left the bed it was in before. */
function keepWhereLate(stay: KnownStay, together: boolean, told: Telling): void {
  const { named, current } = stay;
  const place = named ?? current;
  if (place !== undefined) told.keep(place, stay);
  const elsewhere = current !== undefined && current.bed.id !== named?.bed.id;
  if (elsewhere && !together && !told.isLateFor(current)) told.vacate(current);
}

function leave(current: BedInUnit, manner: Manner, told: Telling): void {
  const from = told.fact.type === 'bed.record-transfer-cancelled' ? told.fact.data.from : undefined;
  const isIt = from === undefined || from.bed === '' || isAt(current, from);
  if (manner.takesBack === 'transfer' && isIt) takeBack(current, told);
  else told.vacate(current);
}

function isAt({ bed: { location } }: BedInUnit, other: typeof location): boolean {
  return (
    location.facility === other.facility &&
    location.pointOfCare === other.pointOfCare &&
    location.room === other.room &&
    location.bed === other.bed
  );
}

function fill(
  named: BedInUnit,
  { stay, memory }: Arrival,
  arriving: ReadonlySet<string | undefined>,
  manner: Manner,
  told: Telling,
): void {
  const { bed } = named;
  const { identity, current } = stay;
  const stays = current?.bed.id === bed.id;
  const back = manner.takesBack !== undefined && isBack(named, memory);
  const wasFree = bed.operationalStatus === 'U' || bed.operationalStatus === 'O';
  if (!stays) {
    const other = bed.occupant;
    if (other !== undefined && (other.encounter === undefined || !arriving.has(other.encounter)))
      told.alert(named, 'bed-was-occupied', other);
    if (bed.operationalStatus === 'C') told.alert(named, 'bed-was-closed');
    else if (!wasFree && !back) told.alert(named, 'bed-was-not-clean');
    const heldFor = claimedFor(bed.claim);
    if (heldFor !== undefined && heldFor !== identity?.encounter)
      told.alert(named, 'claim-overruled', bed.claim);
  }
  const before = stays ? bed.occupant?.before : wasFree || back ? undefined : whatItWas(named);
  const away = leaveOf(stay, manner);
  const occupant: Occupant = {
    since: (stays ? bed.occupant?.since : back ? memory.left?.since : undefined) ?? told.at,
    ...identity,
    ...(stay.stated.visit === undefined ? {} : { visit: stay.stated.visit }),
    patient: stay.patient,
    ...(away === undefined ? {} : { leave: away }),
    ...(before === undefined ? {} : { before }),
  };
  told.state(named, filledBy(stays, told), {
    operationalStatus: 'O',
    occupant,
    closure: null,
    claim: null,
    ...told.endCleaning(bed, 'cancelled'),
  });
}

/** Whether the visit had this bed last and nothing has been done to it but to ask for its cleaning. */
function isBack({ bed }: BedInUnit, { left }: VisitMemory): boolean {
  if (left === undefined || left.bed !== bed.id || bed.operationalStatus === 'C') return false;
  return bed.operationalStatus === 'U' || bed.turnaround?.requestedAt === left.at;
}

function whatItWas({ bed }: BedInUnit): Occupant['before'] {
  const { operationalStatus, closure } = bed;
  if (operationalStatus === 'O' || operationalStatus === 'U') return undefined;
  return { operationalStatus, ...(closure === undefined ? {} : { closure }) };
}

function leaveOf({ current }: KnownStay, { leave: how }: Manner): Leave | undefined {
  if (how === 'over') return undefined;
  return how === 'goes-on' ? current?.bed.occupant?.leave : how;
}

function filledBy(stays: boolean, { fact }: Telling) {
  if (stays && fact.type === 'bed.record-leave') return 'bed.leave-began';
  if (stays && fact.type === 'bed.record-return') return 'bed.leave-ended';
  return 'bed.occupied';
}

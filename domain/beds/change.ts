import type { Instant } from '../instant.ts';
import type { DecisionContext, NewEvent } from '../module.ts';
import type { BedChanges, BedMoved, BedMovedType } from './events.ts';
import type { Bed, Unit } from './schema.ts';

/** A bed with the unit it stands in: what a decision about it needs. */
export interface BedInUnit {
  readonly bed: Bed;
  readonly unit: Unit;
}

/** The axes a decision sets; an axis set to `null` is taken from the bed. */
export type NextAxes = {
  -readonly [A in keyof BedChanges]: A extends 'operationalStatus'
    ? Bed[A]
    : NonNullable<Bed[A & keyof Bed]> | null;
};

/** The time of a fact by the feed that stated it. */
export interface Heard {
  readonly feed: string;
  readonly at: string;
}

/**
 * The event by which a bed takes its next position, saying of each axis it moves what was and what is. `asOf` is how
 * old the whole is then: the fact's own time where a feed stated one, else now.
 */
export function moved(
  { bed, unit }: BedInUnit,
  type: BedMovedType,
  next: NextAxes,
  context: DecisionContext,
  heard?: Heard,
  asOf: Instant = heard?.at ?? context.now,
): NewEvent {
  const changes: BedChanges = {};
  if (next.operationalStatus !== undefined && next.operationalStatus !== bed.operationalStatus) {
    changes.operationalStatus = { from: bed.operationalStatus, to: next.operationalStatus };
  }
  if (differs(bed.closure, next.closure)) changes.closure = fromTo(bed.closure, next.closure);
  if (differs(bed.claim, next.claim)) changes.claim = fromTo(bed.claim, next.claim);
  if (differs(bed.turnaround, next.turnaround)) changes.turnaround = fromTo(bed.turnaround, next.turnaround);
  if (differs(bed.isolation, next.isolation)) changes.isolation = fromTo(bed.isolation, next.isolation);
  if (differs(bed.occupant, next.occupant)) changes.occupant = fromTo(bed.occupant, next.occupant);
  const data: BedMoved = {
    bed: bed.id,
    version: bed.version + 1,
    asOf,
    source: context.by,
    ...(heard === undefined ? {} : { heard: { [heard.feed]: heard.at } }),
    changes,
  };
  return { topic: `unit/${unit.id}/beds`, type, data };
}

/** Whether an axis was named at all, and is not absent before and after. */
function differs(from: unknown, to: unknown): boolean {
  return to !== undefined && !(from === undefined && to === null);
}

function fromTo<T>(from: T | undefined, to: T | null | undefined): { from?: T; to?: T } {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined || to === null ? {} : { to }),
  };
}

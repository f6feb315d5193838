import type { TopicEvent } from '../module.ts';
import { type BedMoved, bedAddedSchema, bedMovedSchema, isBedMoved } from './events.ts';
import type { Bed, UnitBeds } from './schema.ts';

/** The beds of a unit after an event of its topic. An event that moves nothing gives the same object back. */
export function evolveUnitBeds(state: UnitBeds, event: TopicEvent): UnitBeds {
  if (event.type === 'bed.added') {
    const { bed } = bedAddedSchema.parse(event.data);
    return { ...state, beds: { ...state.beds, [bed.id]: bed } };
  }
  if (!isBedMoved(event.type)) return state;
  const moved = bedMovedSchema.parse(event.data);
  const bed = state.beds[moved.bed];
  if (bed === undefined) return state;
  return { ...state, beds: { ...state.beds, [bed.id]: moveBed(bed, moved) } };
}

/** The bed with each axis that moved in its new position. */
export function moveBed(bed: Bed, { changes, heard, version, asOf, source }: BedMoved): Bed {
  const next: Bed = { ...bed, version, asOf, source };
  if (heard !== undefined) next.heard = { ...bed.heard, ...heard };
  if (changes.operationalStatus !== undefined) next.operationalStatus = changes.operationalStatus.to;
  if (changes.closure !== undefined) assign(next, 'closure', changes.closure.to);
  if (changes.claim !== undefined) assign(next, 'claim', changes.claim.to);
  if (changes.turnaround !== undefined) assign(next, 'turnaround', changes.turnaround.to);
  if (changes.isolation !== undefined) assign(next, 'isolation', changes.isolation.to);
  if (changes.occupant !== undefined) assign(next, 'occupant', changes.occupant.to);
  return next;
}

/** An axis that a bed no longer has is absent, never present and undefined: states are compared as JSON. */
function assign<K extends 'closure' | 'claim' | 'turnaround' | 'isolation' | 'occupant'>(
  bed: Bed,
  axis: K,
  value: Bed[K],
): void {
  if (value === undefined) delete bed[axis];
  else bed[axis] = value;
}

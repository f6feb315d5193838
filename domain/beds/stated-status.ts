import type { BedInUnit, NextAxes } from './change.ts';
import type { BedFactOf } from './fact-commands.ts';
import type { Telling } from './telling.ts';

/** A statement of table 0116 about the bed itself (ADT A20). */
export function recordStatus(named: BedInUnit, fact: BedFactOf<'bed.record-status'>, told: Telling): void {
  const { bed } = named;
  const { status, at } = fact.data;
  if (status === 'I') {
    const isolation = bed.isolation ?? { precaution: 'unspecified' as const, since: at };
    told.state(named, 'bed.status-stated', { isolation });
    return;
  }
  if (status !== 'U' && bed.claim?.subject !== undefined) told.alert(named, 'claim-overruled', bed.claim);
  if (status !== 'O' && bed.occupant?.encounter !== undefined)
    told.alert(named, 'left-without-discharge', bed.occupant);
  const next: NextAxes = {
    operationalStatus: status,
    closure: status === 'C' ? (bed.closure ?? { reason: 'Stated by the feed', since: at }) : null,
    occupant: status === 'O' ? (bed.occupant ?? { since: at }) : null,
  };
  if (status !== 'U') next.claim = null;
  // Table 0116 has one letter for everything: a bed that is stated ready is no longer stated isolated.
  else if (bed.isolation?.precaution === 'unspecified') next.isolation = null;
  if (status === 'H' || status === 'K') next.turnaround = told.cleaningOf(bed);
  else Object.assign(next, told.endCleaning(bed, status === 'U' ? 'completed' : 'cancelled'));
  told.state(named, 'bed.status-stated', next);
}

import type { Bed, OperationalStatus, TaskStatus, Turnaround } from '#domain/beds/schema.ts';
import type { Instant } from '#domain/instant.ts';
import type { Source } from '#domain/source.ts';

/** One thing about a bed that is not as it was. Holds nothing of who lies there. */
export type BedChange =
  | { readonly kind: 'status'; readonly from: OperationalStatus; readonly to: OperationalStatus }
  | { readonly kind: 'claimed'; readonly by: Source; readonly at: Instant; readonly until: Instant }
  | { readonly kind: 'claim-gone' }
  | { readonly kind: 'turnaround'; readonly task: Turnaround['kind']; readonly status: TaskStatus }
  | { readonly kind: 'isolated'; readonly precaution: NonNullable<Bed['isolation']>['precaution'] }
  | { readonly kind: 'isolation-ended' }
  | { readonly kind: 'occupant-changed' }
  | { readonly kind: 'version' };

/** What is different about a bed since somebody looked: what a refusal is explained with. */
export function whatChanged(before: Bed, after: Bed): BedChange[] {
  if (before.version === after.version) return [];
  const found: BedChange[] = [];
  if (before.operationalStatus !== after.operationalStatus) {
    found.push({ kind: 'status', from: before.operationalStatus, to: after.operationalStatus });
  } else if (before.occupant?.since !== after.occupant?.since && after.occupant !== undefined) {
    found.push({ kind: 'occupant-changed' });
  }
  const { claim, turnaround, isolation } = after;
  if (claim !== undefined && claim.at !== before.claim?.at) {
    found.push({ kind: 'claimed', by: claim.by, at: claim.at, until: claim.until });
  } else if (claim === undefined && before.claim !== undefined) found.push({ kind: 'claim-gone' });
  if (
    turnaround !== undefined &&
    (turnaround.status !== before.turnaround?.status ||
      turnaround.requestedAt !== before.turnaround.requestedAt)
  ) {
    found.push({ kind: 'turnaround', task: turnaround.kind, status: turnaround.status });
  }
  if (isolation !== undefined && isolation.precaution !== before.isolation?.precaution) {
    found.push({ kind: 'isolated', precaution: isolation.precaution });
  } else if (isolation === undefined && before.isolation !== undefined)
    found.push({ kind: 'isolation-ended' });
  return found.length > 0 ? found : [{ kind: 'version' }];
}

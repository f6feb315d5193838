import { raiseAlert, settleAlert } from '../alerts/events.ts';
import type { Alert } from '../alerts/schema.ts';
import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { EmergencyCommandOf } from './commands.ts';
import { reviewEvent } from './events.ts';
import { reviewTransitions } from './review-states.ts';
import type { Review } from './schema.ts';

/** A review, with the alert that it is overdue, where that is open. */
export interface ReviewPlace {
  readonly review: Review;
  readonly overdueAlert: Alert | undefined;
}

/**
 * Decides or closes a review. Nobody judges what they did themselves, and nobody is judged while they may still do it:
 * whoever cannot wait withdraws it first.
 */
export function decideReview(
  org: string,
  { review, overdueAlert }: ReviewPlace,
  { type, data }: EmergencyCommandOf<'review.decide' | 'review.close'>,
  context: DecisionContext,
): Decision {
  const { now, by } = context;
  const to = type === 'review.close' ? 'closed' : data.decision;
  if (by.kind !== 'person' || by.id === review.person.id) {
    return reject(refuse('forbidden', 'somebody else reviews what you did'));
  }
  if (review.ended === undefined) {
    return reject(refuse('conflict', 'the access is not over yet; withdraw it first'));
  }
  if (!reviewTransitions[review.status].includes(to)) {
    return reject(refuse('conflict', `the review is ${review.status}; it cannot become ${to}`));
  }
  const next: Review = {
    ...review,
    status: to,
    overdue: false,
    decisions: [...review.decisions, { to, note: data.note, at: now, by }],
    version: review.version + 1,
    asOf: now,
    source: by,
  };
  return accept([
    reviewEvent(org, to === 'closed' ? 'review.closed' : 'review.decided', review, next),
    ...(overdueAlert === undefined ? [] : [settleAlert(review.unit.id, overdueAlert, context)]),
  ]);
}

/** Says that a review is overdue, to the administrators of the unit too. */
export function decideOverdue(org: string, review: Review, context: DecisionContext): Decision {
  const { now, by } = context;
  if (review.status !== 'open' || review.overdue)
    return reject(refuse('conflict', 'the review is decided, or known to be overdue'));
  const next: Review = { ...review, overdue: true, version: review.version + 1, asOf: now, source: by };
  const about = { kind: 'access', id: review.id, name: review.person.name } as const;
  return accept([
    reviewEvent(org, 'review.fell-overdue', review, next),
    raiseAlert(review.unit.id, { reason: 'emergency-review-overdue', about, owner: 'admin' }, 0, context),
  ]);
}

/** Takes a closed review off the list. */
export function decideArchive(org: string, review: Review, listed: boolean): Decision {
  if (review.status !== 'closed' || !listed)
    return reject(refuse('conflict', 'the review is not closed, or off the list already'));
  return accept([{ topic: `org/${org}/reviews`, type: 'review.archived', data: { review: review.id } }]);
}

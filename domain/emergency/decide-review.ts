import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { EmergencyCommandOf } from './commands.ts';
import { reviewEvent } from './events.ts';
import { reviewTransitions } from './review-states.ts';
import type { Review } from './schema.ts';

/**
 * Decides or closes a review. Nobody judges what they did themselves, and nobody is judged while they may still do it:
 * whoever cannot wait withdraws it first.
 */
export function decideReview(
  org: string,
  review: Review,
  { type, data }: EmergencyCommandOf<'review.decide' | 'review.close'>,
  { now, by }: DecisionContext,
): Decision {
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
  return accept([reviewEvent(org, to === 'closed' ? 'review.closed' : 'review.decided', review, next)]);
}

/** Says that a review is overdue. */
export function decideOverdue(org: string, review: Review, { now, by }: DecisionContext): Decision {
  if (review.status !== 'open' || review.overdue)
    return reject(refuse('conflict', 'the review is decided, or known to be overdue'));
  const next: Review = { ...review, overdue: true, version: review.version + 1, asOf: now, source: by };
  return accept([reviewEvent(org, 'review.fell-overdue', review, next)]);
}

/** Takes a closed review off the list. */
export function decideArchive(org: string, review: Review, listed: boolean): Decision {
  if (review.status !== 'closed' || !listed)
    return reject(refuse('conflict', 'the review is not closed, or off the list already'));
  return accept([{ topic: `org/${org}/reviews`, type: 'review.archived', data: { review: review.id } }]);
}

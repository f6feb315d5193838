import { endAccessAlert, raiseAlert } from '../alerts/events.ts';
import type { Alert } from '../alerts/schema.ts';
import { refuse } from '../errors.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { noteEmergency, removeOwn } from '../people/events.ts';
import type { EmergencyCommandOf } from './commands.ts';
import { reviewEvent } from './events.ts';
import { type Ending, mostUnreviewed, type Review, reviewWithinMs } from './schema.ts';

/** An emergency access that has not ended, with the alert that the unit was told of it by, where that is still open. */
export interface LiveAccess {
  readonly review: Review;
  readonly alert: Alert | undefined;
}

/** What the decision to give emergency access needs to know. */
export interface BreakPlace {
  readonly org: string;
  readonly unit: { readonly id: string; readonly name: string };
  /** Whether whoever asks sees the patients of the unit by a role of theirs. */
  readonly sees: boolean;
  /** The id is that of another access. */
  readonly taken: boolean;
  /** What whoever asks has at this unit already; its time may be over. */
  readonly live: LiveAccess | undefined;
  /** How many of theirs, of the last day, nobody has reviewed yet. */
  readonly unreviewed: number;
}

/** Gives somebody emergency access to a unit, and tells the unit, the reviewers and themselves. */
export function decideBreakGlass(
  { org, unit, sees, taken, live, unreviewed }: BreakPlace,
  { data }: EmergencyCommandOf<'access.break-glass'>,
  context: DecisionContext,
): Decision {
  const { now, by } = context;
  if (by.kind !== 'person') return reject(refuse('forbidden', 'only a person treats a patient'));
  if (taken) {
    const issue = { path: 'data.access', message: 'is taken' };
    return reject(refuse('conflict', 'there is such an access already', [issue]));
  }
  if (sees) return reject(refuse('conflict', 'you see the patients of this unit already'));
  if (live !== undefined && millis(live.review.until) > millis(now)) {
    const { until } = live.review;
    return reject(refuse('conflict', 'you have emergency access here already', [], { until }));
  }
  if (unreviewed >= mostUnreviewed) {
    return reject(refuse('rate_limited', 'too many of yours wait for their review; ask an administrator'));
  }
  const { access: id, reason, explanation, minutes } = data;
  const until = instantOf(millis(now) + minutes * 60_000);
  const entity = { version: 1, asOf: now, source: by };
  const review: Review = {
    id,
    person: { id: by.id, name: by.name },
    unit,
    reason,
    subject: context.newId(),
    explanation,
    beganAt: now,
    until,
    status: 'open',
    dueAt: instantOf(millis(now) + reviewWithinMs),
    overdue: false,
    decisions: [],
    ...entity,
  };
  const emergency = { person: review.person, reason, until };
  const about = { kind: 'access', id, name: by.name } as const;
  return accept([
    // Its time is over, and nobody has said so yet.
    ...(live === undefined ? [] : endEvents(org, live, 'lapsed', context)),
    reviewEvent(org, 'access.given', undefined, review),
    raiseAlert(unit.id, { reason: 'emergency-access', about, owner: 'nurse', emergency }, 0, context),
    noteEmergency(by.id, { id, unit, until, ...entity }),
  ]);
}

/** Ends an emergency access: its holder gives it back, an administrator takes it away, or its time is over. */
export function decideEnd(
  org: string,
  { review, alert }: LiveAccess,
  how: Ending['how'],
  context: DecisionContext,
): Decision {
  if (review.ended !== undefined) return reject(refuse('conflict', 'this access is over already'));
  return accept(endEvents(org, { review, alert }, how, context));
}

function endEvents(
  org: string,
  { review, alert }: LiveAccess,
  how: Ending['how'],
  context: DecisionContext,
): NewEvent[] {
  const { now, by } = context;
  const ended: Review = {
    ...review,
    ended: { how, at: now, by },
    version: review.version + 1,
    asOf: now,
    source: by,
  };
  return [
    reviewEvent(org, 'access.ended', review, ended),
    ...(alert === undefined ? [] : [endAccessAlert(review.unit.id, alert, context)]),
    removeOwn(review.person.id, 'emergency', review.id),
  ];
}

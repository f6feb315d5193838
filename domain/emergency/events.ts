import { z } from 'zod';
import type { EventDefinition, NewEvent } from '../module.ts';
import { idSchema } from '../topic.ts';
import { type Review, reviewSchema } from './schema.ts';

const topic = 'org/*/reviews';

/** A review as it was, where there was one, and as it is. */
export const reviewChangedSchema = z.object({ from: reviewSchema.optional(), to: reviewSchema });
export const reviewArchivedSchema = z.object({ review: idSchema });

const at = '2026-03-01T08:00:00.000Z';
const clinician = { kind: 'person', id: 'a-clinician', name: 'Clinician' } as const;
const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;

const given: Review = {
  id: 'an-access',
  person: { id: 'a-clinician', name: 'Clinician' },
  unit: { id: '4w', name: '4 West' },
  reason: 'emergency-treatment',
  subject: 'a-subject',
  explanation: 'Called to a patient who has collapsed',
  beganAt: at,
  until: '2026-03-01T09:00:00.000Z',
  status: 'open',
  dueAt: '2026-03-04T08:00:00.000Z',
  overdue: false,
  decisions: [],
  version: 1,
  asOf: at,
  source: clinician,
};
const over: Review = {
  ...given,
  ended: { how: 'lapsed', at: '2026-03-01T09:00:00.000Z', by: carewall },
  version: 2,
  asOf: '2026-03-01T09:00:00.000Z',
  source: carewall,
};
const late: Review = { ...over, overdue: true, version: 3, asOf: '2026-03-04T08:00:00.000Z' };
const decision = {
  to: 'justified',
  note: 'Spoke with the unit about it',
  at: '2026-03-04T10:00:00.000Z',
  by: admin,
} as const;
const decided: Review = {
  ...late,
  status: 'justified',
  overdue: false,
  decisions: [decision],
  version: 4,
  asOf: decision.at,
  source: admin,
};
const closed: Review = {
  ...decided,
  status: 'closed',
  decisions: [decision, { ...decision, to: 'closed' }],
  version: 5,
};

const definitions = {
  'access.given': ['Somebody broke the glass: they see the patients of a unit for a while', { to: given }],
  'access.ended': ['An emergency access is over', { from: given, to: over }],
  'review.fell-overdue': ['Nobody has decided a review in its time', { from: over, to: late }],
  'review.decided': ['Somebody has decided whether it was justified', { from: late, to: decided }],
  'review.closed': ['A review is closed', { from: decided, to: closed }],
} as const;
export type ReviewEventType = keyof typeof definitions;

/** Tells a change of a review from another event of the topic. */
export function isReviewEvent(type: string): type is ReviewEventType {
  return Object.hasOwn(definitions, type);
}

export const emergencyEvents: readonly EventDefinition[] = [
  ...Object.entries(definitions).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic,
    data: reviewChangedSchema,
    example,
  })),
  {
    type: 'review.archived',
    summary: 'A review that was closed is on the list no more',
    topic,
    data: reviewArchivedSchema,
    example: { review: 'an-access' },
  },
];

/** The event by which a review is another. */
export function reviewEvent(
  org: string,
  type: ReviewEventType,
  from: Review | undefined,
  to: Review,
): NewEvent {
  return { topic: `org/${org}/reviews`, type, data: { ...(from && { from }), to } };
}

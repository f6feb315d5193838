import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { emergencyReasonSchema } from './reasons.ts';
import { reviewStatuses } from './review-states.ts';

/** An emergency lasts so long at most; whoever still needs to see breaks the glass again, with a new reason. */
export const mostMinutes = 60;
/** How many of somebody's of the last day may wait for their review before an administrator must look at one. */
export const mostUnreviewed = 10;
/** A review that nobody has decided by then is overdue. */
export const reviewWithinMs = 72 * 3_600_000;
/** How long a closed review stays listed: so long can be counted how often somebody did it. */
export const listedForMs = 30 * 24 * 3_600_000;

/** What somebody says of it in their own words, for whoever reviews it. */
export const explanationSchema = z
  .string()
  .trim()
  .min(10, 'must be ten characters at least')
  .max(500, 'must be 500 characters at most');

const namedSchema = z.object({ id: idSchema, name: z.string() });

/** How an emergency access came to its end: its holder gave it back, an administrator took it, or its time was over. */
export const endingSchema = z.object({
  how: z.enum(['given-back', 'withdrawn', 'lapsed']),
  at: instantSchema,
  by: sourceSchema,
});
export type Ending = z.infer<typeof endingSchema>;

/** What somebody decided about an emergency access. What they wrote may name a patient. */
export const decisionSchema = z.object({
  to: z.enum(reviewStatuses).exclude(['open']),
  note: phi(z.string()),
  at: instantSchema,
  by: sourceSchema,
});

/** One emergency access from its beginning on, and the review it is subject to. */
export const reviewSchema = z.object({
  id: idSchema,
  person: namedSchema,
  unit: namedSchema,
  reason: emergencyReasonSchema,
  /** What was written about it is sealed under a key of its own. */
  subject: subject(),
  explanation: phi(z.string()),
  beganAt: instantSchema,
  until: instantSchema,
  ended: endingSchema.optional(),
  status: z.enum(reviewStatuses),
  dueAt: instantSchema,
  overdue: z.boolean(),
  decisions: z.array(decisionSchema),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Review = z.infer<typeof reviewSchema>;

/** The state of `org/<id>/reviews`: every emergency access that is not closed, or has not been for thirty days. */
export const reviewsSchema = z.object({
  organisation: namedSchema,
  reviews: z.record(z.string(), reviewSchema),
});
export type Reviews = z.infer<typeof reviewsSchema>;

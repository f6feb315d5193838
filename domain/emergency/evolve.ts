import type { TopicEvent } from '../module.ts';
import { isReviewEvent, reviewArchivedSchema, reviewChangedSchema } from './events.ts';
import type { Reviews } from './schema.ts';

/** The reviews of an organisation after an event of their topic. */
export function evolveReviews(state: Reviews, { type, data }: TopicEvent): Reviews {
  if (isReviewEvent(type)) {
    const { to } = reviewChangedSchema.parse(data);
    return { ...state, reviews: { ...state.reviews, [to.id]: to } };
  }
  if (type !== 'review.archived') return state;
  const { review } = reviewArchivedSchema.parse(data);
  const { [review]: _archived, ...reviews } = state.reviews;
  return { ...state, reviews };
}

import type { Review } from '#domain/emergency/schema.ts';

/** What of the reviews is shown, as the address says it. */
export interface ReviewsView {
  /** The review that is open. */
  readonly review?: string;
  /** All of them; otherwise those that somebody must do something about. */
  readonly all?: true;
}

/** Reads the view from an address; what makes no sense there is left out. */
export function readReviewsView(search: Readonly<Record<string, unknown>>): ReviewsView {
  const { review, all } = search;
  return {
    ...(typeof review === 'string' || typeof review === 'number' ? { review: String(review) } : {}),
    ...(all === true ? { all } : {}),
  };
}

/** The reviews that the view asks for: what is overdue first, then what lasts or is open, the oldest first. */
export function shownReviews(reviews: readonly Review[], { all }: ReviewsView): Review[] {
  return reviews
    .filter(({ status }) => all === true || status !== 'closed')
    .sort((a, b) => rank(a) - rank(b) || a.beganAt.localeCompare(b.beganAt));
}

function rank({ overdue, status }: Review): number {
  if (overdue) return 0;
  return status === 'open' ? 1 : status === 'closed' ? 3 : 2;
}

/** How often somebody had emergency access in the thirty days before a moment. */
export function timesOf(reviews: readonly Review[], person: string, now: number): number {
  const since = now - 30 * 24 * 3_600_000;
  return reviews.filter((one) => one.person.id === person && Date.parse(one.beganAt) >= since).length;
}

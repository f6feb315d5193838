/** The states of a review: open → what was decided → closed. What needs a follow-up is decided once more, or closed. */
export const reviewStatuses = ['open', 'justified', 'not-justified', 'needs-follow-up', 'closed'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/** Where a review may go. What is closed goes nowhere. */
export const reviewTransitions: Readonly<Record<ReviewStatus, readonly ReviewStatus[]>> = {
  open: ['justified', 'not-justified', 'needs-follow-up'],
  justified: ['closed'],
  'not-justified': ['closed'],
  'needs-follow-up': ['justified', 'not-justified', 'closed'],
  closed: [],
};

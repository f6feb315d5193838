import type { Link, LinkStatus } from './schema.ts';

/** What can happen to a link. */
export const linkSteps = ['send', 'give-up', 'open', 'submit', 'expire', 'withdraw'] as const;
export type LinkStep = (typeof linkSteps)[number];

/*
 *   waiting ──► sent ──► opened ──► submitted
 *      │          │         │
 *      └► undelivered ──────┤        Any that has not ended may expire or be withdrawn. A letter may arrive before its sending
 *                           │        is told of, or although it was given up: then it is opened from there.
 *                           └──► expired, withdrawn
 */
export const linkTransitions: Readonly<Record<LinkStatus, Readonly<Partial<Record<LinkStep, LinkStatus>>>>> =
  {
    waiting: {
      send: 'sent',
      'give-up': 'undelivered',
      open: 'opened',
      submit: 'submitted',
      expire: 'expired',
      withdraw: 'withdrawn',
    },
    sent: { open: 'opened', submit: 'submitted', expire: 'expired', withdraw: 'withdrawn' },
    undelivered: { open: 'opened', submit: 'submitted', expire: 'expired', withdraw: 'withdrawn' },
    opened: { submit: 'submitted', expire: 'expired', withdraw: 'withdrawn' },
    submitted: {},
    expired: {},
    withdrawn: {},
  };

/** Whether a link may still be used, as far as its status says. */
export function isLive({ status }: Pick<Link, 'status'>): boolean {
  return linkTransitions[status].submit !== undefined;
}

import { type PaymentStatus, paymentStatuses } from '#domain/payments/gateway-event.ts';
import type { Payment } from '#domain/payments/schema.ts';

/** What there is in one state: how many, and how much of each currency. */
export interface StateTotal {
  readonly status: PaymentStatus;
  readonly count: number;
  readonly amounts: readonly { readonly currency: string; readonly amount: number }[];
}

/** The totals of the states that there are payments in, in the order in which a payment goes through them. */
export function totalsByState(payments: readonly Payment[]): StateTotal[] {
  return paymentStatuses.flatMap((status) => {
    const some = payments.filter((payment) => payment.status === status);
    if (some.length === 0) return [];
    const amounts = new Map<string, number>();
    for (const { currency, amount } of some) amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
    return [
      {
        status,
        count: some.length,
        amounts: [...amounts]
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([currency, amount]) => ({ currency, amount })),
      },
    ];
  });
}

/** Payments as a list shows them: the newest first. */
export function newestFirst(payments: readonly Payment[], show: PaymentStatus | undefined): Payment[] {
  return payments
    .filter(({ status }) => show === undefined || status === show)
    .sort((a, b) => b.initiatedAt.localeCompare(a.initiatedAt) || a.id.localeCompare(b.id));
}

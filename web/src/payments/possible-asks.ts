import { decideAsk } from '#domain/payments/decide.ts';
import { paymentsModule } from '#domain/payments/module.ts';
import type { Payment } from '#domain/payments/schema.ts';
import { type Asking, mayAsk } from '../app/may-ask.ts';

/** What somebody may ask the gateway for. */
export type Ask = 'capture' | 'cancel' | 'refund';

const asks = ['capture', 'cancel', 'refund'] as const;

/**
 * What the person can ask of a payment as it is now. The rules are the server's own, asked with a probe for each, so that
 * nothing is offered that would be refused.
 */
export function possibleAsks(payment: Payment, { grants, path, now }: Asking): Ask[] {
  const place = { org: path[0] ?? '', payment, listed: true, payerKnown: false };
  const context = {
    now,
    by: { kind: 'person', id: 'probe', name: 'probe' } as const,
    newId: () => 'probe',
  };
  return asks.filter((ask) => {
    if (!mayAsk(paymentsModule, `payment.${ask}`, { grants, path })) return false;
    const data = { payment: payment.id };
    const command =
      ask === 'refund'
        ? ({ type: 'payment.refund', data: { ...data, refund: 'probe', amount: 1 } } as const)
        : ({ type: `payment.${ask}`, data } as const);
    return decideAsk(place, command, context).ok;
  });
}

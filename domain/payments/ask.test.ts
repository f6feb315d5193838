import { describe, expect, test } from 'vitest';
import { decideAsk } from './decide.ts';
import { type GatewayEvent, paymentStatuses } from './gateway-event.ts';
import { at, begun, context, currency, empty, folded, person, placeOf, told } from './testing/told.ts';
import { requestable } from './transitions.ts';

describe('what people ask', () => {
  const streamTo: Record<(typeof paymentStatuses)[number], GatewayEvent[]> = (() => {
    const money = { amount: 100, currency };
    const authorized: GatewayEvent = { id: 'a', at: at(1), kind: 'authorized', ...money };
    const captured: GatewayEvent = { id: 'c', at: at(2), kind: 'captured', ...money };
    const refund = (amount: number): GatewayEvent => ({
      id: 'r',
      at: at(4),
      kind: 'refunded',
      refund: 'r',
      amount,
      currency,
    });
    return {
      initiated: [],
      authorized: [authorized],
      captured: [captured],
      settled: [{ id: 's', at: at(3), kind: 'settled', ...money, fee: 3 }],
      partially_refunded: [captured, refund(40)],
      refunded: [captured, refund(100)],
      disputed: [captured, { id: 'd', at: at(5), kind: 'disputed', reason: 'not_received' }],
      failed: [{ id: 'f', at: at(2), kind: 'failed', reason: 'card_declined' }],
      cancelled: [authorized, { id: 'x', at: at(2), kind: 'cancelled' }],
    };
  })();
  const asks = ['capture', 'cancel', 'refund'] as const;
  const commandOf = (what: (typeof asks)[number]) =>
    what === 'refund'
      ? ({ type: 'payment.refund', data: { payment: 'p', refund: 'new', amount: 10 } } as const)
      : ({ type: `payment.${what}`, data: { payment: 'p' } } as const);

  test.each(paymentStatuses.flatMap((status) => asks.map((what) => [status, what] as const)))(
    'INV-12.5 %s: %s is as the table has it, and changes no status',
    (status, what) => {
      const { payment, refused } = told(begun(100), streamTo[status]);
      expect([payment.status, refused]).toEqual([status, []]);
      const decision = decideAsk(placeOf(payment), commandOf(what), context(person));
      const from: readonly string[] = requestable[what];
      expect(decision.ok).toBe(from.includes(status));
      if (!decision.ok) return expect(decision.refusal.code).toBe('conflict');
      const next = folded({ ...empty, payments: { p: payment } }, decision).payments.p;
      expect(next).toMatchObject({ status, requested: { what }, version: payment.version + 1 });
    },
  );

  test('INV-12.5 one thing at a time, and the answer to it ends the waiting', () => {
    const { payment } = told(begun(100), streamTo.captured);
    const asked = folded(
      { ...empty, payments: { p: payment } },
      decideAsk(placeOf(payment), commandOf('refund'), context(person)),
    ).payments.p;
    if (asked === undefined) throw new Error('not there');
    expect(decideAsk(placeOf(asked), commandOf('refund'), context(person))).toMatchObject({
      refusal: { code: 'conflict' },
    });
    const declined = told(asked, [
      { id: 'no', at: at(9), kind: 'declined', request: 'new', reason: 'too_late' },
    ]).payment;
    expect(declined.requested).toBeUndefined();
    const done = told(asked, [
      { id: 'ok', at: at(9), kind: 'refunded', refund: 'new', amount: 10, currency },
    ]).payment;
    expect(done).toMatchObject({ status: 'partially_refunded', refunded: 10 });
    expect(done.requested).toBeUndefined();
  });

  test.each([
    [101, 'invalid'],
    [61, 'conflict'],
  ] as const)('giving back %i of 100 of which 40 went back is %s', (amount, code) => {
    const { payment } = told(begun(100), streamTo.partially_refunded);
    const command = { type: 'payment.refund', data: { payment: 'p', refund: 'new', amount } } as const;
    expect(decideAsk(placeOf(payment), command, context(person))).toMatchObject({
      refusal: { code, issues: [{ path: 'data.amount' }] },
    });
  });

  test('what is asked of a payment off the list puts it back', () => {
    const { payment } = told(begun(100), streamTo.settled);
    const decision = decideAsk({ ...placeOf(payment), listed: false }, commandOf('refund'), context(person));
    expect(folded(empty, decision).payments.p).toMatchObject({
      requested: { what: 'refund' },
      version: payment.version + 2,
    });
  });
});

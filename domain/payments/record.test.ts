import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GatewayEvent } from './gateway-event.ts';
import { balancesOf, commissionOf, movementOf } from './ledger.ts';
import { mostAmount } from './money.ts';
import { decideRecord } from './record.ts';
import { at, begun, context, currency, empty, folded, placeOf, told } from './testing/told.ts';

/** A stream that a gateway could tell of one payment, in the order in which it happened. */
const streams = fc
  .record({
    amount: fc.integer({ min: 1, max: mostAmount }),
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    end: fc.constantFrom('failed', 'cancelled', 'taken'),
    authorizes: fc.boolean(),
    settles: fc.boolean(),
    disputes: fc.option(fc.nat(6), { nil: undefined }),
    fee: fc.nat(500),
    inFull: fc.boolean(),
  })
  .map(({ amount, shares, end, authorizes, settles, disputes, fee, inFull }) => {
    const events: GatewayEvent[] = [];
    let minute = 0;
    const next = () => {
      minute += 1;
      return { id: `ev${minute}`, at: at(minute) };
    };
    const money = { amount, currency };
    if (authorizes) events.push({ ...next(), kind: 'authorized', ...money });
    if (end === 'failed') events.push({ ...next(), kind: 'failed', reason: 'card_declined' });
    else if (end === 'cancelled') events.push({ ...next(), kind: 'cancelled' });
    else {
      events.push({ ...next(), kind: 'captured', ...money });
      if (settles) events.push({ ...next(), kind: 'settled', ...money, fee });
      let left = amount;
      for (const [index, share] of shares.entries()) {
        if (disputes === index) events.push({ ...next(), kind: 'disputed', reason: 'not_received' });
        const back = inFull && index === shares.length - 1 ? left : Math.floor(left * share);
        if (back < 1) continue;
        left -= back;
        events.push({ ...next(), kind: 'refunded', refund: `r${index}`, amount: back, currency });
      }
    }
    return { amount, events };
  });

describe('what a gateway tells', () => {
  test('INV-12.1 comes to the same in any order and however often it is repeated', () => {
    fc.assert(
      fc.property(
        streams.chain(({ amount, events }) =>
          fc.record({
            amount: fc.constant(amount),
            events: fc.constant(events),
            shuffled: fc
              .array(fc.nat(Math.max(0, events.length - 1)), { maxLength: 12 })
              .map((again) => [...events, ...again.flatMap((index) => events[index] ?? [])])
              .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
          }),
        ),
        ({ amount, events, shuffled }) => {
          const inOrder = told(begun(amount), events);
          const anyhow = told(begun(amount), shuffled);
          expect(inOrder.refused).toEqual([]);
          expect(anyhow.refused).toEqual([]);
          expect(anyhow.payment).toEqual({ ...inOrder.payment });
        },
      ),
      { numRuns: 400 },
    );
  });

  test('INV-12.2 always balances, and never gives back more than was paid', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(20), { maxLength: 20 }), ({ amount, events }, noise) => {
        const wild = noise.map(
          (n): GatewayEvent => ({
            id: `w${n}`,
            at: at(n),
            kind: 'refunded',
            refund: `w${n}`,
            amount: Math.max(1, Math.floor((amount * (n + 1)) / 21)),
            currency,
          }),
        );
        const { payment } = told(begun(amount), [...events, ...wild]);
        for (const { entries } of payment.movements) {
          expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).toBe(0);
        }
        const balances = balancesOf(payment.movements);
        expect(Object.values(balances).reduce((sum, one) => sum + one, 0)).toBe(0);
        const back = payment.movements
          .filter(({ kind }) => kind === 'refund')
          .reduce((sum, one) => sum + one.amount, 0);
        expect(back).toBe(payment.refunded);
        expect(payment.refunded).toBeLessThanOrEqual(payment.amount);
        expect(payment.status === 'refunded').toBe(payment.refunded === payment.amount);
      }),
      { numRuns: 300 },
    );
  });

  test('a commission is whole, and no more than its part', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: mostAmount }), (amount) => {
        expect(Number.isSafeInteger(commissionOf(amount))).toBe(true);
        const movement = movementOf({ id: 'e', at: at(1), kind: 'captured', amount, currency });
        expect(movement?.entries.find(({ account }) => account === 'buyer')?.amount).toBe(-amount);
      }),
    );
  });

  const money = { amount: 100, currency };
  test.each([
    ['another amount', { id: 'e', at: at(1), kind: 'captured', amount: 99, currency }, 'data.event.amount'],
    [
      'another currency',
      { id: 'e', at: at(1), kind: 'captured', amount: 100, currency: 'EUR' },
      'data.event.currency',
    ],
    [
      'too much back',
      { id: 'e', at: at(1), kind: 'refunded', refund: 'r', amount: 101, currency },
      'data.event.amount',
    ],
  ] satisfies [string, GatewayEvent, string][])('%s is refused, by its path', (_what, event, path) => {
    const decision = decideRecord(placeOf(begun(100)), event, context());
    expect(decision).toMatchObject({ ok: false, refusal: { code: 'conflict', issues: [{ path }] } });
  });

  test('a failure after the money was taken is refused, for somebody to look at', () => {
    const { payment } = told(begun(100), [{ id: 'e1', at: at(1), kind: 'captured', ...money }]);
    const decision = decideRecord(
      placeOf(payment),
      { id: 'e2', at: at(2), kind: 'failed', reason: 'expired' },
      context(),
    );
    expect(decision).toMatchObject({
      ok: false,
      refusal: { code: 'conflict', issues: [{ path: 'data.event.kind' }] },
    });
  });

  test('another gateway’s payment is none of its business', () => {
    const decision = decideRecord(
      placeOf(begun(100)),
      { id: 'e', at: at(1), kind: 'cancelled' },
      context({ kind: 'feed', id: 'org.other', name: 'Other' }),
    );
    expect(decision).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
  });

  test('what is told of a payment off the list puts it back', () => {
    const payment = begun(100);
    const decision = decideRecord(
      { ...placeOf(payment), listed: false },
      { id: 'e', at: at(1), kind: 'captured', ...money },
      context(),
    );
    const state = folded(empty, decision);
    expect(state.payments.p).toMatchObject({ status: 'captured', version: payment.version + 2 });
  });
});

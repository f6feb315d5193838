import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decision, DecisionContext } from '../module.ts';
import { decideAsk, decideInitiate, type PaymentPlace } from './decide.ts';
import { evolvePayments } from './evolve.ts';
import { type GatewayEvent, paymentStatuses } from './gateway-event.ts';
import { balancesOf, commissionOf, movementOf } from './ledger.ts';
import { mostAmount } from './money.ts';
import { decideRecord } from './record.ts';
import type { Payment, Payments } from './schema.ts';
import { facts, paymentTransitions, requestable } from './transitions.ts';

const at = (minute: number) => `2026-03-01T08:${String(minute).padStart(2, '0')}:00.000Z`;
const gatewaySource = { kind: 'feed', id: 'org.pay', name: 'Pay' } as const;
const person = { kind: 'person', id: 'p', name: 'P' } as const;
const context = (by: DecisionContext['by'] = gatewaySource): DecisionContext => ({
  now: at(59),
  by,
  newId: () => 'id',
});
const currency = 'USD';

function begun(amount: number): Payment {
  const decision = decideInitiate(
    { org: 'org', taken: false, gateway: 'pay', payer: undefined, subject: 's' },
    { type: 'payment.initiate', data: { payment: 'p', amount, currency, description: 'X' } },
    context(person),
  );
  return folded(empty, decision).payments.p ?? fail();
}
const fail = (): never => {
  throw new Error('not there');
};
const empty: Payments = { organisation: { id: 'org', name: 'Org' }, gateways: {}, payments: {} };

function folded(state: Payments, decision: Decision): Payments {
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.events.reduce(evolvePayments, state);
}
const placeOf = (payment: Payment): PaymentPlace => ({
  org: 'org',
  payment,
  listed: true,
  payerKnown: false,
});

/** The payment after what a gateway told, and what of it was refused. */
function told(payment: Payment, events: readonly GatewayEvent[]): { payment: Payment; refused: string[] } {
  let state: Payments = { ...empty, payments: { p: payment } };
  const refused: string[] = [];
  for (const event of events) {
    const decision = decideRecord(placeOf(state.payments.p ?? fail()), event, context());
    if (decision.ok) state = folded(state, decision);
    else refused.push(event.id);
  }
  return { payment: state.payments.p ?? fail(), refused };
}

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

describe('the table of transitions', () => {
  test('INV-12.1 says of every status and every fact what comes of it', () => {
    const table = Object.fromEntries(
      paymentStatuses.map((status) => [
        status,
        Object.fromEntries(facts.map((fact) => [fact, paymentTransitions[status][fact]])),
      ]),
    );
    expect(table).toMatchInlineSnapshot(`
      {
        "authorized": {
          "authorized": "late",
          "cancelled": "cancelled",
          "captured": "captured",
          "declined": "late",
          "disputed": "disputed",
          "failed": "failed",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "settled",
        },
        "cancelled": {
          "authorized": "late",
          "cancelled": "late",
          "captured": "impossible",
          "declined": "late",
          "disputed": "impossible",
          "failed": "impossible",
          "refunded_in_full": "impossible",
          "refunded_in_part": "impossible",
          "settled": "impossible",
        },
        "captured": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "disputed",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "settled",
        },
        "disputed": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "late",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "late",
          "settled": "late",
        },
        "failed": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "impossible",
          "declined": "late",
          "disputed": "impossible",
          "failed": "late",
          "refunded_in_full": "impossible",
          "refunded_in_part": "impossible",
          "settled": "impossible",
        },
        "initiated": {
          "authorized": "authorized",
          "cancelled": "cancelled",
          "captured": "captured",
          "declined": "late",
          "disputed": "disputed",
          "failed": "failed",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "settled",
        },
        "partially_refunded": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "disputed",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "late",
        },
        "refunded": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "late",
          "failed": "impossible",
          "refunded_in_full": "impossible",
          "refunded_in_part": "impossible",
          "settled": "late",
        },
        "settled": {
          "authorized": "late",
          "cancelled": "impossible",
          "captured": "late",
          "declined": "late",
          "disputed": "disputed",
          "failed": "impossible",
          "refunded_in_full": "refunded",
          "refunded_in_part": "partially_refunded",
          "settled": "late",
        },
      }
    `);
  });

  test('INV-12.1 never goes back: nothing that was left is come to again', () => {
    const reached = new Map<string, Set<string>>();
    const from = (status: (typeof paymentStatuses)[number]): Set<string> => {
      const known = reached.get(status);
      if (known !== undefined) return known;
      const found = new Set<string>();
      reached.set(status, found);
      for (const to of facts.map((fact) => paymentTransitions[status][fact])) {
        if (to === 'late' || to === 'impossible' || to === status) continue;
        found.add(to);
        for (const further of from(to)) found.add(further);
      }
      return found;
    };
    for (const status of paymentStatuses) expect(from(status).has(status), status).toBe(false);
  });
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
});

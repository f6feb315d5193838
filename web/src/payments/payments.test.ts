import { describe, expect, test } from 'vitest';
import { roles } from '#domain/identity/roles.ts';
import { type PaymentStatus, paymentStatuses } from '#domain/payments/gateway-event.ts';
import type { Payment } from '#domain/payments/schema.ts';
import { requestable } from '#domain/payments/transitions.ts';
import { createMoneyText } from './money-text.ts';
import { readPaymentView } from './payment-view.ts';
import { paymentsPlace } from './payments-place.ts';
import { possibleAsks } from './possible-asks.ts';
import { newestFirst, totalsByState } from './totals.ts';

const at = '2026-03-01T08:00:00.000Z';
const by = { kind: 'person', id: 'p', name: 'P' } as const;
const payment = (id: string, status: PaymentStatus, change: Partial<Payment> = {}): Payment => ({
  id,
  status,
  amount: 100,
  currency: 'USD',
  refunded: 0,
  gateway: 'g',
  initiatedAt: at,
  initiatedBy: by,
  told: [],
  movements: [],
  subject: 's',
  version: 1,
  asOf: at,
  source: by,
  ...change,
});

describe('money', () => {
  test.each([
    ['en', 12_550, 'USD', 'USD 125.50'],
    ['en', 350_000, 'VND', 'VND 350,000'],
    ['en', 1234, 'KWD', 'KWD 1.234'],
    ['en', -150, 'EUR', '−EUR 1.50'],
    ['vi', 350_000, 'VND', '350.000 VND'],
    ['vi', 12_550, 'USD', '125,50 USD'],
  ] as const)('in %s %i %s is %s', (language, amount, currency, text) => {
    expect(createMoneyText(language)(amount, currency).replace(/\s/g, ' ')).toBe(text);
  });
});

test('totals are by state and currency, never of two currencies together', () => {
  const totals = totalsByState([
    payment('a', 'settled'),
    payment('b', 'settled', { currency: 'EUR', amount: 5 }),
    payment('c', 'settled', { amount: 11 }),
    payment('d', 'initiated'),
  ]);
  expect(totals).toEqual([
    { status: 'initiated', count: 1, amounts: [{ currency: 'USD', amount: 100 }] },
    {
      status: 'settled',
      count: 3,
      amounts: [
        { currency: 'EUR', amount: 5 },
        { currency: 'USD', amount: 111 },
      ],
    },
  ]);
});

test('the newest stands first, of one state where one was chosen', () => {
  const some = [
    payment('a', 'settled'),
    payment('b', 'failed', { initiatedAt: '2026-03-02T08:00:00.000Z' }),
    payment('c', 'settled', { initiatedAt: '2026-03-03T08:00:00.000Z' }),
  ];
  expect(newestFirst(some, undefined).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(newestFirst(some, 'settled').map(({ id }) => id)).toEqual(['c', 'a']);
});

test('an address that makes no sense shows everything', () => {
  expect(readPaymentView({ show: 'nonsense', payment: 12 })).toEqual({ payment: '12' });
  expect(readPaymentView({ show: 'disputed' })).toEqual({ show: 'disputed' });
});

test('payments are found among what one may see', () => {
  const path = [{ id: 'o', kind: 'organisation', name: 'O' } as const];
  const topic = { topic: 'org/o/payments', view: 'full.1', name: 'O', path };
  expect(paymentsPlace([{ ...topic, topic: 'org/o/directory' }])).toBeUndefined();
  expect(paymentsPlace([topic])).toEqual({ topic: 'org/o/payments', path: ['o'], organisation: 'O' });
});

describe('what may be asked', () => {
  const asked = (status: PaymentStatus, role: string) =>
    possibleAsks(payment('p', status), { grants: [{ role, place: 'o' }], path: ['o'], now: at });

  test.each(paymentStatuses)(
    'of a payment that is %s is what the table has, for those with the right',
    (status) => {
      const table = (['capture', 'cancel', 'refund'] as const).filter((what) => {
        const from: readonly string[] = requestable[what];
        return from.includes(status);
      });
      for (const role of roles) {
        expect(asked(status, role), role).toEqual(['accountant', 'admin'].includes(role) ? table : []);
      }
    },
  );
});

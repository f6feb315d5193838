import type { Instant } from '#domain/instant.ts';
import { balancesOf, ledgerAccountSchema } from '#domain/payments/ledger.ts';
import { majorText } from '#domain/payments/money.ts';
import type { Payment } from '#domain/payments/schema.ts';
import type { OwnPayment } from '#domain/people/own-payment.ts';
import type { Source } from '#domain/source.ts';
import { confirmedFreshness, type Exportable, type ExportColumn } from '../export/exportable.ts';
import type { Translate } from '../language/catalogue.ts';
import type { StateTotal } from './totals.ts';

/** Where payments are from, and when the server last confirmed that they are the newest. */
export interface From {
  readonly topic: string;
  readonly confirmedAt: Instant | undefined;
}

/** An amount of minor units as the number a person would write. */
function major(amount: number, currency: string): number {
  return Math.sign(amount) * Number(majorText(Math.abs(amount), currency));
}

function moneyColumns<Row extends Pick<Payment, 'id' | 'status' | 'amount' | 'currency' | 'refunded'>>(
  t: Translate,
): ExportColumn<Row>[] {
  return [
    { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
    { key: 'status', title: t('payments.column-state'), read: ({ status }) => status },
    {
      key: 'amount',
      title: t('payments.column-amount'),
      read: ({ amount, currency }) => major(amount, currency),
    },
    { key: 'currency', title: t('export.column-currency'), read: ({ currency }) => currency },
    {
      key: 'givenBack',
      title: t('export.column-given-back'),
      read: ({ refunded, currency }) => major(refunded, currency),
    },
  ];
}

function said(from: From) {
  return ({ asOf, source }: { asOf: Instant; source: Source }, nowMs: number) => ({
    asOf,
    source,
    freshness: confirmedFreshness(from.confirmedAt, nowMs),
  });
}

/** Payments as a table to take away. */
export function paymentsExport(
  t: Translate,
  payments: readonly Payment[],
  filter: string,
  from: From,
): Exportable<Payment> {
  return {
    file: 'payments',
    title: t('payments.title'),
    filter,
    topics: [from.topic],
    rows: payments,
    said: said(from),
    columns: [
      ...moneyColumns<Payment>(t),
      { key: 'description', title: t('export.column-description'), read: ({ description }) => description },
      { key: 'payer', title: t('export.column-payer'), read: ({ payerName }) => payerName },
      { key: 'begunAt', title: t('export.column-initiated'), read: ({ initiatedAt }) => initiatedAt },
    ],
  };
}

/** One's own payments as a table to take away. */
export function ownPaymentsExport(
  t: Translate,
  payments: readonly OwnPayment[],
  from: From,
): Exportable<OwnPayment> {
  return {
    file: 'own-payments',
    title: t('payments.own'),
    filter: '',
    topics: [from.topic],
    rows: payments,
    said: said(from),
    columns: [
      ...moneyColumns<OwnPayment>(t),
      { key: 'description', title: t('export.column-description'), read: ({ description }) => description },
    ],
  };
}

/** What payments come to, state by state and currency by currency, as a table to take away. */
export function totalsExport(
  t: Translate,
  totals: readonly StateTotal[],
  payments: readonly Payment[],
  from: From,
) {
  const rows = totals.flatMap(({ status, count, amounts }) =>
    amounts.map(({ currency, amount }) => ({ status, count, currency, amount })),
  );
  type Row = (typeof rows)[number];
  return {
    file: 'payment-totals',
    title: t('payments.totals'),
    filter: '',
    topics: [from.topic],
    rows,
    // A total is as old as the last that changed in it.
    said: ({ status }: Row, nowMs: number) => {
      const last = payments
        .filter((payment) => payment.status === status)
        .sort((a, b) => b.asOf.localeCompare(a.asOf))[0];
      return last && said(from)(last, nowMs);
    },
    columns: [
      { key: 'status', title: t('payments.totals-state'), read: ({ status }: Row) => status },
      { key: 'payments', title: t('payments.totals-count'), read: ({ count }: Row) => count },
      {
        key: 'amount',
        title: t('payments.column-amount'),
        read: ({ amount, currency }: Row) => major(amount, currency),
      },
      { key: 'currency', title: t('export.column-currency'), read: ({ currency }: Row) => currency },
    ],
  } satisfies Exportable<Row>;
}

/** Every movement of a payment's money and what each account has of it in all, as a table to take away. */
export function ledgerExport(t: Translate, payment: Payment, from: From) {
  const { movements, currency } = payment;
  const balances = balancesOf(movements);
  const rows = [
    ...movements.flatMap(({ id, at, entries }) =>
      entries.map(({ account, amount }) => ({ movement: id, at, account, amount })),
    ),
    ...ledgerAccountSchema.options.map((account) => ({
      movement: 'balance',
      at: undefined,
      account,
      amount: balances[account],
    })),
  ];
  type Row = (typeof rows)[number];
  return {
    file: 'payment-ledger',
    title: t('payments.ledger'),
    filter: payment.id,
    topics: [from.topic],
    rows,
    said: (_row: Row, nowMs: number) => said(from)(payment, nowMs),
    columns: [
      { key: 'movement', title: t('payments.ledger'), read: ({ movement }: Row) => movement },
      { key: 'at', title: t('export.column-start'), read: ({ at }: Row) => at },
      { key: 'account', title: t('payments.ledger-account'), read: ({ account }: Row) => account },
      {
        key: 'amount',
        title: t('payments.column-amount'),
        read: ({ amount }: Row) => major(amount, currency),
      },
      { key: 'currency', title: t('export.column-currency'), read: () => currency },
    ],
  } satisfies Exportable<Row>;
}

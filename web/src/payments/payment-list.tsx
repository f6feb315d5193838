import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { millis } from '#domain/instant.ts';
import type { Payment } from '#domain/payments/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { PendingGlyph } from '../ui/glyph.tsx';
import { askedText } from './asked-text.ts';
import type { MoneyText } from './money-text.ts';
import type { PaymentView } from './payment-view.ts';
import { StatusMark } from './status-mark.tsx';

interface PaymentListProps {
  readonly payments: readonly Payment[];
  readonly view: PaymentView;
  readonly money: MoneyText;
  readonly times: Times;
  readonly now: number;
}

/** Payments: rows under columns on a desk, cards on a phone. */
export function PaymentList({ payments, ...rest }: PaymentListProps) {
  const t = useText();
  return (
    <div className="pay-list">
      <div className="pay-list-head" aria-hidden="true">
        <span>{t('payments.column-state')}</span>
        <span>{t('payments.column-for')}</span>
        <span className="pay-number">{t('payments.column-amount')}</span>
        <span className="pay-number">{t('payments.column-age')}</span>
      </div>
      <ul>
        {payments.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} {...rest} />
        ))}
      </ul>
    </div>
  );
}

const PaymentRow = memo(function PaymentRow({
  payment,
  view,
  money,
  times,
  now,
}: Omit<PaymentListProps, 'payments'> & { payment: Payment }) {
  const t = useText();
  const { id, status, amount, currency, refunded, description, payerName, requested, initiatedAt } = payment;
  const age = times.length(now - millis(initiatedAt));
  return (
    <li className="pay-row" data-testid={`payment-${id}`}>
      <StatusMark status={status} />
      <div className="pay-what">
        <Link to="/payments" search={{ ...view, payment: id }} resetScroll={false} preload={false}>
          {description ?? t('payments.no-description')}
        </Link>
        <span className="pay-who">{payerName ?? t('payments.nobody')}</span>
        {requested !== undefined && (
          <span className="pay-asked">
            <PendingGlyph />
            {askedText(t, money, payment, requested)}
          </span>
        )}
      </div>
      <div className="pay-amount pay-number">
        <strong>{money(amount, currency)}</strong>
        {refunded > 0 && refunded < amount && (
          <small>{t('payments.given-back', { amount: money(refunded, currency) })}</small>
        )}
      </div>
      <time className="pay-age pay-number" dateTime={initiatedAt}>
        {age === undefined ? t('age.now') : t('age.ago', { age })}
      </time>
    </li>
  );
});

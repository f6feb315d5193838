import { useEffect, useRef, useState } from 'react';
import { majorText, minorUnits } from '#domain/payments/money.ts';
import type { Payment } from '#domain/payments/schema.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import type { MoneyText } from './money-text.ts';
import type { Ask } from './possible-asks.ts';

interface AskFormProps {
  readonly what: Ask;
  readonly payment: Payment;
  /** Whether it can still be asked for: the payment may have changed since the form was opened. */
  readonly possible: boolean;
  readonly asking: boolean;
  readonly money: MoneyText;
  /** With how much to give back, where money is to be given back. */
  readonly onSubmit: (refund: number | undefined) => void;
  readonly onCancel: () => void;
}

/** Confirms what is to be asked of the gateway. What was written stays until it was asked. */
export function AskForm({ what, payment, possible, asking, money, onSubmit, onCancel }: AskFormProps) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const { amount, refunded, currency } = payment;
  const left = amount - refunded;
  const [written, setWritten] = useState(() => majorText(left, currency));
  const [fault, setFault] = useState<string>();
  useEffect(() => heading.current?.focus(), []);

  const submit = () => {
    if (what !== 'refund') return onSubmit(undefined);
    const refund = minorUnits(written, currency);
    if (refund === undefined || refund === 0)
      return setFault(t('payments.refund-malformed', { example: majorText(left, currency) }));
    if (refund > left) return setFault(t('payments.refund-too-much', { amount: money(left, currency) }));
    setFault(undefined);
    return onSubmit(refund);
  };

  return (
    <form
      className="pay-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3 ref={heading} tabIndex={-1}>
        {t(`payments.act-${what}`)}
      </h3>
      <p>{t(`payments.confirm-${what}`, { amount: money(left, currency) })}</p>
      {what === 'refund' && (
        <Field label={t('payments.refund-amount', { currency })} error={fault}>
          {(control) => (
            <input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              value={written}
              disabled={asking}
              onChange={({ target }) => setWritten(target.value)}
            />
          )}
        </Field>
      )}
      <div className="pay-buttons">
        <button type="submit" className="primary" disabled={asking || !possible}>
          {asking ? t('payments.asking') : t('payments.ask')}
        </button>
        <button type="button" onClick={onCancel} disabled={asking}>
          {t('app.cancel')}
        </button>
      </div>
      {!possible && !asking && <p role="status">{t('payments.refused-conflict')}</p>}
    </form>
  );
}

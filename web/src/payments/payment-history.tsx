import { millis } from '#domain/instant.ts';
import type { Payment } from '#domain/payments/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { MoneyText } from './money-text.ts';

/** What is heard this much later than it happened says so. */
const lateMs = 60_000;

/** What the gateway told of a payment, in the order in which it happened. */
export function PaymentHistory({
  payment,
  money,
  times,
  now,
}: {
  payment: Payment;
  money: MoneyText;
  times: Times;
  now: number;
}) {
  const t = useText();
  return (
    <section aria-labelledby="pay-history-heading">
      <h3 id="pay-history-heading">{t('payments.history')}</h3>
      {payment.told.length === 0 && <p>{t('payments.history-none')}</p>}
      <ol className="pay-history">
        {payment.told.map(({ id, kind, at, heardAt, amount, reason }) => (
          <li key={id}>
            <time dateTime={at}>{times.moment(at, now)}</time>
            <span>
              {t(`payments.told-${kind}`)}
              {reason !== undefined && <small> {reason.replaceAll('_', ' ')}</small>}
              {millis(heardAt) - millis(at) > lateMs && (
                <small> {t('payments.told-late', { time: times.moment(heardAt, now) })}</small>
              )}
            </span>
            {amount !== undefined && <span className="pay-number">{money(amount, payment.currency)}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

import type { User } from '#domain/people/schema.ts';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useTopic } from '../live/hooks.ts';
import { Loading } from '../ui/states.tsx';
import { useMoneyText } from './money-text.ts';
import { ownPaymentsExport } from './payment-export.ts';
import { StatusMark } from './status-mark.tsx';
import './payments.css';

/** The payments of one person, on the topic that tells what concerns them: `user/<id>`. */
export function OwnPayments({ topic, zone }: { topic: string; zone?: string }) {
  const t = useText();
  const times = useTimes(zone);
  const money = useMoneyText();
  const now = useNow(5000);
  const { status, state, confirmedAt } = useTopic<User>(topic);
  if (status === 'missing') return null;
  const payments = Object.values(state?.payment ?? {}).sort(
    (a, b) => b.asOf.localeCompare(a.asOf) || a.id.localeCompare(b.id),
  );
  return (
    <section className="pay-own" aria-labelledby="pay-own-heading">
      <h2 id="pay-own-heading">{t('payments.own')}</h2>
      {status === 'behind' && confirmedAt !== undefined && (
        <p className="pay-stale">{t('payments.stale', { time: times.moment(confirmedAt, now) })}</p>
      )}
      {state === undefined && <Loading title={t('payments.loading')} />}
      {state !== undefined && payments.length === 0 && <p>{t('payments.own-empty')}</p>}
      {payments.length > 0 && (
        <ExportButton
          what={t('payments.own')}
          table={() => ownPaymentsExport(t, payments, { topic, confirmedAt })}
        />
      )}
      {payments.length > 0 && (
        <div className="pay-list">
          <ul>
            {payments.map((payment) => (
              <li key={payment.id} className="pay-row" data-testid={`own-payment-${payment.id}`}>
                <StatusMark status={payment.status} />
                <div className="pay-what">
                  <span>{payment.description ?? t('payments.no-description')}</span>
                </div>
                <div className="pay-amount pay-number">
                  <strong>{money(payment.amount, payment.currency)}</strong>
                  {payment.refunded > 0 && payment.refunded < payment.amount && (
                    <small>
                      {t('payments.given-back', { amount: money(payment.refunded, payment.currency) })}
                    </small>
                  )}
                </div>
                <time className="pay-age pay-number" dateTime={payment.asOf}>
                  {times.moment(payment.asOf, now)}
                </time>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

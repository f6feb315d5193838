import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paymentStatuses } from '#domain/payments/gateway-event.ts';
import type { Payments } from '#domain/payments/schema.ts';
import { usePageHeading } from '../app/page.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useTopic } from '../live/hooks.ts';
import { Field } from '../ui/field.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { useMoneyText } from './money-text.ts';
import { paymentsExport, totalsExport } from './payment-export.ts';
import { PaymentList } from './payment-list.tsx';
import { PaymentPanel } from './payment-panel.tsx';
import { type PaymentView, readPaymentView } from './payment-view.ts';
import type { PaymentsPlace } from './payments-place.ts';
import { newestFirst, totalsByState } from './totals.ts';
import { TotalsTable } from './totals-table.tsx';
import './payments.css';

const route = getRouteApi('/payments');

/** The payments under way and just ended, what they come to, and the one that was chosen. */
export function PaymentsBoard({ place, otherwise }: { place: PaymentsPlace; otherwise: ReactNode }) {
  const t = useText();
  const times = useTimes();
  const money = useMoneyText();
  const now = useNow(5000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const heading = usePageHeading(t('payments.title'));
  const reading = useTopic<Payments>(place.topic);
  if (reading.status === 'missing') return otherwise;
  const { state } = reading;
  const all = Object.values(state?.payments ?? {});
  const shown = newestFirst(all, view.show);
  const from = { topic: place.topic, confirmedAt: reading.confirmedAt };
  const showing = view.show === undefined ? '' : t(`payments.state-${view.show}`);
  const change = (search: PaymentView) => void navigate({ search, resetScroll: false });
  return (
    <div className="pay">
      <header className="pay-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('payments.title')}
        </h1>
        <p className="pay-where">{place.organisation}</p>
      </header>
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="pay-stale">{t('payments.stale', { time: times.moment(reading.confirmedAt, now) })}</p>
      )}
      {state === undefined ? (
        <Loading title={t('payments.loading')} />
      ) : all.length === 0 ? (
        <Empty title={t('payments.empty')}>
          <p>{t('payments.empty-text')}</p>
        </Empty>
      ) : (
        <div className="pay-columns">
          <TotalsTable
            totals={totalsByState(all)}
            money={money}
            take={() => totalsExport(t, totalsByState(all), all, from)}
          />
          <section className="pay-main" aria-label={t('payments.title')}>
            <div className="pay-controls">
              <Field label={t('payments.show')}>
                {(control) => (
                  <select
                    {...control}
                    value={view.show ?? 'all'}
                    onChange={({ target }) => change(readPaymentView({ show: target.value }))}
                  >
                    <option value="all">{t('payments.show-all')}</option>
                    {paymentStatuses.map((status) => (
                      <option key={status} value={status}>
                        {t(`payments.state-${status}`)}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
              <p>{t('payments.shown', { count: shown.length })}</p>
              <ExportButton
                what={t('payments.title')}
                table={() => paymentsExport(t, shown, showing, from)}
              />
            </div>
            {shown.length === 0 ? (
              <Empty title={t('payments.none-match')}>
                <p>{t('payments.none-match-text')}</p>
              </Empty>
            ) : (
              <PaymentList payments={shown} view={view} money={money} times={times} now={now} />
            )}
          </section>
        </div>
      )}
      {state !== undefined && view.payment !== undefined && (
        <PaymentPanel
          key={view.payment}
          payment={state.payments[view.payment]}
          gateways={state.gateways}
          path={place.path}
          from={from}
          money={money}
          times={times}
          now={now}
          onClose={() => change({ ...view, payment: undefined })}
        />
      )}
    </div>
  );
}

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import type { Refusal } from '#domain/errors.ts';
import { instantOf } from '#domain/instant.ts';
import type { Payment, Payments } from '#domain/payments/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { AskForm } from './ask-form.tsx';
import { askedText } from './asked-text.ts';
import type { MoneyText } from './money-text.ts';
import type { From } from './payment-export.ts';
import { PaymentHistory } from './payment-history.tsx';
import { PaymentLedger } from './payment-ledger.tsx';
import { type Ask, possibleAsks } from './possible-asks.ts';
import { StatusMark } from './status-mark.tsx';

interface PaymentPanelProps {
  readonly payment: Payment | undefined;
  readonly gateways: Payments['gateways'];
  readonly path: readonly string[];
  readonly from: From;
  readonly money: MoneyText;
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
}

/** One payment, all of it, and what this person can ask of its gateway now. */
export function PaymentPanel({ payment, onClose, ...rest }: PaymentPanelProps) {
  const t = useText();
  return (
    <Drawer title={payment?.description ?? t('payments.title')} onClose={onClose}>
      {payment === undefined ? (
        <Empty title={t('payments.gone')} />
      ) : (
        <div className="pay-panel">
          <Inside payment={payment} {...rest} />
        </div>
      )}
    </Drawer>
  );
}

type Outcome =
  | { readonly status: 'asking' | 'asked' }
  | { readonly status: 'refused'; readonly refusal: Refusal };

function Inside({
  payment,
  gateways,
  path,
  from,
  money,
  times,
  now,
}: Omit<PaymentPanelProps, 'payment' | 'onClose'> & { payment: Payment }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const session = useStore(live.session);
  const outcomeElement = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<Ask>();
  const [outcome, setOutcome] = useState<Outcome>();
  const { amount, currency, refunded, requested } = payment;
  const grants = typeof session === 'string' ? [] : session.grants;
  const asks = possibleAsks(payment, { grants, path, now: instantOf(now) });
  useEffect(() => {
    // The button that was pressed may be gone; the answer is where the person wants to be.
    if (outcome?.status === 'asked' || outcome?.status === 'refused') outcomeElement.current?.focus();
  }, [outcome]);

  const ask = async (what: Ask, refund: number | undefined) => {
    setOutcome({ status: 'asking' });
    const data = { payment: payment.id };
    const answer = await live.send({
      type: `payment.${what}`,
      data: refund === undefined ? data : { ...data, refund: uuidv7(), amount: refund },
      expect: payment.version,
    });
    if (answer.ok) {
      setOpen(undefined);
      setOutcome({ status: 'asked' });
      announce(t('payments.asked'));
    } else {
      setOutcome({ status: 'refused', refusal: answer.error });
      announce(t('payments.refused'));
    }
  };

  return (
    <>
      <p className="pay-sum">{money(amount, currency)}</p>
      <StatusMark status={payment.status} />
      {requested !== undefined && (
        <p className="pay-note pay-note-asked">
          <PendingGlyph />
          <span>
            <strong>{askedText(t, money, payment, requested)}</strong>{' '}
            {t('payments.asked-by', {
              time: times.moment(requested.at, now),
              name: sourceName(t, requested.by),
            })}
          </span>
        </p>
      )}
      <dl className="pay-facts">
        <Fact name={t('payments.fact-payer')}>{payment.payerName ?? t('payments.nobody')}</Fact>
        <Fact name={t('payments.fact-begun')}>
          {t('payments.begun-by', {
            time: times.moment(payment.initiatedAt, now),
            name: sourceName(t, payment.initiatedBy),
          })}
        </Fact>
        {refunded > 0 && <Fact name={t('payments.fact-left')}>{money(amount - refunded, currency)}</Fact>}
        <Fact name={t('payments.fact-gateway')}>{gateways[payment.gateway]?.name ?? payment.gateway}</Fact>
        <Fact name={t('payments.fact-id')}>
          <code>{payment.id}</code>
        </Fact>
      </dl>
      <div ref={outcomeElement} tabIndex={-1} className="pay-outcome">
        {outcome?.status === 'asked' && <p className="pay-note">{t('payments.asked')}</p>}
        {outcome?.status === 'refused' && (
          <div className="pay-note pay-note-refused">
            <h3>{t('payments.refused')}</h3>
            <p>{reason(outcome.refusal)}</p>
          </div>
        )}
      </div>
      {open === undefined ? (
        <section className="pay-actions" aria-labelledby="pay-actions-heading">
          <h3 id="pay-actions-heading">{t('payments.actions')}</h3>
          {asks.length === 0 && <p>{t('payments.no-actions')}</p>}
          <ul>
            {asks.map((what) => (
              <li key={what}>
                <button
                  type="button"
                  onClick={() => {
                    setOutcome(undefined);
                    setOpen(what);
                  }}
                >
                  {t(`payments.act-${what}`)}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : (
        <AskForm
          what={open}
          payment={payment}
          possible={asks.includes(open)}
          asking={outcome?.status === 'asking'}
          money={money}
          onSubmit={(refund) => void ask(open, refund)}
          onCancel={() => {
            setOpen(undefined);
            setOutcome(undefined);
          }}
        />
      )}
      <PaymentHistory payment={payment} money={money} times={times} now={now} />
      <PaymentLedger payment={payment} from={from} money={money} />
    </>
  );

  function reason({ code }: Refusal): string {
    if (code === 'conflict') return t('payments.refused-conflict');
    if (code === 'forbidden' || code === 'step_up' || code === 'not_found')
      return t('payments.refused-forbidden');
    return code === 'invalid' ? t('payments.refused-invalid') : t('payments.refused-other');
  }
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

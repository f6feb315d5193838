import { Link } from '@tanstack/react-router';
import { limits } from '#domain/security/notable.ts';
import type { SecurityAlert } from '#domain/security/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { AlertGlyph } from '../ui/glyph.tsx';
import { Empty } from '../ui/states.tsx';

interface AlertsProps {
  readonly alerts: readonly SecurityAlert[];
  readonly times: Times;
  readonly now: number;
  readonly nameOf: (account: string) => string;
  readonly busy: boolean;
  readonly onAcknowledge?: (alert: SecurityAlert) => void;
  readonly onReport?: (alert: string) => void;
}

/** What must be looked at, the newest first. */
export function Alerts({ alerts, times, now, nameOf, busy, onAcknowledge, onReport }: AlertsProps) {
  const t = useText();
  const inOrder = alerts.toSorted((a, b) => (a.raisedAt < b.raisedAt ? 1 : -1));
  return (
    <section className="security-part" aria-labelledby="security-alerts">
      <h2 id="security-alerts">{t('security.alerts')}</h2>
      {inOrder.length === 0 ? (
        <Empty title={t('security.alerts-none')}>
          <p>{t('security.alerts-none-text')}</p>
        </Empty>
      ) : (
        <ul className="security-alerts">
          {inOrder.map((alert) => {
            const { id, kind, subject, count, lastAt } = alert;
            const who =
              subject.kind === 'account'
                ? t('security.by-account', { name: nameOf(subject.id) })
                : t('security.by-address', { id: subject.id });
            return (
              <li key={id} className="security-alert">
                <AlertGlyph />
                <div className="security-alert-text">
                  <strong>
                    {t(`security.kind-${kind}`)} ({t(`security.code-${kind}`)})
                  </strong>
                  <span>{who}</span>
                  <span className="security-quiet">
                    {t('security.count', { count, minutes: limits[kind].minutes })}
                    {' · '}
                    {t('security.last', { time: times.moment(lastAt, now) })}
                  </span>
                </div>
                <div className="security-buttons">
                  {subject.kind === 'account' && (
                    <Link to="/admin/audit" search={{ who: subject.id }} className="security-link">
                      {t('security.in-audit')}
                    </Link>
                  )}
                  {onReport !== undefined && (
                    <button type="button" onClick={() => onReport(id)}>
                      {t('security.report-about')}
                    </button>
                  )}
                  {onAcknowledge !== undefined && (
                    <button
                      type="button"
                      className="primary"
                      disabled={busy}
                      onClick={() => onAcknowledge(alert)}
                    >
                      {t('security.acknowledge')}
                    </button>
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { alertTransitions } from '#domain/alerts/decide.ts';
import { alertsModule } from '#domain/alerts/module.ts';
import type { Alert, UnitAlerts } from '#domain/alerts/schema.ts';
import { millis } from '#domain/instant.ts';
import type { BoardView } from '../app/board-view.ts';
import { mayAsk } from '../app/may-ask.ts';
import { ExportButton } from '../export/export-button.tsx';
import { confirmedFreshness } from '../export/exportable.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import type { UnitPlace } from '../places/places.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { AlertGlyph, PendingGlyph } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import { alertsExport } from './board-export.ts';

interface AlertListProps {
  readonly unit: UnitPlace;
  readonly topic: string;
  readonly view: BoardView;
  readonly times: Times;
  readonly now: number;
}

/** What somebody at the unit must act on: who, since when, and the answers this person may give. */
export function AlertList({ unit, topic, view, times, now }: AlertListProps) {
  const t = useText();
  const reading = useTopic<UnitAlerts>(topic);
  const alerts = Object.values(reading.state?.alerts ?? {}).sort(
    (a, b) => a.status.localeCompare(b.status) * -1 || a.raisedAt.localeCompare(b.raisedAt),
  );
  useNewAlerts(reading.state);
  if (reading.status === 'missing') return null;
  return (
    <section className="alerts" aria-labelledby="alerts-heading">
      <h2 id="alerts-heading" className={alerts.length === 0 ? 'alerts-heading-none' : undefined}>
        {alerts.length === 0 && reading.state !== undefined ? t('alerts.none') : t('alerts.title')}
      </h2>
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="alerts-stale">{t('alerts.stale', { time: times.moment(reading.confirmedAt, now) })}</p>
      )}
      <ul>
        {alerts.map((alert) => (
          <AlertRow key={alert.id} alert={alert} unit={unit} view={view} times={times} now={now} />
        ))}
      </ul>
      {alerts.length > 0 && (
        <ExportButton
          what={t('alerts.title')}
          table={() =>
            alertsExport(t, alerts, {
              title: `${unit.name}: ${t('alerts.title')}`,
              filter: '',
              topic,
              freshness: (at) => confirmedFreshness(reading.confirmedAt, at),
            })
          }
        />
      )}
    </section>
  );
}

function AlertRow({ alert, unit, view, times, now }: Omit<AlertListProps, 'topic'> & { alert: Alert }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const session = useStore(live.session);
  const [pending, setPending] = useState(false);
  const grants = typeof session === 'string' ? [] : session.grants;
  const bed = alert.about.name;
  const reason = t(`reason.${alert.reason}`);
  const may = mayAsk(alertsModule, 'alert.acknowledge', { grants, path: unit.path.map(({ id }) => id) });
  const can = (to: Alert['status']) => may && alertTransitions[alert.status].includes(to);
  const answer = async (type: 'acknowledge' | 'resolve') => {
    setPending(true);
    const data = { unit: unit.id, alert: alert.id };
    const result = await live.send({ type: `alert.${type}`, data, expect: alert.version });
    setPending(false);
    announce(result.ok ? t(`alerts.done-${type}`, { bed }) : t('alerts.refused'));
  };
  return (
    <li className={`alert alert-${alert.status}`} data-testid={`alert-${alert.id}`}>
      <AlertGlyph taken={alert.status !== 'raised'} />
      <div className="alert-what">
        <p>
          {alert.about.kind === 'access' ? (
            <strong>{bed}</strong>
          ) : (
            <Link
              to="/units/$unit/beds"
              params={{ unit: unit.id }}
              search={{ ...view, bed: alert.about.id }}
              resetScroll={false}
              preload={false}
            >
              {bed}
            </Link>
          )}{' '}
          {reason}
        </p>
        {alert.emergency && (
          <p className="alert-emergency">
            {t(`emergency-reason.${alert.emergency.reason}`)},{' '}
            {alert.emergency.endedAt === undefined
              ? t('alerts.access-until', { time: times.clock(alert.emergency.until) })
              : t('alerts.access-ended', { time: times.clock(alert.emergency.endedAt) })}
          </p>
        )}
        <p className="alert-who">
          <strong>{t('alerts.owner', { role: t(`role.${alert.owner}`) })}</strong>
          <span>
            {t('alerts.raised', { age: times.length(now - millis(alert.raisedAt)) ?? t('age.now') })}
          </span>
          {alert.acknowledgedBy && (
            <span>{t('alerts.acknowledged', { name: sourceName(t, alert.acknowledgedBy) })}</span>
          )}
        </p>
      </div>
      {pending && (
        <span className="bed-pending">
          <PendingGlyph />
          {t('pending.short')}
        </span>
      )}
      <div className="alert-answers">
        {can('acknowledged') && (
          <button
            type="button"
            disabled={pending}
            aria-label={t('alerts.acknowledge-named', { bed, reason })}
            onClick={() => void answer('acknowledge')}
          >
            {t('alerts.acknowledge')}
          </button>
        )}
        {can('resolved') && (
          <button
            type="button"
            disabled={pending}
            aria-label={t('alerts.resolve-named', { bed, reason })}
            onClick={() => void answer('resolve')}
          >
            {t('alerts.resolve')}
          </button>
        )}
      </div>
    </li>
  );
}

/** Says aloud what was raised since the board was opened; what stood there already is read like everything else. */
function useNewAlerts(state: UnitAlerts | undefined): void {
  const t = useText();
  const announce = useAnnounce();
  const known = useRef<ReadonlySet<string>>(undefined);
  useEffect(() => {
    if (state === undefined) return;
    const raised = Object.values(state.alerts).filter(({ status }) => status === 'raised');
    const before = known.current;
    known.current = new Set(raised.map(({ id, raisedAt }) => `${id} ${raisedAt}`));
    if (before === undefined) return;
    const fresh = raised.filter(({ id, raisedAt }) => !before.has(`${id} ${raisedAt}`));
    if (fresh.length === 0) return;
    const texts = fresh.map(({ about, reason }) =>
      t('alerts.new', { bed: about.name, reason: t(`reason.${reason}`) }),
    );
    announce(texts.join('. '), 'assertive');
  }, [state, announce, t]);
}

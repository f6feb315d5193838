import { Link } from '@tanstack/react-router';
import { incidentStatuses } from '#domain/security/incident-states.ts';
import { type Incident, severities } from '#domain/security/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { IncidentMark } from './incident-mark.tsx';

interface IncidentsProps {
  readonly incidents: readonly Incident[];
  readonly times: Times;
  readonly now: number;
  readonly onReport?: () => void;
}

/** Incidents: the open ones first, of those the gravest. */
export function Incidents({ incidents, times, now, onReport }: IncidentsProps) {
  const t = useText();
  const inOrder = incidents.toSorted(
    (a, b) =>
      incidentStatuses.indexOf(a.status) - incidentStatuses.indexOf(b.status) ||
      severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
      (a.reportedAt < b.reportedAt ? 1 : -1),
  );
  return (
    <section className="security-part" aria-labelledby="security-incidents">
      <div className="security-part-head">
        <h2 id="security-incidents">{t('security.incidents')}</h2>
        {onReport !== undefined && (
          <button type="button" onClick={onReport}>
            {t('security.report')}…
          </button>
        )}
      </div>
      {inOrder.length === 0 ? (
        <Empty title={t('security.incidents-none')}>
          <p>{t('security.incidents-none-text')}</p>
        </Empty>
      ) : (
        <ul className="security-incidents">
          {inOrder.map(({ id, title, kind, severity, status, reportedAt, reportedBy }) => (
            <li key={id} className="security-incident">
              <Link to="/admin/security" search={{ incident: id }} resetScroll={false}>
                <strong>{title ?? t('security.erased')}</strong>
              </Link>
              <IncidentMark status={status} />
              <span className={`security-severity security-severity-${severity}`}>
                {t(`security.severity-${severity}`)}
              </span>
              <span>{t(`security.incident-${kind}`)}</span>
              <span className="security-quiet">
                {t('security.by', { name: sourceName(t, reportedBy), time: times.moment(reportedAt, now) })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

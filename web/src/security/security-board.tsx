import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Directory } from '#domain/people/schema.ts';
import { securityModule } from '#domain/security/module.ts';
import type { Security } from '#domain/security/schema.ts';
import { mayAsk } from '../app/may-ask.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Loading } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Alerts } from './alerts.tsx';
import { Answer } from './answer.tsx';
import { IncidentPanel } from './incident-panel.tsx';
import { Incidents } from './incidents.tsx';
import { ReportPanel } from './report-panel.tsx';
import type { SecurityPlace } from './security-place.ts';
import type { SecurityView } from './security-view.ts';
import './security.css';

const route = getRouteApi('/admin/security');

/** What the audit tells of that somebody must look at, and the incidents. */
export function SecurityBoard({ place, otherwise }: { place: SecurityPlace; otherwise: ReactNode }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(1000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const heading = usePageHeading(t('security.title'));
  const session = useStore(useLive().session);
  const reading = useTopic<Security>(place.topic);
  const directory = useTopic<Directory>(place.topic.replace(/security$/, 'directory'));
  const { ask, asked } = useAsk();
  if (reading.status === 'missing') return otherwise;
  const { state } = reading;
  const change = (search: SecurityView) => void navigate({ search, resetScroll: false });
  const asking = { grants: typeof session === 'string' ? [] : session.grants, path: place.path };
  const may = mayAsk(securityModule, 'incident.report', asking);
  const nameOf = (account: string) => directory.state?.people[account]?.name ?? account;
  const shown = { times, now, nameOf };
  return (
    <div className="security">
      <header className="security-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('security.title')}
        </h1>
        <p className="security-quiet">{place.organisation}</p>
      </header>
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="security-stale">
          {t('security.stale', { time: times.moment(reading.confirmedAt, now) })}
        </p>
      )}
      {state === undefined ? (
        <Loading title={t('security.loading')} />
      ) : (
        <>
          <Answer asked={asked} />
          <Alerts
            alerts={Object.values(state.alerts)}
            {...shown}
            busy={asked?.status === 'asking'}
            {...(may
              ? {
                  onAcknowledge: ({ id, version }) =>
                    void ask('security.acknowledge', { alert: id }, t('security.acknowledged'), version),
                  onReport: (alert) => change({ report: alert }),
                }
              : {})}
          />
          <Incidents
            incidents={Object.values(state.incidents)}
            {...shown}
            {...(may ? { onReport: () => change({ report: '' }) } : {})}
          />
          {view.incident !== undefined && (
            <IncidentPanel
              key={view.incident}
              incident={state.incidents[view.incident]}
              may={may}
              {...shown}
              onClose={() => change({})}
            />
          )}
          {view.report !== undefined && may && (
            <ReportPanel
              alert={state.alerts[view.report]}
              {...shown}
              onClose={() => change({})}
              onReported={(incident) => change({ incident })}
            />
          )}
        </>
      )}
    </div>
  );
}

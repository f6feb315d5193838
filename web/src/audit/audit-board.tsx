import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { usePageHeading } from '../app/page.tsx';
import { save } from '../export/write-file.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { AuditRows } from './audit-rows.tsx';
import { AuditSearch } from './audit-search.tsx';
import { auditQuery } from './audit-view.ts';
import { IntegrityMark } from './integrity-mark.tsx';
import { useAudit, useIntegrity } from './use-audit.ts';
import './audit.css';

const route = getRouteApi('/admin/audit');

/** Who did what, when, and how it ended; and that nobody has touched it since. */
export function AuditBoard({ organisation }: { organisation: string }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const times = useTimes();
  const now = useNow(1000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const heading = usePageHeading(t('audit.title'));
  const audit = useAudit(view);
  const integrity = useIntegrity(5_000);
  const [exporting, setExporting] = useState<'no' | 'running' | 'failed'>('no');

  async function take() {
    setExporting('running');
    const answer = await live.ask('GET', `/api/v1/audit/export?${auditQuery(view, { format: 'fhir' })}`);
    setExporting(answer.ok ? 'no' : 'failed');
    if (!answer.ok) return;
    save(new Blob([JSON.stringify(answer.result)], { type: 'application/fhir+json' }), 'audit.fhir.json');
    announce(t('audit.exported'));
  }

  return (
    <div className="audit">
      <header className="audit-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('audit.title')}
        </h1>
        <p className="audit-quiet">{organisation}</p>
        <IntegrityMark integrity={integrity} times={times} now={now} />
        <button type="button" disabled={exporting === 'running'} onClick={() => void take()}>
          {t(exporting === 'running' ? 'audit.exporting' : 'audit.export')}
        </button>
      </header>
      {exporting === 'failed' && (
        <p className="audit-fault" role="alert">
          {t('audit.export-failed')}
        </p>
      )}
      <AuditSearch
        key={JSON.stringify(view)}
        view={view}
        onSearch={(search) => {
          if (JSON.stringify(search) === JSON.stringify(view)) audit.again();
          else void navigate({ search, resetScroll: false });
        }}
      />
      {audit.status === 'failed' && audit.rows.length === 0 ? (
        <Failure title={t('audit.failed')}>
          <button type="button" onClick={audit.again}>
            {t('audit.again')}
          </button>
        </Failure>
      ) : audit.rows.length === 0 ? (
        audit.status === 'loading' ? (
          <Loading title={t('audit.loading')} />
        ) : (
          <Empty title={t('audit.empty')}>
            <p>{t('audit.empty-text')}</p>
          </Empty>
        )
      ) : (
        <>
          <AuditRows rows={audit.rows} times={times} now={now} />
          {audit.status === 'failed' && (
            <p className="audit-fault" role="alert">
              {t('audit.failed')}
            </p>
          )}
          {audit.next !== undefined && (
            <button type="button" disabled={audit.status === 'loading'} onClick={audit.more}>
              {t('audit.more')}
            </button>
          )}
        </>
      )}
    </div>
  );
}

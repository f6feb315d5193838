import { useEffect, useState } from 'react';
import { z } from 'zod';
import { type Instant, instantOf } from '#domain/instant.ts';
import { processingRecords } from '#domain/privacy/processing.ts';
import { type RetentionKind, retentionRules } from '#domain/privacy/retention.ts';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { type From, processingExport } from './processing-export.ts';

const settingsSchema = z.object({ retention: z.record(z.string(), z.number()) });

/** The records of processing and how long each kind of data is kept, as this installation is set. */
export function ProcessingRecords({ topic, controller }: Pick<From, 'topic' | 'controller'>) {
  const t = useText();
  const live = useLive();
  const [read, setRead] = useState<{ days: Readonly<Record<string, number>>; at: Instant }>();
  useEffect(() => {
    let wanted = true;
    void live.post('/api/v1/privacy/settings').then((answer) => {
      const parsed = settingsSchema.safeParse(answer.ok ? answer.result : undefined);
      if (wanted && parsed.success) setRead({ days: parsed.data.retention, at: instantOf(live.now()) });
    });
    return () => {
      wanted = false;
    };
  }, [live]);
  const days = (kind: RetentionKind): number =>
    read?.days[kind] ?? retentionRules.find((rule) => rule.kind === kind)?.days ?? 0;
  return (
    <>
      <section aria-labelledby="privacy-processing">
        <div className="privacy-head">
          <h2 id="privacy-processing">{t('privacy.processing')}</h2>
          <ExportButton
            what={t('privacy.processing')}
            table={() => processingExport(t, { topic, controller, days, readAt: read?.at })}
          />
        </div>
        <ul className="privacy-cards">
          {processingRecords.map((record) => (
            <li key={record.id} className="privacy-card">
              <h3>{t(`privacy.record-${record.id}`)}</h3>
              <dl>
                <dt>{t('privacy.bases')}</dt>
                <dd>{record.bases.join(', ')}</dd>
                <dt>{t('privacy.subjects')}</dt>
                <dd>{record.subjects.map((one) => t(`privacy.subject-${one}`)).join(', ')}</dd>
                <dt>{t('privacy.categories')}</dt>
                <dd>{record.categories.map((one) => t(`privacy.category-${one}`)).join(', ')}</dd>
                <dt>{t('privacy.recipients')}</dt>
                <dd>{record.recipients.map((one) => t(`privacy.recipient-${one}`)).join(', ')}</dd>
                <dt>{t('privacy.retained')}</dt>
                <dd>{record.retention.map((one) => t(`privacy.retention-${one}`)).join(', ')}</dd>
              </dl>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="privacy-retention">
        <h2 id="privacy-retention">{t('privacy.retention')}</h2>
        <ul className="privacy-list">
          {retentionRules.map(({ kind }) => (
            <li key={kind} className="privacy-row">
              <span>{t(`privacy.retention-${kind}`)}</span>
              <strong>{t('privacy.days', { count: days(kind) })}</strong>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

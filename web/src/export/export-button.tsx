import { useEffect, useRef, useState } from 'react';
import { instantOf } from '#domain/instant.ts';
import { useWallDensity } from '../app/density.ts';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Popover } from '../ui/popover.tsx';
import type { Exportable } from './exportable.ts';
import { fileName, fileOf, save } from './write-file.ts';
import { type ExportFormat, exportFormats, written } from './written.ts';
import './export.css';

/** From when on somebody who waits is told how far it is. */
const tellAfterMs = 300;

interface Progress {
  readonly rows: number;
  readonly of: number;
}

/**
 * Takes a table out as a file, exactly as its viewer has it at that moment. Nothing is asked of the server: what
 * this browser was not sent cannot be in it. It is told, for the audit; whether it hears that or not, the file is made. A wall has nobody who could take a file away.
 */
export function ExportButton<Row>({ what, table }: { what: string; table: () => Exportable<Row> }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const wall = useWallDensity();
  const session = useStore(live.session);
  const topics = useStore(live.topics);
  const running = useRef<AbortController>(undefined);
  const [progress, setProgress] = useState<Progress>();
  const [said, setSaid] = useState('');
  useEffect(() => () => running.current?.abort(), []);

  async function take(format: ExportFormat) {
    const exportable = table();
    const nowMs = live.now();
    const cancel = new AbortController();
    running.current = cancel;
    setSaid('');
    const shown = Array.isArray(topics) ? topics : [];
    const head = {
      title: exportable.title,
      filter: exportable.filter,
      exportedAt: instantOf(nowMs),
      by: typeof session === 'string' ? '' : session.name,
      views: exportable.topics.map((name) =>
        [name, shown.find(({ topic }) => topic === name)?.view]
          .filter((part) => part !== undefined)
          .join(' '),
      ),
      rows: exportable.rows.length,
    };
    const words = {
      table: t('export.table'),
      filter: t('export.filter'),
      exportedAt: t('export.at'),
      by: t('export.by'),
      views: t('export.views'),
      rows: t('export.rows'),
      asOf: t('export.as-of'),
      age: t('export.age'),
      source: t('export.source'),
      freshness: t('export.freshness'),
    };
    for (const topic of exportable.topics)
      void live.post('/api/v1/exports', { topic, rows: exportable.rows.length, format });
    const began = performance.now();
    const file = await fileOf(format, written(format, exportable, head, words, nowMs), {
      signal: cancel.signal,
      onRows(rows) {
        if (performance.now() - began > tellAfterMs) setProgress({ rows, of: head.rows });
      },
    });
    running.current = undefined;
    setProgress(undefined);
    if (file !== undefined) save(file, fileName(exportable.file, format, nowMs));
    const outcome =
      file === undefined ? t('export.cancelled') : t('export.done', { count: exportable.rows.length });
    setSaid(outcome);
    announce(outcome);
  }

  if (wall) return null;
  return (
    <Popover
      className="export"
      label={t('export.of', { what })}
      button={<span aria-hidden="true">{t('export.button')}</span>}
    >
      <p>{t('export.what')}</p>
      <div className="export-ways">
        {progress === undefined ? (
          exportFormats.map((format) => (
            <button key={format} type="button" onClick={() => void take(format)}>
              {t(`export.${format}`)}
            </button>
          ))
        ) : (
          <>
            <progress
              value={progress.rows}
              max={progress.of}
              aria-label={t('export.progress', { rows: progress.rows, count: progress.of })}
            />
            <button type="button" onClick={() => running.current?.abort()}>
              {t('app.cancel')}
            </button>
          </>
        )}
      </div>
      {said !== '' && <p className="export-said">{said}</p>}
    </Popover>
  );
}

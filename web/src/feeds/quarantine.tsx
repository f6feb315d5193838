import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { feedsModule } from '#domain/feeds/module.ts';
import type { Entry, Feeds } from '#domain/feeds/schema.ts';
import { millis } from '#domain/instant.ts';
import { type Asking, mayAsk } from '../app/may-ask.ts';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Field } from '../ui/field.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { type From, quarantineExport } from './feeds-export.ts';
import { codesText, readSourcesView, type SourcesView, shownEntries } from './sources-view.ts';

interface QuarantineProps {
  readonly state: Feeds;
  readonly view: SourcesView;
  readonly asking: Pick<Asking, 'grants' | 'path'>;
  readonly times: Times;
  readonly now: number;
  readonly from: From;
  readonly onChange: (view: SourcesView) => void;
}

/** How many rows are on the page; whoever has more waiting narrows it down or mends a place for all of them. */
const mostRows = 200;

/** The messages that could not be applied, with the reason, the place and what they name. */
export function Quarantine({ state, view, asking, times, now, from, onChange }: QuarantineProps) {
  const t = useText();
  const { ask, asked } = useAsk();
  const all = Object.values(state.quarantine);
  const shown = shownEntries(all, view);
  const codes = [...new Set(all.map(({ fault }) => fault.code))].sort();
  const replayable = shown.some(({ status }) => status === 'waiting');
  return (
    <section className="feeds-quarantine" aria-labelledby="feeds-quarantine">
      <h2 id="feeds-quarantine">{t('feeds.quarantine')}</h2>
      <p className="feeds-quiet">{t('feeds.quarantine-text')}</p>
      {all.length === 0 ? (
        <Empty title={t('feeds.quarantine-empty')} />
      ) : (
        <>
          <div className="feeds-controls">
            <Field label={t('feeds.filter-source')}>
              {(control) => (
                <select
                  {...control}
                  value={view.from ?? ''}
                  onChange={({ target }) =>
                    onChange(readSourcesView({ ...view, from: target.value || undefined }))
                  }
                >
                  <option value="">{t('feeds.filter-all')}</option>
                  {Object.values(state.feeds).map((feed) => (
                    <option key={feed.id} value={feed.id}>
                      {feed.name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={t('feeds.filter-reason')}>
              {(control) => (
                <select
                  {...control}
                  value={view.code ?? ''}
                  onChange={({ target }) =>
                    onChange(readSourcesView({ ...view, code: target.value || undefined }))
                  }
                >
                  <option value="">{t('feeds.filter-all')}</option>
                  {codes.map((code) => (
                    <option key={code} value={code}>
                      {t(reasonKey(code))}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <p>{t('feeds.shown', { count: shown.length })}</p>
            <ExportButton
              what={t('feeds.quarantine')}
              table={() => quarantineExport(t, state, shown, chosenBy(), from)}
            />
            {replayable && view.from !== undefined && mayAsk(feedsModule, 'quarantine.replay', asking) && (
              <button
                type="button"
                disabled={asked?.status === 'asking'}
                onClick={() =>
                  void ask(
                    'quarantine.replay',
                    { which: { kind: 'feed', feed: view.from } },
                    t('feeds.replay-asked'),
                  )
                }
              >
                {t('feeds.replay-all')}
              </button>
            )}
          </div>
          <Answer asked={asked} />
          {shown.length === 0 ? (
            <Empty title={t('feeds.none-match')} />
          ) : (
            <ul className="feeds-entries">
              {shown.slice(0, mostRows).map((entry) => (
                <EntryRow
                  key={entry.id}
                  entry={entry}
                  name={state.feeds[entry.feed]?.name ?? entry.feed}
                  view={view}
                  age={times.length(now - millis(entry.receivedAt))}
                />
              ))}
            </ul>
          )}
          {shown.length > mostRows && <p>{t('feeds.more', { count: shown.length - mostRows })}</p>}
        </>
      )}
    </section>
  );

  /** The filter in words, for whoever reads the file later. */
  function chosenBy(): string {
    return [
      ...(view.from === undefined
        ? []
        : [`${t('feeds.filter-source')}: ${state.feeds[view.from]?.name ?? view.from}`]),
      ...(view.code === undefined ? [] : [`${t('feeds.filter-reason')}: ${t(reasonKey(view.code))}`]),
    ].join(', ');
  }
}

const EntryRow = memo(function EntryRow({
  entry,
  name,
  view,
  age,
}: {
  entry: Entry;
  name: string;
  view: SourcesView;
  age: string | undefined;
}) {
  const t = useText();
  const { id, fault, trigger, controlId, receivedAt, status, attempts } = entry;
  return (
    <li className="feeds-entry" data-testid={`entry-${id}`}>
      <Link to="/sources" search={{ ...view, entry: id }} resetScroll={false} preload={false}>
        <strong>{t(reasonKey(fault.code))}</strong>
        {fault.position !== undefined && <span className="feeds-position">{fault.position}</span>}
      </Link>
      <code className="feeds-location">{fault.location === undefined ? '' : codesText(fault.location)}</code>
      <span className="feeds-message">
        {trigger === undefined ? controlId : `${trigger} · ${controlId}`}
        {' · '}
        {name}
      </span>
      <span className="feeds-tries">
        {status === 'replaying' ? (
          <>
            <PendingGlyph />
            {t('feeds.replaying')}
          </>
        ) : (
          t('feeds.tries', { count: attempts })
        )}
      </span>
      <time className="feeds-age" dateTime={receivedAt}>
        {age === undefined ? t('age.now') : t('age.ago', { age })}
      </time>
    </li>
  );
});

const reasons = ['100', '101', '102', '103', '104', '200', '201', '202', '203', '204', '205', '207'] as const;

/** The text of a code of HL7 table 0357, as far as messages are refused with it. */
export function reasonKey(code: string): `feeds.reason-${(typeof reasons)[number] | 'other'}` {
  const known = reasons.find((one) => one === code);
  return `feeds.reason-${known ?? 'other'}`;
}

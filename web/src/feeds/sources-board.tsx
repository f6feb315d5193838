import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Feed, Feeds } from '#domain/feeds/schema.ts';
import { usePageHeading } from '../app/page.tsx';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { EntryPanel } from './entry-panel.tsx';
import { sourcesExport } from './feeds-export.ts';
import type { FeedsPlace } from './feeds-place.ts';
import { Quarantine } from './quarantine.tsx';
import { SourceList } from './source-list.tsx';
import { SourcePanel } from './source-panel.tsx';
import type { SourcesView } from './sources-view.ts';
import './feeds.css';

const route = getRouteApi('/sources');

/** Every source with when it was last heard, and the messages of all of them that wait. */
export function SourcesBoard({ place, otherwise }: { place: FeedsPlace; otherwise: ReactNode }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(1000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const heading = usePageHeading(t('feeds.title'));
  const session = useStore(useLive().session);
  const reading = useTopic<Feeds>(place.topic);
  if (reading.status === 'missing') return otherwise;
  const { state } = reading;
  const change = (search: SourcesView) => void navigate({ search, resetScroll: false });
  const asking = { grants: typeof session === 'string' ? [] : session.grants, path: place.path };
  const from = { topic: place.topic, confirmedAt: reading.confirmedAt };
  const close = () => change({ ...view, source: undefined, entry: undefined });
  return (
    <div className="feeds">
      <header className="feeds-head">
        <h1 ref={heading} tabIndex={-1}>
          {t('feeds.title')}
        </h1>
        <p className="feeds-where">{place.organisation}</p>
        {state !== undefined && (
          <ExportButton what={t('feeds.title')} table={() => sourcesExport(t, state, inOrder(state), from)} />
        )}
      </header>
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="feeds-stale">{t('feeds.stale', { time: times.moment(reading.confirmedAt, now) })}</p>
      )}
      {state === undefined ? (
        <Loading title={t('feeds.loading')} />
      ) : Object.keys(state.feeds).length === 0 ? (
        <Empty title={t('feeds.empty')}>
          <p>{t('feeds.empty-text')}</p>
        </Empty>
      ) : (
        <>
          <SourceList state={state} feeds={inOrder(state)} view={view} times={times} now={now} />
          <Quarantine
            state={state}
            view={view}
            asking={asking}
            times={times}
            now={now}
            from={from}
            onChange={change}
          />
        </>
      )}
      {state !== undefined && view.source !== undefined && (
        <SourcePanel
          key={view.source}
          id={view.source}
          state={state}
          asking={asking}
          times={times}
          now={now}
          onClose={close}
        />
      )}
      {state !== undefined && view.entry !== undefined && (
        <EntryPanel
          key={view.entry}
          id={view.entry}
          state={state}
          asking={asking}
          times={times}
          now={now}
          onClose={close}
        />
      )}
    </div>
  );
}

function inOrder({ feeds }: Feeds): Feed[] {
  return Object.values(feeds).sort((a, b) => a.name.localeCompare(b.name));
}

import type { TopicList } from '#domain/protocol.ts';
import type { Walls } from '#domain/walls/schema.ts';
import { Page, usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Empty, Failure, Forbidden, Loading } from '../ui/states.tsx';
import { ApproveForm } from './approve-form.tsx';
import { WallRow } from './wall-row.tsx';
import './walls.css';

/** The displays of an organisation, for those who look after them. */
export function DisplaysPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading') return <Loading title={t('walls.admin-loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('walls.admin-title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const listed = topics.find(({ topic }) => /^org\/[^/]+\/walls$/.test(topic));
  if (listed === undefined) {
    return (
      <Page title={t('walls.admin-title')}>
        <Forbidden title={t('forbidden.title')}>
          <p>{t('walls.admin-forbidden')}</p>
        </Forbidden>
      </Page>
    );
  }
  return <Displays topic={listed.topic} topics={topics} />;
}

function Displays({ topic, topics }: { topic: string; topics: TopicList['topics'] }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(5000);
  const heading = usePageHeading(t('walls.admin-title'));
  const { state, status, confirmedAt } = useTopic<Walls>(topic);
  const walls = Object.values(state?.walls ?? {}).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className="page walls">
      <header className="walls-head">
        <h1 ref={heading} tabIndex={-1} className="page-title">
          {t('walls.admin-title')}
        </h1>
        <p className="walls-quiet">{t('walls.admin-intro')}</p>
      </header>
      {status === 'behind' && confirmedAt !== undefined && (
        <p className="walls-stale">{t('walls.admin-stale', { time: times.moment(confirmedAt, now) })}</p>
      )}
      <ApproveForm topics={topics} />
      {state === undefined ? (
        <Loading title={t('walls.admin-loading')} />
      ) : walls.length === 0 ? (
        <Empty title={t('walls.admin-empty')}>
          <p>{t('walls.admin-empty-text', { address: `${globalThis.location.host}/pair` })}</p>
        </Empty>
      ) : (
        <section aria-label={t('walls.list')}>
          <h2 className="walls-title">{t('walls.list')}</h2>
          <ul className="walls-list">
            {walls.map((wall) => (
              <WallRow key={wall.id} wall={wall} contact={state.contacts[wall.id]} times={times} now={now} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

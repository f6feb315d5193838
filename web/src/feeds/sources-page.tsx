import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { feedsPlace } from './feeds-place.ts';
import { SourcesBoard } from './sources-board.tsx';

/** The systems that state facts, once it is known that this person may look at them. */
export function SourcesPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading') return <Loading title={t('feeds.loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('feeds.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const place = feedsPlace(topics);
  return place === undefined ? <NotForYou /> : <SourcesBoard place={place} otherwise={<NotForYou />} />;
}

function NotForYou() {
  const t = useText();
  return (
    <Page title={t('feeds.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('feeds.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}

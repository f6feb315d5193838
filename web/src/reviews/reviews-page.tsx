import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { ReviewsBoard } from './reviews-board.tsx';

/** The emergency accesses of the organisation, once it is known that this person reviews them. */
export function ReviewsPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading') return <Loading title={t('reviews.loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('reviews.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const place = topics.find(({ topic }) => /^org\/[^/]+\/reviews$/.test(topic));
  const notForYou = (
    <Page title={t('reviews.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('reviews.forbidden')}</p>
      </Forbidden>
    </Page>
  );
  return place === undefined ? notForYou : <ReviewsBoard topic={place.topic} otherwise={notForYou} />;
}

import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { SecurityBoard } from './security-board.tsx';
import { securityPlace } from './security-place.ts';

/** Security of the organisation, once it is known that this person may look at it. */
export function SecurityPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading') return <Loading title={t('security.loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('security.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const place = securityPlace(topics);
  return place === undefined ? <NotForYou /> : <SecurityBoard place={place} otherwise={<NotForYou />} />;
}

function NotForYou() {
  const t = useText();
  return (
    <Page title={t('security.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('security.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}

import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { PaymentsBoard } from './payments-board.tsx';
import { paymentsPlace } from './payments-place.ts';

/** The payments of the organisation, once it is known that this person may look at them. */
export function PaymentsPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading') return <Loading title={t('payments.loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('payments.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const place = paymentsPlace(topics);
  return place === undefined ? <NotForYou /> : <PaymentsBoard place={place} otherwise={<NotForYou />} />;
}

function NotForYou() {
  const t = useText();
  return (
    <Page title={t('payments.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('payments.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}

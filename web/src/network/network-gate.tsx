import type { ReactNode } from 'react';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { type AttestingFacility, useAttestingFacilities } from './attesting-facilities.ts';

/** What of the network somebody may see, once that is known: with its facilities and what it is called. */
export function NetworkGate({
  children,
}: {
  children: (places: readonly AttestingFacility[], title: string) => ReactNode;
}) {
  const t = useText();
  const topics = useStore(useLive().topics);
  const facilities = useAttestingFacilities();
  if (topics === 'loading') return <Loading />;
  if ('error' in topics) {
    return (
      <Page title={t('network.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const whole = topics.some(({ topic }) => topic === 'network/availability');
  if (facilities.length === 0 && !whole) return <NoNetwork />;
  return children(facilities, whole ? t('network.title') : t('network.own-title'));
}

/** There is nothing of the network for whoever looks. */
export function NoNetwork() {
  const t = useText();
  return (
    <Page title={t('network.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('network.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}

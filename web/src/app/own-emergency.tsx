import { lazy, Suspense } from 'react';
import type { User } from '#domain/people/schema.ts';
import { WithPageTexts } from '../language/language.tsx';
import { useTopic } from '../live/hooks.ts';
import type { SignedIn } from '../live/live.ts';

const EmergencyBanner = lazy(() =>
  import('../emergency/emergency-banner.tsx').then((module) => ({ default: module.EmergencyBanner })),
);

/** Says across every page that one has emergency access, as long as one has. Fetched by those alone who do. */
export function OwnEmergency({ who }: { who: SignedIn }) {
  const { state } = useTopic<User>(`user/${who.id}`);
  const items = Object.values(state?.emergency ?? {});
  if (items.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <WithPageTexts of={['emergency']}>
        <EmergencyBanner items={items} />
      </WithPageTexts>
    </Suspense>
  );
}

import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { isWall } from '../app/kiosk-browser.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useFacilities } from '../places/use-facilities.ts';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { Board } from './board.tsx';

const UnitGlass = lazy(async () => ({ default: (await import('./unit-glass.tsx')).UnitGlass }));

const route = getRouteApi('/units/$unit/beds');

/** The bed board of a unit, once it is known that this person may look at it. */
export function BoardPage() {
  const t = useText();
  const { unit: id } = route.useParams();
  const session = useStore(useLive().session);
  const wall = typeof session !== 'string' && isWall(session);
  const facilities = useFacilities();
  if (facilities === 'loading') return <Loading title={t('board.loading')} />;
  if ('error' in facilities) {
    return (
      <Page title={t('units.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const facility = facilities.find(({ units }) => units.some((unit) => unit.id === id));
  const unit = facility?.units.find((one) => one.id === id);
  if (facility === undefined || unit === undefined) return <NoBoard />;
  if (wall) {
    return (
      <Suspense fallback={<Loading title={t('board.loading')} />}>
        <UnitGlass facility={facility} unit={unit} />
      </Suspense>
    );
  }
  return <Board key={id} facility={facility} unit={unit} otherwise={<NoBoard />} />;
}

function NoBoard() {
  const t = useText();
  return (
    <Page title={t('units.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('forbidden.unit')}</p>
      </Forbidden>
    </Page>
  );
}

import { Navigate, Outlet, useMatches } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { WithPageTexts } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Loading } from '../ui/states.tsx';
import { isWall, wasWall } from './kiosk-browser.ts';
import { Overlays } from './overlays.tsx';
import { Arrival } from './page.tsx';
import { Shell } from './shell.tsx';

const SignIn = lazy(async () => ({ default: (await import('../sign-in/sign-in.tsx')).SignIn }));

/** The page, and what may come over any of them. */
export function Root() {
  return (
    <>
      <Screen />
      <Overlays />
    </>
  );
}

/**
 * Every page stands behind the sign-in but those that say that they are open. The address stays, so that one is where one
 * wanted to be afterwards.
 */
function Screen() {
  const session = useStore(useLive().session);
  const routes = useMatches({ select: (matches) => matches.map(({ staticData }) => staticData) });
  const words = routes.flatMap((route) => route.words ?? []);
  const page = (
    <Suspense fallback={<Loading />}>
      <WithPageTexts of={words}>
        <Outlet />
      </WithPageTexts>
    </Suspense>
  );
  if (typeof session !== 'string' && isWall(session)) {
    return (
      <Suspense fallback={<Loading />}>
        <Kiosk who={session}>{page}</Kiosk>
      </Suspense>
    );
  }
  if (routes.some(({ open }) => open)) return <OpenPage>{page}</OpenPage>;
  if (session === 'unknown') return <Loading />;
  if (session === 'signed-out') {
    if (wasWall()) return <Navigate to="/pair" replace />;
    return (
      <Suspense fallback={<Loading />}>
        <WithPageTexts of={['sign-in']}>
          <SignIn />
        </WithPageTexts>
      </Suspense>
    );
  }
  return (
    <Arrival>
      <Shell who={session}>{page}</Shell>
    </Arrival>
  );
}

const Kiosk = lazy(async () => ({ default: (await import('./kiosk.tsx')).Kiosk }));

/** A page without what is around the others: whoever looks at it may be nobody we know. */
function OpenPage({ children }: { children: ReactNode }) {
  return (
    <Arrival>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </Arrival>
  );
}

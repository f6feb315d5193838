import { Navigate, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { boardOfWall } from './board-of-wall.ts';
import { ContactBanner } from './contact-banner.tsx';
import { rememberWall } from './kiosk-browser.ts';
import { Arrival } from './page.tsx';
import './kiosk.css';

/** A display with its one board: no navigation, no way out, and whatever address it was opened at, the board. */
export function Kiosk({ who, children }: { who: SignedIn; children: ReactNode }) {
  useEffect(() => {
    rememberWall(true);
    document.documentElement.toggleAttribute('data-kiosk', true);
    return () => document.documentElement.removeAttribute('data-kiosk');
  }, []);
  return (
    <Arrival>
      <ContactBanner />
      <main id="content" tabIndex={-1}>
        <OneBoard who={who}>{children}</OneBoard>
      </main>
    </Arrival>
  );
}

function OneBoard({ who, children }: { who: SignedIn; children: ReactNode }) {
  const t = useText();
  const topics = useStore(useLive().topics);
  const { pathname } = useLocation();
  if (topics === 'loading') return <Loading />;
  if ('error' in topics) return <Failure title={t('failure.topics')} />;
  const board = boardOfWall(who, topics);
  if (board === undefined) return <Failure title={t('wall.name', { name: who.name })} />;
  return pathname === board ? children : <Navigate to={board} replace />;
}

import { Navigate } from '@tanstack/react-router';
import { useStore } from '../live/hooks.ts';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { UnitsPage } from '../places/units-page.tsx';
import { useSections } from './use-sections.ts';

/** Where one begins: the units, or what there is for whoever has none. */
export function Home() {
  const who = useStore(useLive().session);
  return typeof who === 'string' ? null : <HomeOf who={who} />;
}

function HomeOf({ who }: { who: SignedIn }) {
  const { own } = useSections(who);
  const [first] = own;
  if (first === undefined || own.some(({ href }) => href === '/')) return <UnitsPage />;
  return <Navigate to={first.href} replace />;
}

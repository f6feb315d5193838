import { createContext, type ReactNode, useContext } from 'react';
import type { Live } from './live.ts';

const LiveContext = createContext<Live | undefined>(undefined);

/** Gives everything below it the page's one connection to the server. */
export function LiveProvider({ live, children }: { readonly live: Live; readonly children: ReactNode }) {
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The page's connection to the server. Raises an Error outside of a provider. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error('there is no LiveProvider above this');
  return live;
}

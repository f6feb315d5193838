import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { ExternalStore, TopicReading } from './live.ts';
import { useLive } from './provider.tsx';

/** The value of a store, as it is now and whenever it changes. */
export function useStore<Value>(store: ExternalStore<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/** A topic as this page has it, followed while the component is there. */
export function useTopic<State>(topic: string): TopicReading<State> {
  const live = useLive();
  const store = useMemo(() => live.topic<State>(topic), [live, topic]);
  return useStore(store);
}

/** The server's clock in milliseconds since 1970, told again every so many milliseconds. */
export function useNow(everyMs: number): number {
  const live = useLive();
  const [now, setNow] = useState(() => live.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(live.now()), everyMs);
    return () => clearInterval(timer);
  }, [live, everyMs]);
  return now;
}

import { useMemo, useSyncExternalStore } from 'react';
import type { TopicReading } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { combineStores } from './combined-store.ts';

/** Several topics at once, such as those of every unit of a facility, in the order of their names. */
export function useReadings<State>(topics: readonly string[]): readonly TopicReading<State>[] {
  const live = useLive();
  const list = topics.join(' ');
  const store = useMemo(
    () => combineStores(list === '' ? [] : list.split(' ').map((topic) => live.topic<State>(topic))),
    [live, list],
  );
  return useSyncExternalStore(store.subscribe, store.get);
}

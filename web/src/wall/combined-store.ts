import type { ExternalStore } from '../live/live.ts';

/** Several stores as one. Its value is the same array until one of theirs is another. */
export function combineStores<Value>(
  stores: readonly ExternalStore<Value>[],
): ExternalStore<readonly Value[]> {
  let last: readonly Value[] = [];
  return {
    get: () => {
      const values = stores.map((store) => store.get());
      if (values.length !== last.length || values.some((value, index) => value !== last[index]))
        last = values;
      return last;
    },
    subscribe: (listener) => {
      const stops = stores.map((store) => store.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

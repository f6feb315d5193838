import type { ExternalStore } from './live.ts';

/** A value that tells who listens when it has changed. */
export interface WritableStore<Value> extends ExternalStore<Value> {
  set(value: Value): void;
}

export function createStore<Value>(initial: Value): WritableStore<Value> {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

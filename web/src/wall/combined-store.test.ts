import { expect, it, vi } from 'vitest';
import { combineStores } from './combined-store.ts';

function storeOf<Value>(value: Value) {
  const listeners = new Set<() => void>();
  return {
    listeners,
    set: (next: Value) => {
      value = next;
      for (const listener of listeners) listener();
    },
    get: () => value,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

it('gives the same array until one of its stores changes, and lets go of all of them', () => {
  const [a, b] = [storeOf(1), storeOf(2)];
  const both = combineStores([a, b]);
  const listener = vi.fn();
  const stop = both.subscribe(listener);
  const before = both.get();
  expect(both.get()).toBe(before);
  b.set(3);
  expect(listener).toHaveBeenCalledOnce();
  expect(both.get()).toEqual([1, 3]);
  stop();
  expect([a.listeners.size, b.listeners.size]).toEqual([0, 0]);
});

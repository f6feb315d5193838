import { instantOf } from '#domain/instant.ts';
import { createStore } from './external-store.ts';
import type { Contact, ExternalStore } from './live.ts';

/** How long the server may be silent before nobody believes what is shown. Heads come every 2 s. */
export const silenceMs = 5_000;

/** Watches for silence, whatever the socket says of itself. */
export interface ContactWatch {
  readonly store: ExternalStore<Contact>;
  /** Something has come from the server. */
  heard(): void;
  /** Compares with the clock; called by a timer, and when a page that slept wakes. */
  check(): void;
}

export function createContactWatch(clock: () => number): ContactWatch {
  const store = createStore<Contact>({ status: 'connecting', since: instantOf(clock()) });
  let last = clock();

  function become(status: Contact['status']): void {
    if (store.get().status !== status) store.set({ status, since: instantOf(clock()) });
  }

  return {
    store,
    heard() {
      last = clock();
      become('live');
    },
    check() {
      if (clock() - last > silenceMs) become('lost');
    },
  };
}

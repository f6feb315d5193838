import { instantOf } from '#domain/instant.ts';
import { createStore } from './external-store.ts';
import type { Contact, ExternalStore } from './live.ts';

/** How long the server may be silent before nobody believes what is shown. Heads come every 2 s. */
export const silenceMs = 5_000;

/** Watches for silence, whatever the socket says of itself. */
export interface ContactWatch {
  readonly store: ExternalStore<Contact>;
  /** Begins to wait for the server: silence counts from here. */
  begin(): void;
  /** Something has come from the server. */
  heard(): void;
  /** Compares with the clock; called by a timer, and when a page that slept wakes. */
  check(): void;
}

/** `clock` measures the silence; `now`, the server's clock as far as it is known, dates it. */
export function createContactWatch(clock: () => number, now: () => number = clock): ContactWatch {
  const store = createStore<Contact>({ status: 'connecting', since: instantOf(now()) });
  let last = clock();

  function become(status: Contact['status'], since: number): void {
    if (store.get().status !== status) store.set({ status, since: instantOf(since) });
  }

  return {
    store,
    begin() {
      last = clock();
      become('connecting', now());
    },
    heard() {
      last = clock();
      become('live', now());
    },
    check() {
      // A clock that was put back says nothing of how long it has been: then what is shown is not believed either.
      const silence = Math.abs(clock() - last);
      if (silence > silenceMs) become('lost', now() - silence);
    },
  };
}

import { createStore } from './external-store.ts';
import type { ExternalStore, Idle } from './live.ts';
import type { Page } from './page.ts';

/** Watches over the automatic log-off. The server measures it; the page tells of use, and warns before the end. */
export interface IdleWatch {
  readonly store: ExternalStore<Idle>;
  /** Somebody is signed in, for a session that ends after so many seconds without use, or never. `fresh`: just now. */
  begin(seconds: number | undefined, fresh: boolean): void;
  end(): void;
  /** Looks at the clock. */
  check(): void;
  stop(): void;
}

/** A page tells of use at most so often. */
const tellEveryMs = 60_000;
const warnMs = 60_000;
const tryEveryMs = 2_000;

export function createIdleWatch(options: {
  readonly page: Pick<Page, 'onUse'>;
  readonly clock: () => number;
  /** Tells the server that somebody is there; whether it has heard it. */
  readonly tell: () => Promise<boolean>;
  /** Finds out whether the session has ended. */
  readonly onOver: () => void;
}): IdleWatch {
  const { page, clock, tell, onOver } = options;
  const store = createStore<Idle>({ status: 'used' });
  let limitMs: number | undefined;
  /** When the server last heard of use, and when there was some. */
  let toldAt = 0;
  let usedAt = 0;
  let triedAt = Number.NEGATIVE_INFINITY;

  async function tellNow(): Promise<void> {
    const at = clock();
    // A server that cannot be reached is not asked at every tick; a clock that was put back stops nothing.
    if (Math.abs(at - triedAt) < tryEveryMs) return;
    triedAt = at;
    if (!(await tell().catch(() => false))) return;
    toldAt = Math.max(toldAt, at);
    check();
  }

  const stopUse = page.onUse((at) => {
    usedAt = Math.max(usedAt, at);
    if (limitMs === undefined || store.get().status === 'over') return;
    if (clock() - toldAt >= tellEveryMs || store.get().status === 'warned') void tellNow();
  });

  function check(): void {
    if (limitMs === undefined || store.get().status === 'over') return;
    const now = clock();
    const endsAt = toldAt + limitMs;
    if (now >= endsAt) {
      store.set({ status: 'over', minutes: Math.round(limitMs / 60_000) });
      onOver();
      return;
    }
    // Said while it is news: use of a quarter of an hour ago must not count as use of now.
    if (usedAt > toldAt && now - toldAt >= tellEveryMs && now - usedAt < 2 * tellEveryMs) void tellNow();
    else if (now >= endsAt - Math.min(warnMs, limitMs / 2)) {
      if (store.get().status !== 'warned') store.set({ status: 'warned', endsAt });
    } else if (store.get().status !== 'used') store.set({ status: 'used' });
  }

  return {
    store,
    begin(seconds, fresh) {
      const before = limitMs;
      limitMs = seconds === undefined ? undefined : seconds * 1000;
      if (limitMs === undefined || (before !== undefined && !fresh && store.get().status !== 'over')) return;
      const wasOver = store.get().status === 'over';
      // The server knows of later use than this page does, or it would have ended the session: it has a minute left at least.
      toldAt = wasOver && !fresh ? clock() - limitMs + warnMs : clock();
      usedAt = toldAt;
      store.set({ status: 'used' });
      // Opening a page is use.
      if (!fresh && !wasOver) void tellNow();
    },
    end() {
      limitMs = undefined;
      if (store.get().status === 'warned') store.set({ status: 'used' });
    },
    check,
    stop: stopUse,
  };
}

import type { Page } from './page.ts';

const leavingKey = 'carewall-leaving';
const wakes = ['focus', 'pageshow', 'online'] as const;

/** The page of a browser, as far as there is one. */
export function browserPage(): Page {
  // Where storage is closed to us, the word is kept for as long as the page is.
  let leaving = false;
  return {
    origin: globalThis.location?.origin ?? '',
    onWake(listener) {
      const page = globalThis.document;
      page?.addEventListener('visibilitychange', listener);
      for (const name of wakes) globalThis.addEventListener?.(name, listener);
      return () => {
        page?.removeEventListener('visibilitychange', listener);
        for (const name of wakes) globalThis.removeEventListener?.(name, listener);
      };
    },
    async alone(work) {
      const { locks } = globalThis.navigator ?? {};
      return locks === undefined ? work() : locks.request('carewall-session', work);
    },
    leaving: {
      get() {
        try {
          return leaving || globalThis.localStorage.getItem(leavingKey) !== null;
        } catch {
          return leaving;
        }
      },
      set(next) {
        leaving = next;
        try {
          if (next) globalThis.localStorage.setItem(leavingKey, 'yes');
          else globalThis.localStorage.removeItem(leavingKey);
        } catch {
          // Kept above.
        }
      },
    },
  };
}

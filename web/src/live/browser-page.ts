import type { Page } from './page.ts';

const leavingKey = 'carewall-leaving';
const usedKey = 'carewall-used';
/** How often other pages are told of use: they only need it to the minute. */
const shareUseMs = 5_000;
/** What only a person does. Moving a mouse is not among them: a table that is knocked against moves one. */
const uses = ['pointerdown', 'click', 'keydown', 'wheel', 'touchmove'] as const;
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
    onUse(listener) {
      const page = globalThis.document;
      let shared = 0;
      const onInput = (): void => {
        const at = Date.now();
        listener(at);
        if (at - shared < shareUseMs) return;
        shared = at;
        try {
          globalThis.localStorage.setItem(usedKey, String(at));
        } catch {
          // Each page counts for itself then.
        }
      };
      const onOther = ({ key, newValue }: StorageEvent): void => {
        if (key === usedKey && newValue !== null) listener(Number(newValue));
      };
      for (const name of uses) page?.addEventListener(name, onInput, { capture: true, passive: true });
      globalThis.addEventListener?.('storage', onOther);
      return () => {
        for (const name of uses) page?.removeEventListener(name, onInput, { capture: true });
        globalThis.removeEventListener?.('storage', onOther);
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

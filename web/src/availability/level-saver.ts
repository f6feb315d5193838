import type { Refusal } from '#domain/errors.ts';
import type { LevelOfCare } from '#domain/network/levels.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { createStore } from '../live/external-store.ts';
import type { Contact, ExternalStore, Live } from '../live/live.ts';

/** What a person wants to stand at a level. */
export interface Draft {
  readonly available: number;
  readonly capacity: number;
  readonly validForMinutes: number;
}

/**
 * What becomes of what a person wants. `waiting`: they may go on. `queued`: there is no contact; it is kept, and sent
 * when there is. `conflict`: somebody else said something meanwhile. Nothing is ever shown as saved before the server
 * has said so.
 */
export type Saving =
  | { readonly status: 'idle' }
  | { readonly status: 'waiting' | 'queued' | 'sending' | 'conflict'; readonly draft: Draft }
  | {
      readonly status: 'saved';
      readonly draft: Draft;
      readonly version: number;
      readonly before: number | undefined;
    }
  | { readonly status: 'refused'; readonly draft: Draft; readonly refusal: Refusal };

/** Saves what a person wants of one level by itself, one command at a time. */
export interface LevelSaver extends ExternalStore<Saving> {
  /** The level as the server has it now. */
  see(level: AttestedLevel | undefined): void;
  want(draft: Draft): void;
  /** Sends what is wanted once more, over what somebody else has said meanwhile. */
  insist(): void;
  /** Lets go of what is wanted. */
  drop(): void;
  /** Sends by itself from now on. Gives a function that sends what has not been sent yet, and ends that. */
  start(): () => void;
}

export interface LevelSaverOptions {
  readonly facility: string;
  readonly level: LevelOfCare;
  /** The account that writes: its own words, come back over a lost answer, are no conflict. */
  readonly me: string;
  readonly send: Live['send'];
  readonly contact: ExternalStore<Contact>;
  /** How long a person may go on before it is sent. */
  readonly restMs?: number;
  readonly againMs?: number;
}

export function createLevelSaver(options: LevelSaverOptions): LevelSaver {
  const { facility, level, me, send, contact, restMs = 400, againMs = 5_000 } = options;
  const store = createStore<Saving>({ status: 'idle' });
  let seen: AttestedLevel | undefined;
  /** The version on which what is wanted rests. */
  let base = 0;
  let before: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  let stopped = true;

  function arm(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    const wanted = store.get();
    if (sending || (wanted.status !== 'waiting' && wanted.status !== 'queued')) return;
    const { draft } = wanted;
    // Said before it is tried: a person who sees no word of it would press again. Whoever leaves sees nothing any more.
    if (contact.get().status === 'lost' && !stopped) {
      store.set({ status: 'queued', draft });
      return;
    }
    sending = true;
    store.set({ status: 'sending', draft });
    const answer = await send({
      type: 'availability.attest',
      data: { facility, level, ...draft },
      expect: base,
    });
    sending = false;
    if (answer.ok || (answer.error.code === 'conflict' && alreadySaid(draft))) {
      saved(draft);
      return;
    }
    const current = currentDraft() ?? draft;
    if (answer.error.code === 'unavailable') {
      store.set({ status: 'queued', draft: current });
      if (!stopped) arm(againMs);
    } else if (answer.error.code === 'conflict') store.set({ status: 'conflict', draft: current });
    else store.set({ status: 'refused', draft: current, refusal: answer.error });
  }

  function saved(draft: Draft): void {
    base += 1;
    const current = currentDraft();
    if (current !== undefined && !sameDraft(current, draft)) {
      // They went on meanwhile.
      before = draft.available;
      store.set({ status: 'waiting', draft: current });
      arm(stopped ? 0 : restMs);
      return;
    }
    store.set({ status: 'saved', draft, version: base, before });
  }

  /** The answer to an earlier try was lost on the way, and the server has done it. */
  function alreadySaid(draft: Draft): boolean {
    return seen?.version === base + 1 && seen.source.id === me && sameDraft(seen, draft);
  }

  function currentDraft(): Draft | undefined {
    const state = store.get();
    return state.status === 'idle' ? undefined : state.draft;
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    see(next) {
      seen = next;
      const state = store.get();
      // What was saved has come back, or something newer: from here on the board speaks for itself.
      if (state.status === 'saved' && next !== undefined && next.version > state.version) {
        store.set({ status: 'idle' });
      } else if (state.status === 'conflict' && alreadySaid(state.draft)) saved(state.draft);
    },
    want(draft) {
      const { status } = store.get();
      if (status === 'idle' || status === 'saved' || status === 'refused') {
        base = status === 'saved' ? Math.max(base, seen?.version ?? 0) : (seen?.version ?? 0);
        before = seen?.available;
      }
      // While a command is on its way, what is wanted now waits for its answer; a conflict is the person's to settle.
      const next = status === 'sending' ? 'sending' : status === 'conflict' ? 'conflict' : 'waiting';
      store.set({ status: next, draft });
      if (next === 'waiting') arm(restMs);
    },
    insist() {
      const draft = currentDraft();
      if (draft === undefined) return;
      base = seen?.version ?? 0;
      before = seen?.available;
      store.set({ status: 'waiting', draft });
      void flush();
    },
    drop() {
      clearTimeout(timer);
      store.set({ status: 'idle' });
    },
    start() {
      stopped = false;
      const forget = contact.subscribe(() => {
        if (store.get().status === 'queued' && contact.get().status === 'live') void flush();
      });
      return () => {
        stopped = true;
        forget();
        void flush();
      };
    },
  };
}

function sameDraft(a: Partial<Draft>, b: Draft): boolean {
  return a.available === b.available && a.capacity === b.capacity && a.validForMinutes === b.validForMinutes;
}

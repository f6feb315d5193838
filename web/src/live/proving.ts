import { createStore } from './external-store.ts';
import type { ExternalStore, Proving } from './live.ts';

/** Asks for a proof, once for all that wait for one. */
export interface ProofRequest {
  readonly store: ExternalStore<Proving | undefined>;
  /** Whether it was given. */
  ask(): Promise<boolean>;
  /** Whoever was asked has gone. */
  giveUp(): void;
}

export function createProofRequest(): ProofRequest {
  const store = createStore<Proving | undefined>(undefined);
  let asked: Promise<boolean> | undefined;
  return {
    store,
    ask() {
      asked ??= new Promise<boolean>((resolve) => {
        store.set({
          done(proved) {
            asked = undefined;
            store.set(undefined);
            resolve(proved);
          },
        });
      });
      return asked;
    },
    giveUp: () => store.get()?.done(false),
  };
}

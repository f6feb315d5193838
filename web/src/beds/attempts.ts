import { useCallback, useState } from 'react';
import type { Bed } from '#domain/beds/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import { useLive } from '../live/provider.tsx';
import type { BedAction } from './possible-actions.ts';

/**
 * The last that this person asked of a bed. `pending` is an intent and nothing more: the board shows what the server
 * has committed, never what somebody hopes for.
 */
export type Attempt =
  | { readonly status: 'pending'; readonly action: BedAction; readonly before: Bed }
  | { readonly status: 'done'; readonly action: BedAction }
  | {
      readonly status: 'refused';
      readonly action: BedAction;
      readonly before: Bed;
      readonly refusal: Refusal;
    };

export interface Attempts {
  of(bed: string): Attempt | undefined;
  /** Asks for an action on a bed as the person saw it; gives what came of it. */
  ask(bed: Bed, action: BedAction, data: Record<string, unknown>): Promise<Attempt>;
  forget(bed: string): void;
}

/** What this person has asked on this board, kept while the board is open, whichever bed is looked at. */
export function useAttempts(): Attempts {
  const live = useLive();
  const [attempts, setAttempts] = useState<ReadonlyMap<string, Attempt>>(new Map());
  const put = useCallback((bed: string, attempt: Attempt | undefined) => {
    setAttempts((before) => {
      const next = new Map(before);
      if (attempt === undefined) next.delete(bed);
      else next.set(bed, attempt);
      return next;
    });
  }, []);
  return {
    of: (bed) => attempts.get(bed),
    forget: (bed) => put(bed, undefined),
    ask: async (before, action, data) => {
      put(before.id, { status: 'pending', action, before });
      const answer = await live.send({ type: action.type, data, expect: before.version });
      const attempt: Attempt = answer.ok
        ? { status: 'done', action }
        : { status: 'refused', action, before, refusal: answer.error };
      put(before.id, attempt);
      return attempt;
    },
  };
}

import { useCallback, useState } from 'react';
import type { Refusal } from '#domain/errors.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';

/** The last that this person asked for here, and what came of it. */
export type Asked =
  | { readonly status: 'asking' }
  | { readonly status: 'done'; readonly text: string }
  | { readonly status: 'refused'; readonly refusal: Refusal };

/** Sends commands one at a time and keeps what came of the last. */
export function useAsk() {
  const live = useLive();
  const announce = useAnnounce();
  const [asked, setAsked] = useState<Asked>();
  const ask = useCallback(
    async (type: string, data: Record<string, unknown>, done: string): Promise<boolean> => {
      setAsked({ status: 'asking' });
      const answer = await live.send({ type, data });
      if (!answer.ok) {
        setAsked({ status: 'refused', refusal: answer.error });
        return false;
      }
      setAsked({ status: 'done', text: done });
      announce(done);
      return true;
    },
    [live, announce],
  );
  return { ask, asked, setAsked };
}

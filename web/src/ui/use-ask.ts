import { useCallback, useState } from 'react';
import type { Refusal } from '#domain/errors.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from './announcer.tsx';

/** The last that this person asked for here, and what came of it. */
export type Asked =
  | { readonly status: 'asking' }
  | { readonly status: 'done'; readonly text: string }
  | { readonly status: 'refused'; readonly refusal: Refusal };

/** Asks for something. `done` is what is said once it is; true where it was. `expect` is the version that was seen. */
export type Ask = (
  type: string,
  data: Record<string, unknown>,
  done: string,
  expect?: number,
) => Promise<boolean>;

/** Sends commands one at a time and keeps what came of the last. */
export function useAsk(): {
  readonly ask: Ask;
  readonly asked: Asked | undefined;
  /** Says what came of something that is no command, in the same place. */
  readonly setAsked: (asked: Asked) => void;
} {
  const live = useLive();
  const announce = useAnnounce();
  const [asked, setAsked] = useState<Asked>();
  const ask = useCallback<Ask>(
    async (type, data, done, expect) => {
      setAsked({ status: 'asking' });
      const answer = await live.send({ type, data, ...(expect === undefined ? {} : { expect }) });
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

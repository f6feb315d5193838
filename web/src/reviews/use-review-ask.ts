import { useState } from 'react';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';

/** The last that this person asked for here, and what came of it. */
export type AskedReview =
  | { readonly status: 'asking' }
  | { readonly status: 'done' | 'refused'; readonly text: string };
export type AskReview = (
  type: string,
  data: Record<string, unknown>,
  done: string,
  expect: number,
) => Promise<void>;

/** Sends commands about a review one at a time and keeps what came of the last. */
export function useReviewAsk(): { ask: AskReview; asked: AskedReview | undefined } {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const [asked, setAsked] = useState<AskedReview>();
  return {
    asked,
    async ask(type, data, done, expect) {
      setAsked({ status: 'asking' });
      const answer = await live.send({ type, data, expect });
      if (!answer.ok) return setAsked({ status: 'refused', text: t(refusalKey(answer.error)) });
      setAsked({ status: 'done', text: done });
      announce(done);
    },
  };
}

function refusalKey({ code }: Refusal) {
  switch (code) {
    case 'conflict':
      return 'reviews.refused-conflict';
    case 'forbidden':
    case 'not_found':
    case 'step_up':
      return 'reviews.refused-forbidden';
    default:
      return 'reviews.refused-other';
  }
}

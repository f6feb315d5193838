import { useState } from 'react';
import type { Refusal } from '#domain/errors.ts';
import { useLive } from '../live/provider.tsx';

/** What became of the last that was asked here. */
export type Asked =
  | { readonly status: 'idle' | 'pending' }
  | { readonly status: 'done'; readonly type: string }
  | { readonly status: 'refused'; readonly type: string; readonly refusal: Refusal };

/** Asks the server for one thing at a time, and keeps what came of it until the next. */
export function useRequest(): {
  readonly asked: Asked;
  ask(type: string, data: Record<string, unknown>, expect?: number): Promise<boolean>;
  forget(): void;
} {
  const live = useLive();
  const [asked, setAsked] = useState<Asked>({ status: 'idle' });
  return {
    asked,
    forget: () => setAsked({ status: 'idle' }),
    ask: async (type, data, expect) => {
      setAsked({ status: 'pending' });
      const answer = await live.send({ type, data, ...(expect === undefined ? {} : { expect }) });
      setAsked(answer.ok ? { status: 'done', type } : { status: 'refused', type, refusal: answer.error });
      return answer.ok;
    },
  };
}

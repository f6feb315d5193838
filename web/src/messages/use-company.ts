import { useCallback, useEffect, useRef, useState } from 'react';
import type { Message } from '#domain/conversations/schema.ts';
import { presentMs, typingMs } from '#domain/conversations/signals.ts';
import { useLive } from '../live/provider.tsx';
import { usePageVisible } from './use-conversation.ts';

/** Who else has the conversation in front of them, and who is writing. Both lapse if they are not said again. */
export interface Company {
  readonly here: readonly string[];
  readonly typing: readonly string[];
  /** Says that this person is writing; said often enough, and no more often. */
  sayTyping(): void;
}

type Heard = ReadonlyMap<string, { readonly name: string; readonly until: number }>;
const nobody: Heard = new Map();

/**
 * Hears and says what nobody keeps. `last` is the newest message: its author is not writing it any more.
 * `joined`: before one is in the room nothing said there is heard.
 */
export function useCompany(conversation: string, last: Message | undefined, joined: boolean): Company {
  const live = useLive();
  const visible = usePageVisible();
  const topic = `conversation/${conversation}`;
  const [typing, setTyping] = useState(nobody);
  const [here, setHere] = useState(nobody);
  const lastSaid = useRef(0);

  useEffect(() => {
    const stop = live.onSignal(topic, ({ type, by }) => {
      const add = (ms: number) => (before: Heard) =>
        new Map(before).set(by.id, { name: by.name, until: Date.now() + ms });
      setHere(add(presentMs));
      if (type === 'conversation.typing') setTyping(add(typingMs));
    });
    const timer = setInterval(() => {
      setTyping(stillTrue);
      setHere(stillTrue);
    }, 1_000);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [live, topic]);

  const author = last?.author.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for each message, also of the same author.
  useEffect(() => {
    setTyping((before) => new Map([...before].filter(([id]) => id !== author)));
  }, [last?.id, author]);

  const company = here.size;
  useEffect(() => {
    if (!visible || !joined) return;
    const say = () => live.signal({ topic, type: 'conversation.present', data: {} });
    // At once where somebody has come or gone: whoever has just come knows of nobody. Gathered, for many may come at once.
    const soon = setTimeout(say, company === 0 ? 0 : 500);
    // Twice and more within the time it holds: one that is lost makes nobody go.
    const timer = setInterval(say, presentMs / 2.5);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [live, topic, visible, joined, company]);

  const sayTyping = useCallback(() => {
    if (Date.now() - lastSaid.current < typingMs / 2) return;
    lastSaid.current = Date.now();
    live.signal({ topic, type: 'conversation.typing', data: {} });
  }, [live, topic]);

  return { here: namesOf(here), typing: namesOf(typing), sayTyping };
}

function stillTrue(heard: Heard): Heard {
  const kept = [...heard].filter(([, { until }]) => until > Date.now());
  return kept.length === heard.size ? heard : new Map(kept);
}

function namesOf(heard: Heard): string[] {
  return [...heard.values()].map(({ name }) => name).sort((a, b) => a.localeCompare(b));
}

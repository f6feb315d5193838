import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type ConversationState, type Message, pageOfMessages } from '#domain/conversations/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Bubble } from './bubble.tsx';
import type { Composing } from './composer.tsx';
import type { Unsent } from './outbox.ts';
import { dayIn, threadItems } from './thread-items.ts';
import { UnsentBubble } from './unsent-bubble.tsx';
import './message.css';

interface MessageListProps {
  readonly state: ConversationState;
  readonly messages: readonly Message[];
  readonly unsent: readonly Unsent[];
  readonly title: string;
  readonly me: string;
  readonly times: Times;
  readonly now: number;
  /** Told whether the newest message is in sight. */
  readonly onAtEnd: (atEnd: boolean) => void;
  readonly onCompose: (composing: Composing) => void;
}

/** What was said, by day. It stays at its end while one is there; while one reads further up, it does not move. */
export function MessageList({
  state,
  messages,
  unsent,
  title,
  me,
  times,
  now,
  onAtEnd,
  onCompose,
}: MessageListProps) {
  const t = useText();
  const scroller = useRef<HTMLElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [chosen, setChosen] = useState<string>();
  const items = useMemo(() => threadItems(messages, times.zone), [messages, times.zone]);
  const lastNumber = messages.at(-1)?.number ?? 0;
  const lastOwn = messages.findLast(({ author }) => author.id === me)?.id;
  const dayOf = dayIn(times.zone);

  useEffect(() => {
    const mark = end.current;
    if (mark === null) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry === undefined) return;
        setAtEnd(entry.isIntersecting);
        onAtEnd(entry.isIntersecting);
      },
      { root: scroller.current, rootMargin: '0px 0px 48px 0px' },
    );
    observer.observe(mark);
    return () => observer.disconnect();
  }, [onAtEnd]);

  // What is new comes into sight where one was at the end, and what one has sent oneself always.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is for each message that comes, and for nothing else.
  useLayoutEffect(() => {
    if (atEnd || unsent.length > 0) toEnd();
  }, [lastNumber, unsent.length]);

  function toEnd(): void {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }

  return (
    <div className="thread-frame">
      <section
        ref={scroller}
        className="thread-scroll"
        aria-label={t('messages.region', { title })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard.
        tabIndex={0}
      >
        {lastNumber > pageOfMessages && (
          <p className="thread-earlier">{t('messages.earlier', { count: pageOfMessages })}</p>
        )}
        <ol className="thread-messages">
          {items.map((item) =>
            item.kind === 'day' ? (
              <li key={item.day} className="thread-day">
                {dayName(item.day)}
              </li>
            ) : (
              <Bubble
                key={item.message.id}
                message={item.message}
                first={item.first}
                state={state}
                me={me}
                times={times}
                now={now}
                isLastOwn={item.message.id === lastOwn}
                isChosen={item.message.id === chosen}
                onChoose={() => setChosen(item.message.id === chosen ? undefined : item.message.id)}
                onCompose={(composing) => {
                  setChosen(undefined);
                  onCompose(composing);
                }}
              />
            ),
          )}
          {unsent.map((one) => (
            <UnsentBubble key={one.id} unsent={one} conversation={state.conversation.id} />
          ))}
        </ol>
        <div ref={end} className="thread-end" />
      </section>
      {!atEnd && (
        <button type="button" className="thread-newest" onClick={toEnd}>
          {t('messages.newest')}
          <span aria-hidden="true">↓</span>
        </button>
      )}
    </div>
  );

  function dayName(day: string): string {
    if (day === dayOf(now)) return t('messages.today');
    if (day === dayOf(now - 86_400_000)) return t('messages.yesterday');
    return times.day(day);
  }
}

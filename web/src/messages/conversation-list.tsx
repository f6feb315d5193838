import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConversationState, Message } from '#domain/conversations/schema.ts';
import type { OwnConversation } from '#domain/people/own-conversation.ts';
import type { User } from '#domain/people/schema.ts';
import { useText } from '../language/language.tsx';
import { useNow, useTopic } from '../live/hooks.ts';
import type { TopicReading } from '../live/live.ts';
import { AlertGlyph } from '../ui/glyph.tsx';
import { Empty, Forbidden, Loading } from '../ui/states.tsx';
import { messagesOf } from './thread-items.ts';
import { titleOf, useMessageTimes, useReceipts } from './use-conversation.ts';

/** How many are shown at first and with each step further back: each is followed, to show what was said last. */
const step = 20;

interface ConversationListProps {
  readonly own: TopicReading<User>;
  readonly open: string | undefined;
  readonly me: string;
  readonly mayStart: boolean;
}

/** One's conversations, the latest first, with what there is to read. */
export function ConversationList({ own, open, me, mayStart }: ConversationListProps) {
  const t = useText();
  const times = useMessageTimes();
  const now = useNow(60_000);
  const [most, setMost] = useState(step);
  const items = Object.values(own.state?.conversation ?? {}).sort(
    (a, b) => b.lastAt.localeCompare(a.lastAt) || a.id.localeCompare(b.id),
  );
  if (own.state === undefined) return <Loading />;
  if (items.length === 0) {
    return mayStart ? (
      <Empty title={t('messages.empty')}>
        <p>{t('messages.empty-text')}</p>
      </Empty>
    ) : (
      <Forbidden title={t('messages.empty')}>
        <p>{t('messages.forbidden-text')}</p>
      </Forbidden>
    );
  }
  return (
    <>
      {own.status === 'behind' && own.confirmedAt !== undefined && (
        <p className="messages-behind">
          {t('messages.behind', { time: times.moment(own.confirmedAt, now) })}
        </p>
      )}
      <ul className="conversation-list">
        {items.slice(0, most).map((item) => (
          <Row key={item.id} item={item} isOpen={item.id === open} me={me} now={now} />
        ))}
      </ul>
      {items.length > most && (
        <button type="button" className="quiet" onClick={() => setMost(most + step)}>
          {t('messages.more')}
        </button>
      )}
    </>
  );
}

interface RowProps {
  readonly item: OwnConversation;
  readonly isOpen: boolean;
  readonly me: string;
  readonly now: number;
}

function Row({ item, isOpen, me, now }: RowProps) {
  const t = useText();
  const times = useMessageTimes();
  const reading = useTopic<ConversationState>(`conversation/${item.id}`);
  // What is open tells for itself.
  useReceipts(reading, me, false);
  const { state } = reading;
  if (reading.status === 'missing') return null;
  const last = state === undefined ? undefined : messagesOf(state).at(-1);
  const urgent = item.unacknowledged > 0;
  return (
    <li>
      <Link
        to="/messages/$conversation"
        params={{ conversation: item.id }}
        className="conversation"
        aria-current={isOpen ? 'page' : undefined}
        data-testid={`conversation-${item.id}`}
      >
        <strong className="conversation-title">{titleOf(t, state, me)}</strong>
        <span className="conversation-time">{times.moment(item.lastAt, now)}</span>
        <span className="conversation-last">
          {last === undefined ? t('messages.nothing-said') : preview(last)}
        </span>
        <span className="conversation-marks">
          {urgent && (
            <>
              <AlertGlyph />
              <span className="unseen">{t('messages.needs-you')}</span>
            </>
          )}
          {item.unread > 0 && (
            <span className={urgent ? 'nav-count nav-count-urgent' : 'nav-count'}>
              <span aria-hidden="true">{item.unread > 99 ? '99+' : item.unread}</span>
              <span className="unseen">{t('messages.unread', { count: item.unread })}</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  );

  function preview(message: Message): string {
    if (message.status === 'entered-in-error') return t('messages.retracted');
    const text = message.text ?? t('messages.unreadable');
    return message.author.id === me
      ? t('messages.preview-own', { text })
      : t('messages.preview', { name: message.author.name, text });
  }
}

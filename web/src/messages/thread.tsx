import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ConversationState, Message } from '#domain/conversations/schema.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useNow, useTopic } from '../live/hooks.ts';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Forbidden, Loading } from '../ui/states.tsx';
import { Composer, type Composing } from './composer.tsx';
import { MembersPanel } from './members-panel.tsx';
import { MessageList } from './message-list.tsx';
import { outboxOf } from './outbox.ts';
import { messagesOf } from './thread-items.ts';
import { UrgentBanner } from './urgent-banner.tsx';
import { useCompany } from './use-company.ts';
import { titleOf, useMessageTimes, useReceipts, useWritten } from './use-conversation.ts';
import './thread.css';

const fresh: Composing = { kind: 'new', replyTo: undefined };

/** A conversation: what was said, and where one says something. */
export function Thread({ id, me }: { id: string; me: SignedIn }) {
  const t = useText();
  const live = useLive();
  const times = useMessageTimes();
  const now = useNow(30_000);
  const reading = useTopic<ConversationState>(`conversation/${id}`);
  const { unsent } = useWritten(id);
  const [composing, setComposing] = useState<Composing>(fresh);
  const [atEnd, setAtEnd] = useState(true);
  const [people, setPeople] = useState(false);
  const { state } = reading;
  const messages = state === undefined ? [] : messagesOf(state);
  const company = useCompany(id, messages.at(-1), reading.status === 'current');
  const title = titleOf(t, state, me.id);
  const heading = usePageHeading(title);
  useReceipts(reading, me.id, atEnd);
  useNewMessages(messages, me.id);
  useEffect(() => {
    const there = unsent.filter((one) => state?.messages[one.id] !== undefined).map((one) => one.id);
    if (there.length > 0) outboxOf(live).forget(id, there);
  }, [live, id, unsent, state]);
  const waiting = unsent.filter((one) => state?.messages[one.id] === undefined);
  return (
    <section className="thread" aria-label={title}>
      <header className="thread-head">
        <Link to="/messages" className="button thread-back" aria-label={t('messages.back')}>
          <span aria-hidden="true">‹</span>
        </Link>
        <div className="thread-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {company.here.length > 0 && (
            <p className="thread-company">{t('messages.here', { names: company.here.join(', ') })}</p>
          )}
        </div>
        {state !== undefined && (
          <button type="button" className="quiet" onClick={() => setPeople(true)}>
            {t('messages.people', { count: Object.keys(state.members).length })}
          </button>
        )}
      </header>
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="messages-behind">
          {t('messages.behind', { time: times.moment(reading.confirmedAt, now) })}
        </p>
      )}
      {reading.status === 'missing' ? (
        <Gone id={id} />
      ) : state === undefined ? (
        <Loading title={t('messages.loading')} />
      ) : (
        <>
          <UrgentBanner messages={messages} conversation={id} me={me.id} times={times} now={now} />
          <MessageList
            state={state}
            messages={messages}
            unsent={waiting}
            title={title}
            me={me.id}
            times={times}
            now={now}
            onAtEnd={setAtEnd}
            onCompose={setComposing}
          />
          <p className="thread-typing" aria-live="polite">
            {company.typing.length > 0 && t('messages.typing', { names: company.typing.join(', ') })}
          </p>
          <Composer
            // What is changed starts from the message that is changed.
            key={composing.kind === 'edit' ? composing.message.id : 'new'}
            id={id}
            composing={composing}
            onTyping={company.sayTyping}
            onDone={() => setComposing(fresh)}
          />
        </>
      )}
      {people && state !== undefined && (
        <MembersPanel state={state} me={me} onClose={() => setPeople(false)} />
      )}
    </section>
  );
}

/** A conversation that is not for this person, or not any more: what they wrote there is theirs all the same. */
function Gone({ id }: { id: string }) {
  const t = useText();
  const { draft, unsent } = useWritten(id);
  const kept = [...unsent.map(({ text }) => text), draft].filter((text) => text.trim() !== '').join('\n\n');
  return (
    <Forbidden title={t('messages.gone')}>
      <p>{t('messages.gone-text')}</p>
      {kept !== '' && (
        <label className="thread-kept">
          {t('messages.gone-written')}
          <textarea readOnly rows={4} value={kept} />
        </label>
      )}
    </Forbidden>
  );
}

/** Says aloud who has said something, for those who do not see it come. */
function useNewMessages(messages: readonly Message[], me: string): void {
  const t = useText();
  const announce = useAnnounce();
  const seen = useRef<number | undefined>(undefined);
  const last = messages.at(-1);
  useEffect(() => {
    const before = seen.current;
    seen.current = last?.number ?? before;
    if (last === undefined || before === undefined || last.number <= before || last.author.id === me) return;
    const { name } = last.author;
    if (last.priority === 'urgent') announce(t('messages.new-urgent-from', { name }), 'assertive');
    else announce(t('messages.new-from', { name }));
  }, [last, me, announce, t]);
}

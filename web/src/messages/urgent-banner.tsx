import { useState } from 'react';
import type { Message } from '#domain/conversations/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { AlertGlyph, PendingGlyph } from '../ui/glyph.tsx';
import { refusalText } from './use-conversation.ts';

interface UrgentBannerProps {
  readonly messages: readonly Message[];
  readonly conversation: string;
  readonly me: string;
  readonly times: Times;
  readonly now: number;
}

/** The urgent messages that wait for this person, the oldest first, until they have acknowledged them. */
export function UrgentBanner({ messages, conversation, me, times, now }: UrgentBannerProps) {
  const awaited = messages.filter(({ awaiting }) => awaiting.includes(me));
  if (awaited.length === 0) return null;
  return (
    <ul className="urgent-banner">
      {awaited.map((message) => (
        <Awaited key={message.id} message={message} conversation={conversation} times={times} now={now} />
      ))}
    </ul>
  );
}

function Awaited({
  message,
  conversation,
  times,
  now,
}: Pick<UrgentBannerProps, 'conversation' | 'times' | 'now'> & { message: Message }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const { name } = message.author;
  const acknowledge = async () => {
    setPending(true);
    setRefusal(undefined);
    // What is answered for is what was seen: had it been changed meanwhile, this is refused.
    const data = { conversation, message: message.id, saw: message.editedAt ?? message.sentAt };
    const answer = await live.send({ type: 'message.acknowledge', data });
    setPending(false);
    if (answer.ok) announce(t('messages.acknowledged-done'));
    else setRefusal(answer.error);
  };
  return (
    <li className="urgent">
      <AlertGlyph />
      <div>
        <p className="urgent-from">
          {t('messages.urgent-from', { name, time: times.moment(message.sentAt, now) })}
        </p>
        <p className="urgent-text">{message.text ?? t('messages.unreadable')}</p>
        {refusal !== undefined && (
          <p className="field-error" role="alert">
            {t('messages.not-done', { reason: refusalText(t, refusal) })}
          </p>
        )}
      </div>
      <button
        type="button"
        className="primary"
        disabled={pending}
        onClick={() => void acknowledge()}
        aria-label={t('messages.acknowledge-named', { name })}
      >
        {pending && <PendingGlyph />}
        {t('messages.acknowledge')}
      </button>
    </li>
  );
}

import { useId, useState } from 'react';
import { mayBecome } from '#domain/conversations/communication.ts';
import { whyNotEditable } from '#domain/conversations/decide-message.ts';
import type { ConversationState, Message } from '#domain/conversations/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import { instantOf } from '#domain/instant.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useLive } from '../live/provider.tsx';
import { AlertGlyph } from '../ui/glyph.tsx';
import type { Composing } from './composer.tsx';
import { receiptOf } from './thread-items.ts';
import { Ticks } from './ticks.tsx';
import { refusalText } from './use-conversation.ts';

interface BubbleProps {
  readonly message: Message;
  readonly first: boolean;
  readonly state: ConversationState;
  readonly me: string;
  readonly times: Times;
  readonly now: number;
  readonly isLastOwn: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onCompose: (composing: Composing) => void;
}

/** One message: what it says, how far it has come, and what this person can do with it. */
export function Bubble({
  message,
  first,
  state,
  me,
  times,
  now,
  isLastOwn,
  isChosen,
  onChoose,
  onCompose,
}: BubbleProps) {
  const t = useText();
  const live = useLive();
  const actionsId = useId();
  const [refusal, setRefusal] = useState<Refusal>();
  const own = message.author.id === me;
  const gone = message.status === 'entered-in-error';
  const nameOf = (id: string) => (id === me ? t('messages.you') : (state.members[id]?.name ?? id));
  const acknowledged = Object.keys(message.acknowledged).map(nameOf).sort();
  const retract = async () => {
    onChoose();
    const data = { conversation: state.conversation.id, message: message.id };
    const answer = await live.send({ type: 'message.retract', data, expect: message.version });
    setRefusal(answer.ok ? undefined : answer.error);
  };
  const classes = ['message', own && 'message-own', first && 'message-first', gone && 'message-gone'];
  return (
    <li className={classes.filter(Boolean).join(' ')} data-testid={`message-${message.number}`}>
      {first && (
        <p className="message-who">
          {t('messages.said-at', {
            name: own ? t('messages.you') : message.author.name,
            time: times.clock(message.sentAt),
          })}
        </p>
      )}
      <div className="message-line">
        <div className={message.priority === 'urgent' ? 'bubble bubble-urgent' : 'bubble'}>
          {message.priority === 'urgent' && (
            <p className="bubble-urgent-mark">
              <AlertGlyph taken={message.awaiting.length === 0} />
              {t('messages.urgent')}
            </p>
          )}
          {message.replyTo !== undefined && <p className="bubble-quote">{quote(message.replyTo)}</p>}
          <p className="bubble-text">
            {gone ? t('messages.retracted') : (message.text ?? t('messages.unreadable'))}
          </p>
          {message.editedAt !== undefined && !gone && (
            <p className="bubble-edited">
              {t('messages.edited', { time: times.moment(message.editedAt, now) })}
            </p>
          )}
        </div>
        {!gone && (
          <button
            type="button"
            className="quiet message-more"
            aria-expanded={isChosen}
            aria-controls={actionsId}
            aria-label={t('messages.actions')}
            onClick={onChoose}
          >
            <span aria-hidden="true">⋯</span>
          </button>
        )}
      </div>
      <div id={actionsId} className="message-actions" hidden={!isChosen}>
        <button type="button" onClick={() => onCompose({ kind: 'new', replyTo: message })}>
          {t('messages.reply')}
        </button>
        {whyNotEditable(message, me, instantOf(now)) === undefined && (
          <button type="button" onClick={() => onCompose({ kind: 'edit', message })}>
            {t('messages.edit')}
          </button>
        )}
        {own && mayBecome(message.status, 'entered-in-error') && (
          <button type="button" onClick={() => void retract()}>
            {t('messages.retract')}
          </button>
        )}
      </div>
      {refusal !== undefined && (
        <p className="field-error" role="alert">
          {t('messages.not-done', { reason: refusalText(t, refusal) })}
        </p>
      )}
      {acknowledged.length > 0 && (
        <p className="message-note">{t('messages.acknowledged-by', { names: acknowledged.join(', ') })}</p>
      )}
      {message.awaiting.length > 0 && (
        <p className="message-note message-awaiting">
          {t('messages.awaiting', { names: message.awaiting.map(nameOf).sort().join(', ') })}
        </p>
      )}
      {own && !gone && <Ticks receipt={receiptOf(message, state.members)} words={isLastOwn} />}
    </li>
  );

  function quote(id: string): string {
    const answered = state.messages[id];
    if (answered === undefined) return t('messages.answer-to-older');
    const text = answered.status === 'entered-in-error' ? t('messages.retracted') : answered.text;
    return t('messages.answer-to', {
      name: nameOf(answered.author.id),
      text: text ?? t('messages.unreadable'),
    });
  }
}

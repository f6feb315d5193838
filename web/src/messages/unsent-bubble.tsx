import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { outboxOf, type Unsent } from './outbox.ts';
import { refusalText } from './use-conversation.ts';

/** What one has sent and the server has not confirmed, or has refused: never shown as sent. */
export function UnsentBubble({ unsent, conversation }: { unsent: Unsent; conversation: string }) {
  const t = useText();
  const live = useLive();
  const contact = useStore(live.contact);
  const outbox = outboxOf(live);
  const { id, text, refusal } = unsent;
  return (
    <li className="message message-own message-unsent" data-testid="unsent">
      <div className="message-line">
        <div className="bubble bubble-unsent">
          <p className="bubble-text">{text}</p>
        </div>
      </div>
      {refusal === undefined || unsent.status !== 'not-done' ? (
        <p className="ticks">
          <PendingGlyph />
          {t(contact.status === 'lost' ? 'messages.unsent-lost' : 'messages.unsent')}
        </p>
      ) : (
        <>
          <p className="field-error" role="alert">
            {t('messages.not-sent', { reason: refusalText(t, refusal) })}
          </p>
          <div className="message-actions">
            <button type="button" onClick={() => outbox.send(conversation, unsent)}>
              {t('messages.retry')}
            </button>
            <button
              type="button"
              onClick={() => {
                outbox.forget(conversation, [id]);
                const { draft } = outbox.of(conversation).get();
                outbox.write(conversation, draft === '' ? text : `${text}\n${draft}`);
              }}
            >
              {t('messages.take-up')}
            </button>
            <button type="button" onClick={() => outbox.forget(conversation, [id])}>
              {t('messages.discard')}
            </button>
          </div>
        </>
      )}
    </li>
  );
}

import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Message } from '#domain/conversations/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { outboxOf } from './outbox.ts';
import { refusalText, useWritten } from './use-conversation.ts';
import './composer.css';

/** What is being written: something new, perhaps in answer, or other words for what one has said. */
export type Composing =
  | { readonly kind: 'new'; readonly replyTo: Message | undefined }
  | { readonly kind: 'edit'; readonly message: Message };

interface ComposerProps {
  readonly id: string;
  readonly composing: Composing;
  readonly onTyping: () => void;
  /** Back to writing something new. */
  readonly onDone: () => void;
}

/** Where one writes. Enter sends, Shift+Enter begins a line; what is written stays until the server has it. */
export function Composer({ id, composing, onTyping, onDone }: ComposerProps) {
  const t = useText();
  const live = useLive();
  const outbox = outboxOf(live);
  const { draft } = useWritten(id);
  const area = useRef<HTMLTextAreaElement>(null);
  const editing = composing.kind === 'edit' ? composing.message : undefined;
  const replyTo = composing.kind === 'new' ? composing.replyTo : undefined;
  const [edited, setEdited] = useState(editing?.text ?? '');
  const [urgent, setUrgent] = useState(false);
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const text = editing === undefined ? draft : edited;

  useEffect(() => {
    if (editing !== undefined || replyTo !== undefined) area.current?.focus();
  }, [editing, replyTo]);

  async function submit(): Promise<void> {
    if (text.trim() === '' || pending) return;
    if (editing === undefined) {
      outbox.write(id, '');
      const priority = urgent ? 'urgent' : 'routine';
      outbox.send(id, { id: crypto.randomUUID(), text, priority, replyTo: replyTo?.id });
      setUrgent(false);
      onDone();
      return;
    }
    setPending(true);
    setRefusal(undefined);
    const data = { conversation: id, message: editing.id, text };
    const answer = await live.send({ type: 'message.edit', data });
    setPending(false);
    if (answer.ok) onDone();
    else setRefusal(answer.error);
  }

  const write = (next: string) => {
    if (editing === undefined) outbox.write(id, next);
    else setEdited(next);
    onTyping();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape' && (editing !== undefined || replyTo !== undefined)) onDone();
    // While an input method composes a word, Enter is its own.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };
  return (
    <form
      className="composer"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      {(editing !== undefined || replyTo !== undefined) && (
        <p className="composer-about">
          <span>
            {editing !== undefined
              ? t('messages.editing')
              : t('messages.replying', { name: replyTo?.author.name ?? '' })}
          </span>
          <button type="button" className="quiet" onClick={onDone}>
            {t('app.cancel')}
          </button>
        </p>
      )}
      {refusal !== undefined && (
        <p className="field-error" role="alert">
          {t('messages.not-done', { reason: refusalText(t, refusal) })}
        </p>
      )}
      <div className="composer-line">
        <textarea
          ref={area}
          aria-label={t('messages.write')}
          placeholder={t('messages.write')}
          rows={Math.min(6, text.split('\n').length)}
          maxLength={4000}
          value={text}
          onChange={({ target }) => write(target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="primary" disabled={text.trim() === '' || pending}>
          {editing === undefined ? t('messages.send') : t('messages.save')}
        </button>
      </div>
      {editing === undefined && (
        <label className="composer-urgent">
          <input type="checkbox" checked={urgent} onChange={({ target }) => setUrgent(target.checked)} />
          <span>{t('messages.ask-acknowledgement')}</span>
        </label>
      )}
    </form>
  );
}

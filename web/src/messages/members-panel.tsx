import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ConversationState } from '#domain/conversations/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { PersonName } from './new-conversation.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { refusalText } from './use-conversation.ts';

interface MembersPanelProps {
  readonly state: ConversationState;
  readonly me: SignedIn;
  readonly onClose: () => void;
}

/** Who is in a conversation; of a group also who else may come, what it is called, and the way out. */
export function MembersPanel({ state, me, onClose }: MembersPanelProps) {
  const t = useText();
  const live = useLive();
  const navigate = useNavigate();
  const { conversation } = state;
  const [title, setTitle] = useState(conversation.title ?? '');
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const group = conversation.kind === 'group';
  const members = Object.values(state.members).sort((a, b) => a.name.localeCompare(b.name));

  async function ask(type: string, data: Record<string, unknown>, expect?: number): Promise<boolean> {
    setPending(true);
    setRefusal(undefined);
    const answer = await live.send({
      type,
      data: { conversation: conversation.id, ...data },
      ...(expect === undefined ? {} : { expect }),
    });
    setPending(false);
    if (!answer.ok) setRefusal(answer.error);
    return answer.ok;
  }
  const leave = async () => {
    if (!(await ask('conversation.leave', {}))) return;
    onClose();
    await navigate({ to: '/messages' });
  };

  return (
    <Drawer title={t('messages.members')} onClose={onClose}>
      {refusal !== undefined && (
        <p className="field-error" role="alert">
          {t('messages.not-done', { reason: refusalText(t, refusal) })}
        </p>
      )}
      {group && (
        <form
          className="member-title"
          onSubmit={(event) => {
            event.preventDefault();
            void ask('conversation.rename', { title }, conversation.version);
          }}
        >
          <Field label={t('messages.rename')}>
            {(control) => (
              <input
                {...control}
                value={title}
                maxLength={80}
                required
                autoComplete="off"
                onChange={({ target }) => setTitle(target.value)}
              />
            )}
          </Field>
          <button type="submit" disabled={pending || title.trim() === '' || title === conversation.title}>
            {t('messages.rename-save')}
          </button>
        </form>
      )}
      <ul className="people">
        {members.map(({ id, name }) => (
          <li key={id} className="person">
            <PersonName name={name} roles={id === me.id ? t('messages.you') : name} />
            {group && id !== me.id && (
              <button
                type="button"
                className="quiet"
                disabled={pending}
                aria-label={t('messages.remove-named', { name })}
                onClick={() => void ask('conversation.remove-member', { member: id })}
              >
                {t('messages.remove')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {group && !adding && (
        <button type="button" className="member-add" onClick={() => setAdding(true)}>
          {t('messages.add')}
        </button>
      )}
      {group && adding && (
        <PeoplePicker
          org={me.org}
          without={Object.keys(state.members)}
          row={({ id, name }, roles) => (
            <div className="person">
              <PersonName name={name} roles={roles} />
              <button
                type="button"
                className="quiet"
                disabled={pending}
                aria-label={t('messages.add-named', { name })}
                onClick={() => void ask('conversation.add-member', { member: id })}
              >
                {t('messages.add-short')}
              </button>
            </div>
          )}
        />
      )}
      {group &&
        (leaving ? (
          <div className="note member-leave">
            <p>{t('messages.leave-sure')}</p>
            <div className="message-actions">
              <button type="button" disabled={pending} onClick={() => void leave()}>
                {t('messages.leave-confirm')}
              </button>
              <button type="button" onClick={() => setLeaving(false)}>
                {t('app.cancel')}
              </button>
            </div>
          </div>
        ) : (
          <button type="button" onClick={() => setLeaving(true)}>
            {t('messages.leave')}
          </button>
        ))}
    </Drawer>
  );
}

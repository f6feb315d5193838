import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { z } from 'zod';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { PeoplePicker } from './people-picker.tsx';
import { refusalText } from './use-conversation.ts';

const startedSchema = z.object({ conversation: z.string() });

/** Whom one wants to write to: with one person it is between the two, with more it is a group that has a title. */
export function NewConversation({ me, onClose }: { me: SignedIn; onClose: () => void }) {
  const t = useText();
  const live = useLive();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [title, setTitle] = useState('');
  const [pending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  // One intent, one id, however often it is sent.
  const id = useRef(crypto.randomUUID());
  const group = chosen.length > 1;

  async function begin(event: FormEvent): Promise<void> {
    event.preventDefault();
    setPending(true);
    setRefusal(undefined);
    const about = { conversation: id.current, members: [...chosen] };
    const data = group ? { ...about, kind: 'group', title } : { ...about, kind: 'direct' };
    const answer = await live.send({ type: 'conversation.start', data });
    setPending(false);
    if (!answer.ok) return setRefusal(answer.error);
    const { conversation } = startedSchema.parse(answer.result);
    onClose();
    await navigate({ to: '/messages/$conversation', params: { conversation } });
  }

  return (
    <Drawer title={t('messages.start')} onClose={onClose}>
      <form className="new-conversation" onSubmit={(event) => void begin(event)}>
        <fieldset className="people-choice" disabled={pending}>
          <legend>{t('messages.to')}</legend>
          <PeoplePicker
            org={me.org}
            without={[me.id]}
            row={({ id: person, name }, roles) => (
              <label className="person">
                <input
                  type="checkbox"
                  checked={chosen.includes(person)}
                  onChange={({ target }) =>
                    setChosen(
                      target.checked ? [...chosen, person] : chosen.filter((other) => other !== person),
                    )
                  }
                />
                <PersonName name={name} roles={roles} />
              </label>
            )}
          />
        </fieldset>
        <div className="new-conversation-end">
          {group && (
            <Field label={t('messages.group-title')}>
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
          )}
          {refusal !== undefined && (
            <p className="field-error" role="alert">
              {t('messages.not-done', { reason: refusalText(t, refusal) })}
            </p>
          )}
          <button
            type="submit"
            className="primary"
            disabled={pending || chosen.length === 0 || (group && title.trim() === '')}
          >
            {t('messages.begin')}
          </button>
        </div>
      </form>
    </Drawer>
  );
}

/** Somebody by name, and by what they are where the name does not say it. */
export function PersonName({ name, roles }: { name: string; roles: string }) {
  return (
    <span className="person-name">
      <strong>{name}</strong>
      {roles !== name && <small>{roles}</small>}
    </span>
  );
}

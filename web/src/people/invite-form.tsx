import { type FormEvent, useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { type Choosable, isChosen, nothingChosen, RoleFields } from './role-fields.tsx';

/** Invites somebody: who, in which language, with which roles. */
export function InviteForm({ places, onDone }: { places: readonly Choosable[]; onDone: () => void }) {
  const t = useText();
  const { ask, asked } = useAsk();
  const [roles, setRoles] = useState([nothingChosen]);
  const chosen = roles.filter(isChosen);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '').trim();
    const done = await ask(
      'account.invite',
      {
        invitation: uuidv7(),
        name: text('name'),
        email: text('email'),
        language: text('language'),
        roles: chosen,
      },
      t('people.invited'),
    );
    if (done) onDone();
  };
  return (
    <form className="people-form" onSubmit={(event) => void submit(event)}>
      <Field label={t('people.name')}>
        {(control) => <input {...control} name="name" required maxLength={120} autoComplete="off" />}
      </Field>
      <Field label={t('people.email')}>
        {(control) => <input {...control} name="email" type="email" required autoComplete="off" />}
      </Field>
      <Field label={t('people.language')}>
        {(control) => (
          <select {...control} name="language" defaultValue="vi">
            <option value="vi">Tiếng Việt</option>
            <option value="en">English</option>
          </select>
        )}
      </Field>
      {roles.map((one, index) => (
        <RoleFields
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are only ever added at the end.
          key={index}
          chosen={one}
          places={places}
          onChange={(next) => setRoles(roles.map((before, at) => (at === index ? next : before)))}
        />
      ))}
      <button type="button" className="quiet" onClick={() => setRoles([...roles, nothingChosen])}>
        {t('people.add-role')}
      </button>
      <Answer asked={asked} />
      <button
        type="submit"
        className="primary"
        disabled={asked?.status === 'asking' || chosen.length === 0 || chosen.length < roles.length}
      >
        {t('people.invite-send')}
      </button>
    </form>
  );
}

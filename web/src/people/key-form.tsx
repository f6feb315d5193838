import { type FormEvent, useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import { issuedSchema } from '#domain/access/commands.ts';
import { useText } from '../language/language.tsx';
import { knownKinds } from '../live/contexts.ts';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';
import type { Asked } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { type Choosable, isChosen, nothingChosen, RoleFields } from './role-fields.tsx';

const kinds = knownKinds
  .map(({ kind }) => kind)
  .filter((kind) => !/^(user|conversation)\/|\/people$/.test(kind));

/** Issues a key and shows it, once. */
export function KeyForm({ places, onDone }: { places: readonly Choosable[]; onDone: () => void }) {
  const t = useText();
  const live = useLive();
  const [chosen, setChosen] = useState(nothingChosen);
  const [asked, setAsked] = useState<Asked>();
  const [token, setToken] = useState<string>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isChosen(chosen)) return;
    const fields = new FormData(event.currentTarget);
    const lines = String(fields.get('commands') ?? '').split(/\s+/);
    setAsked({ status: 'asking' });
    const answer = await live.send({
      type: 'key.issue',
      data: {
        key: uuidv7(),
        name: String(fields.get('name') ?? '').trim(),
        ...chosen,
        topics: fields.getAll('topics').map(String),
        commands: lines.filter((line) => line !== ''),
        ...(fields.has('operational') ? { view: 'operational' } : {}),
        days: Number(fields.get('days')),
      },
    });
    if (!answer.ok) return setAsked({ status: 'refused', refusal: answer.error });
    const issued = issuedSchema.safeParse(answer.result);
    setAsked(undefined);
    // Lost on its way, it is lost: another is issued, and this one revoked.
    if (issued.success) setToken(issued.data.token);
    else onDone();
  };
  if (token !== undefined) return <Issued token={token} onDone={onDone} />;
  return (
    <form className="people-form" onSubmit={(event) => void submit(event)}>
      <Field label={t('people.key-name')}>
        {(control) => <input {...control} name="name" required maxLength={60} autoComplete="off" />}
      </Field>
      <RoleFields chosen={chosen} places={places} forKeys onChange={setChosen} />
      <fieldset className="options people-kinds">
        <legend>{t('people.key-topics')}</legend>
        {kinds.map((kind) => (
          <label key={kind} className="option">
            <input type="checkbox" name="topics" value={kind} />
            <code>{kind}</code>
          </label>
        ))}
      </fieldset>
      <label className="people-check">
        <input type="checkbox" name="operational" />
        {t('people.key-operational')}
      </label>
      <Field label={t('people.key-commands')}>
        {(control) => <textarea {...control} name="commands" rows={2} spellCheck={false} />}
      </Field>
      <Field label={t('people.key-days')}>
        {(control) => (
          <input {...control} name="days" type="number" min={1} max={730} defaultValue={90} required />
        )}
      </Field>
      <Answer asked={asked} />
      <button type="submit" className="primary" disabled={asked?.status === 'asking' || !isChosen(chosen)}>
        {t('people.key-issue')}
      </button>
    </form>
  );
}

function Issued({ token, onDone }: { token: string; onDone: () => void }) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(token);
      setCopied(true);
    } catch {
      // Without a secure address a browser has no clipboard for us: the key is there to be selected.
      setCopied(false);
    }
  };
  return (
    <div className="people-form" data-testid="issued">
      <p role="alert">{t('people.key-once')}</p>
      <code className="people-token">{token}</code>
      <div className="people-buttons">
        <button type="button" className="primary" onClick={() => void copy()}>
          {copied ? t('people.key-copied') : t('people.key-copy')}
        </button>
        <button type="button" onClick={onDone}>
          {t('people.key-done')}
        </button>
      </div>
    </div>
  );
}

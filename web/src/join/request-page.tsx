import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import { emailSchema, phoneSchema } from '#domain/access/schema.ts';
import type { MessageKey } from '../language/catalogue.ts';
import { useText } from '../language/language.tsx';
import { languages } from '../language/languages.ts';
import { Field } from '../ui/field.tsx';
import { askDoor, wholeFault } from './ask-door.ts';
import { Done, DoorPage } from './door-page.tsx';

const fields = [
  'name',
  'email',
  'phone',
  'profession',
  'registration',
  'workplace',
  'address',
  'organisation',
  'note',
] as const;
type FieldName = (typeof fields)[number];
type Kind = 'clinician' | 'facility';
const optional: readonly FieldName[] = ['phone', 'registration', 'organisation', 'note'];

/** What is asked for in the second and third step, by who asks. */
const asked: Readonly<Record<Kind, readonly (readonly FieldName[])[]>> = {
  clinician: [
    ['name', 'email', 'phone'],
    ['profession', 'registration', 'workplace', 'organisation', 'note'],
  ],
  facility: [
    ['name', 'email', 'phone'],
    ['workplace', 'address', 'organisation', 'note'],
  ],
};

/** Asks for an account in three steps: who, how to reach them, what they are. Their address is verified by a letter. */
export function RequestPage() {
  const t = useText();
  const [step, setStep] = useState(1);
  const [kind, setKind] = useState<Kind>('clinician');
  const [typed, setTyped] = useState<Partial<Record<FieldName, string>>>({});
  const [faults, setFaults] = useState<Partial<Record<FieldName, MessageKey>>>({});
  const [whole, setWhole] = useState<ReturnType<typeof wholeFault>>();
  const [state, setState] = useState<'asking' | 'pending' | 'sent'>('asking');
  const shown = asked[kind][step - 2] ?? [];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = Object.fromEntries(
      shown.flatMap((name) => {
        const fault = faultOf(name, typed[name] ?? '');
        return fault === undefined ? [] : [[name, fault]];
      }),
    );
    setFaults(found);
    setWhole(undefined);
    if (Object.keys(found).length > 0) return;
    if (step < 3) return setStep(step + 1);
    setState('pending');
    const answer = await askDoor('/account-requests', bodyOf(kind, typed), z.unknown());
    setState(answer.ok ? 'sent' : 'asking');
    if (!answer.ok) setWhole(wholeFault(answer.problem));
  };

  if (state === 'sent') {
    return <Done title={t('join.sent')} text={t('join.sent-text', { email: typed.email ?? '' })} />;
  }
  return (
    <DoorPage title={t('join.request-title')}>
      <p className="join-quiet">{t('join.step', { step })}</p>
      <form className="join-form" noValidate onSubmit={(event) => void submit(event)}>
        {whole !== undefined && (
          <p className="join-fault" role="alert">
            {t(whole)}
          </p>
        )}
        {step === 1 && (
          <fieldset className="options">
            <legend>{t('join.who')}</legend>
            {(['clinician', 'facility'] as const).map((one) => (
              <label key={one} className="option">
                <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
                <span>{t(`join.${one}`)}</span>
              </label>
            ))}
          </fieldset>
        )}
        {shown.map((name) => (
          <Field key={name} label={t(labelOf(name, kind))} error={faults[name] && t(faultKey(faults[name]))}>
            {(control) => (
              <input
                {...control}
                value={typed[name] ?? ''}
                type={name === 'email' ? 'email' : name === 'phone' ? 'tel' : 'text'}
                autoComplete={name === 'name' || name === 'email' ? name : name === 'phone' ? 'tel' : 'off'}
                maxLength={name === 'note' ? 600 : 200}
                onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
              />
            )}
          </Field>
        ))}
        {step === 3 && <p className="join-quiet">{t('join.review')}</p>}
        <div className="join-buttons">
          {step > 1 && (
            <button type="button" onClick={() => setStep(step - 1)}>
              {t('join.back')}
            </button>
          )}
          <button type="submit" className="primary" disabled={state === 'pending'}>
            {step < 3 ? t('join.next') : state === 'pending' ? t('join.pending') : t('join.send')}
          </button>
        </div>
      </form>
    </DoorPage>
  );
}

function labelOf(name: FieldName, kind: Kind) {
  return name === 'workplace' && kind === 'facility' ? 'join.facility-name' : (`join.${name}` as const);
}

type FaultKey = 'join.missing' | 'join.email-malformed' | 'join.phone-malformed';

function faultKey(key: MessageKey): FaultKey {
  return key === 'join.email-malformed' || key === 'join.phone-malformed' ? key : 'join.missing';
}

function faultOf(name: FieldName, text: string): FaultKey | undefined {
  const value = text.trim();
  if (value === '') return optional.includes(name) ? undefined : 'join.missing';
  if (name === 'email' && !emailSchema.safeParse(value).success) return 'join.email-malformed';
  if (name === 'phone' && !phoneSchema.safeParse(value).success) return 'join.phone-malformed';
  return undefined;
}

/** What is sent: nothing of a field that was left empty, or that the other kind of asker has. */
function bodyOf(kind: Kind, typed: Partial<Record<FieldName, string>>): Record<string, unknown> {
  const said = asked[kind].flat().flatMap((name) => {
    const value = typed[name]?.trim();
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const inApplication = (name: FieldName) =>
    !(['name', 'email', 'phone', 'organisation'] as readonly FieldName[]).includes(name);
  const language = languages.find((one) => one === document.documentElement.lang) ?? 'en';
  return {
    kind,
    language,
    ...Object.fromEntries(said.filter(([name]) => !inApplication(name))),
    application: Object.fromEntries(said.filter(([name]) => inApplication(name))),
  };
}

import { type FormEvent, useEffect, useState } from 'react';
import { z } from 'zod';
import { type PasswordFault, passwordFault } from '#domain/identity/password-rules.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { askDoor, secretOfLink, wholeFault } from './ask-door.ts';
import { Done, DoorPage, Gone } from './door-page.tsx';
import { PasswordField } from './password-field.tsx';

const invitedSchema = z.object({
  organisation: z.string(),
  email: z.string(),
  name: z.string(),
  language: z.enum(['en', 'vi']),
});
type Invited = z.infer<typeof invitedSchema>;
type Step = 'looking' | 'gone' | 'failed' | 'done' | Invited;

/** Accepts an invitation: a name and a password, and the account is there. */
export function AcceptPage() {
  const t = useText();
  const [step, setStep] = useState<Step>('looking');
  const [email, setEmail] = useState('');
  useEffect(() => {
    let here = true;
    void askDoor('/invitations/open', { token: secretOfLink() }, invitedSchema).then((answer) => {
      if (!here) return;
      if (answer.ok) setEmail(answer.body.email);
      setStep(answer.ok ? answer.body : answer.problem.code === 'unavailable' ? 'failed' : 'gone');
    });
    return () => {
      here = false;
    };
  }, []);
  if (step === 'looking') return <Loading title={t('join.loading')} />;
  if (step === 'gone') return <Gone />;
  if (step === 'failed') return <Failure title={t('join.failed')} />;
  if (step === 'done')
    return <Done title={t('join.accepted')} text={t('join.accepted-text', { email })} signIn />;
  return <AcceptForm invited={step} onEnd={setStep} />;
}

function AcceptForm({ invited, onEnd }: { invited: Invited; onEnd: (step: 'gone' | 'done') => void }) {
  const t = useText();
  const { organisation, email } = invited;
  const [name, setName] = useState(invited.name);
  const [language, setLanguage] = useState(invited.language);
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<PasswordFault>();
  const [whole, setWhole] = useState<ReturnType<typeof wholeFault>>();
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = passwordFault(password, email);
    setFault(found);
    setWhole(undefined);
    if (found !== undefined) return;
    setPending(true);
    const body = { token: secretOfLink(), name: name.trim(), language, password };
    const answer = await askDoor('/invitations/accept', body, z.object({ email: z.string() }));
    setPending(false);
    if (answer.ok) return onEnd('done');
    if (answer.problem.code === 'gone') return onEnd('gone');
    setWhole(wholeFault(answer.problem));
  };
  return (
    <DoorPage title={t('join.accept-title')}>
      <p>{t('join.accept-text', { organisation, email })}</p>
      <form className="join-form" noValidate onSubmit={(event) => void submit(event)}>
        {whole !== undefined && (
          <p className="join-fault" role="alert">
            {t(whole)}
          </p>
        )}
        <Field label={t('join.name')}>
          {(control) => (
            <input
              {...control}
              value={name}
              required
              maxLength={120}
              autoComplete="name"
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <Field label={t('join.language')}>
          {(control) => (
            <select
              {...control}
              value={language}
              onChange={({ target }) => setLanguage(target.value === 'vi' ? 'vi' : 'en')}
            >
              <option value="vi">Tiếng Việt</option>
              <option value="en">English</option>
            </select>
          )}
        </Field>
        <PasswordField
          label={t('join.password')}
          email={email}
          value={password}
          fault={fault}
          onChange={setPassword}
        />
        <button type="submit" className="primary" disabled={pending || name.trim() === ''}>
          {pending ? t('join.pending') : t('join.accept')}
        </button>
      </form>
    </DoorPage>
  );
}

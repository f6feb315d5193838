import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import { type PasswordFault, passwordFault } from '#domain/identity/password-rules.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { askDoor, secretOfLink, wholeFault } from './ask-door.ts';
import { Done, DoorPage, Gone } from './door-page.tsx';
import { PasswordField } from './password-field.tsx';

const anything = z.unknown();
type End = 'asking' | 'done' | 'gone';
type Fault = ReturnType<typeof wholeFault>;

/** Asks for a link with which a password is set anew. */
export function ForgottenPage() {
  const t = useText();
  const [email, setEmail] = useState('');
  const [end, setEnd] = useState<End>('asking');
  const [fault, setFault] = useState<Fault>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await askDoor('/password-resets', { email: email.trim() }, anything);
    if (answer.ok) setEnd('done');
    else setFault(wholeFault(answer.problem));
  };
  if (end === 'done') {
    return <Done title={t('join.forgotten-sent')} text={t('join.forgotten-sent-text', { email })} />;
  }
  return (
    <DoorPage title={t('join.forgotten-title')}>
      <p>{t('join.forgotten-text')}</p>
      <form className="join-form" onSubmit={(event) => void submit(event)}>
        {fault !== undefined && <Refused fault={fault} />}
        <Field label={t('join.email')}>
          {(control) => (
            <input
              {...control}
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={({ target }) => setEmail(target.value)}
            />
          )}
        </Field>
        <button type="submit" className="primary">
          {t('join.forgotten')}
        </button>
      </form>
    </DoorPage>
  );
}

/** Sets a new password by the link of a letter. */
export function ResetPage() {
  const t = useText();
  const [password, setPassword] = useState('');
  const [found, setFound] = useState<PasswordFault>();
  const [end, setEnd] = useState<End>('asking');
  const [fault, setFault] = useState<Fault>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = passwordFault(password, '');
    setFound(wrong);
    setFault(undefined);
    if (wrong !== undefined) return;
    const answer = await askDoor('/password-resets/complete', { token: secretOfLink(), password }, anything);
    if (answer.ok) return setEnd('done');
    if (answer.problem.code === 'gone') return setEnd('gone');
    const said = answer.problem.issues?.find(({ path }) => path === 'password')?.message;
    if (said === 'email' || said === 'common') return setFound(said);
    setFault(wholeFault(answer.problem));
  };
  if (end === 'gone') return <Gone again="/join/forgotten" />;
  if (end === 'done') return <Done title={t('join.reset-done')} text={t('join.reset-done-text')} signIn />;
  return (
    <DoorPage title={t('join.reset-title')}>
      <form className="join-form" noValidate onSubmit={(event) => void submit(event)}>
        {fault !== undefined && <Refused fault={fault} />}
        <PasswordField
          label={t('join.password-new')}
          email=""
          value={password}
          fault={found}
          onChange={setPassword}
        />
        <button type="submit" className="primary">
          {t('join.reset')}
        </button>
      </form>
    </DoorPage>
  );
}

/** Confirms the address that an account was asked for from. A press is needed: programs that look into mails open links. */
export function VerifyPage() {
  const t = useText();
  return (
    <Confirm
      path="/account-requests/verify"
      title={t('join.verify-title')}
      text={t('join.verify-text')}
      done={<Done title={t('join.verified')} text={t('join.verified-text')} />}
    />
  );
}

/** Confirms a new address of one's own. */
export function EmailPage() {
  const t = useText();
  return (
    <Confirm
      path="/email-changes/confirm"
      title={t('join.email-title')}
      text={t('join.email-text')}
      done={<Done title={t('join.email-done')} text={t('join.email-done-text')} signIn />}
    />
  );
}

function Confirm({
  path,
  title,
  text,
  done,
}: {
  path: string;
  title: string;
  text: string;
  done: React.ReactNode;
}) {
  const t = useText();
  const [end, setEnd] = useState<End>('asking');
  const [fault, setFault] = useState<Fault>();
  const confirm = async () => {
    const answer = await askDoor(path, { token: secretOfLink() }, anything);
    if (answer.ok) setEnd('done');
    else if (answer.problem.code === 'gone') setEnd('gone');
    else setFault(wholeFault(answer.problem));
  };
  if (end === 'gone') return <Gone />;
  if (end === 'done') return done;
  return (
    <DoorPage title={title}>
      <p>{text}</p>
      {fault !== undefined && <Refused fault={fault} />}
      <button type="button" className="primary" onClick={() => void confirm()}>
        {t('join.verify')}
      </button>
    </DoorPage>
  );
}

function Refused({ fault }: { fault: Fault }) {
  const t = useText();
  return (
    <p className="join-fault" role="alert">
      {t(fault)}
    </p>
  );
}

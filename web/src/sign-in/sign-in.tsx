import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';
import { faultsOf, type SignInFaults, whyRefused } from './faults.ts';
import { IdentityProvider } from './identity-provider.tsx';
import './sign-in.css';

/** The door: email and password, as a password manager expects them. */
export function SignIn() {
  const t = useText();
  const live = useLive();
  const summary = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(false);
  const [pending, setPending] = useState(false);
  const [attempt, setAttempt] = useState<{ count: number; faults: SignInFaults }>({ count: 0, faults: {} });
  const { faults } = attempt;
  const listed = [faults.whole, faults.email, faults.password].filter((fault) => fault !== undefined);

  useEffect(() => {
    document.title = t('app.title', { page: t('sign-in.title') });
  }, [t]);
  useEffect(() => {
    if (attempt.count > 0) summary.current?.focus();
  }, [attempt.count]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // Read from the form, not from state: a password manager may fill fields without an event.
    const fields = new FormData(event.currentTarget);
    const email = String(fields.get('email') ?? '').trim();
    const password = String(fields.get('password') ?? '');
    const found = faultsOf(email, password);
    const fail = (next: SignInFaults) => setAttempt(({ count }) => ({ count: count + 1, faults: next }));
    if (Object.keys(found).length > 0) return fail(found);
    setPending(true);
    const result = await live.signIn(email, password);
    setPending(false);
    if (!result.ok) fail({ whole: whyRefused(result.error.code) });
  };

  return (
    <main className="sign-in">
      <form className="sign-in-form" noValidate onSubmit={(event) => void submit(event)}>
        <p className="sign-in-brand">{t('app.name')}</p>
        <h1>{t('sign-in.title')}</h1>
        <div
          ref={summary}
          tabIndex={-1}
          role="alert"
          className={listed.length === 0 ? 'unseen' : 'sign-in-summary'}
        >
          {listed.length > 0 && (
            <>
              <h2>{t('sign-in.failed')}</h2>
              <ul>
                {listed.map((fault) => (
                  <li key={fault}>{t(fault)}</li>
                ))}
              </ul>
            </>
          )}
        </div>
        <Field label={t('sign-in.email')} error={faults.email && t(faults.email)}>
          {(control) => (
            <input
              {...control}
              name="email"
              type="email"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
          )}
        </Field>
        <Field label={t('sign-in.password')} error={faults.password && t(faults.password)}>
          {(control) => (
            <input
              {...control}
              name="password"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              required
            />
          )}
        </Field>
        <label className="sign-in-show">
          <input type="checkbox" checked={shown} onChange={({ target }) => setShown(target.checked)} />
          {t('sign-in.show')}
        </label>
        <button type="submit" className="primary" aria-disabled={pending} disabled={pending}>
          {pending ? t('sign-in.pending') : t('sign-in.submit')}
        </button>
        <IdentityProvider />
      </form>
      <LanguageSwitch />
    </main>
  );
}

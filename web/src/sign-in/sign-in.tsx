import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import { useStore } from '../live/hooks.ts';
import type { SecondFactorAsked } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';
import { faultsOf, type SignInFaults, whyRefused } from './faults.ts';
import { IdentityProvider } from './identity-provider.tsx';
import { PasskeyButton } from './passkey-button.tsx';
import { SecondFactor } from './second-factor.tsx';
import './sign-in.css';

/** The door: a password, and what an account has besides; or a passkey. */
export function SignIn() {
  const t = useText();
  const [asked, setAsked] = useState<SecondFactorAsked>();
  useEffect(() => {
    document.title = t('app.title', { page: t('sign-in.title') });
  }, [t]);
  return (
    <main className="sign-in">
      {asked === undefined ? (
        <PasswordForm onMore={setAsked} />
      ) : (
        <SecondFactor asked={asked} onStartOver={() => setAsked(undefined)} />
      )}
      <LanguageSwitch />
    </main>
  );
}

/** Email and password, as a password manager expects them. */
function PasswordForm({ onMore }: { onMore: (asked: SecondFactorAsked) => void }) {
  const t = useText();
  const live = useLive();
  const idle = useStore(live.idle);
  const summary = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(false);
  const [pending, setPending] = useState(false);
  const [attempt, setAttempt] = useState<{ count: number; faults: SignInFaults }>({ count: 0, faults: {} });
  const { faults } = attempt;
  const listed = [faults.whole, faults.email, faults.password].filter((fault) => fault !== undefined);

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
    if (result.ok) return;
    if ('mfa' in result) onMore(result.mfa);
    else fail({ whole: whyRefused(result.error.code) });
  };

  return (
    <div className="sign-in-form">
      <form noValidate onSubmit={(event) => void submit(event)}>
        <p className="sign-in-brand">{t('app.name')}</p>
        <h1>{t('sign-in.title')}</h1>
        {idle.status === 'over' && (
          <p className="note" role="status">
            {t('sign-in.idle', { minutes: idle.minutes })}
          </p>
        )}
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
      <p className="sign-in-or">{t('sign-in.or')}</p>
      <PasskeyButton />
      <nav className="sign-in-links">
        <a href="/join/forgotten">{t('sign-in.forgotten')}</a>
        <a href="/pair">{t('sign-in.pair')}</a>
      </nav>
    </div>
  );
}

import { useState } from 'react';
import type { PasswordFault } from '#domain/identity/password-rules.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';

/** A password that is chosen: judged by the same rules as at the server, while it is typed. */
export function PasswordField({
  label,
  email,
  value,
  fault,
  onChange,
}: {
  label: string;
  email: string;
  value: string;
  /** What is wrong with the one that was sent. */
  fault: PasswordFault | undefined;
  onChange: (value: string) => void;
}) {
  const t = useText();
  const [shown, setShown] = useState(false);
  return (
    <>
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <Field label={label} error={fault && t(`join.password-${fault}`)}>
        {(control) => (
          <input
            {...control}
            type={shown ? 'text' : 'password'}
            autoComplete="new-password"
            value={value}
            maxLength={1024}
            required
            onChange={({ target }) => onChange(target.value)}
          />
        )}
      </Field>
      <p className="join-quiet">{t('join.password-text')}</p>
      <label className="join-check">
        <input type="checkbox" checked={shown} onChange={({ target }) => setShown(target.checked)} />
        {t('join.show')}
      </label>
    </>
  );
}

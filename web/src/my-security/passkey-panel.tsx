import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { madePasskey, passkeysPossible } from '../sign-in/passkey.ts';
import { Field } from '../ui/field.tsx';
import { FactorList } from './factor-list.tsx';
import { browserName, type Factors } from './security-facts.ts';

const askedSchema = z.object({ challenge: z.string(), publicKey: z.unknown().optional() });
const addedSchema = z.object({ backupCodes: z.array(z.string()).optional() });

/** One's passkeys, and another. */
export function PasskeyPanel({
  factors,
  onChange,
}: {
  factors: Factors;
  onChange: (codes?: readonly string[]) => void;
}) {
  const t = useText();
  const live = useLive();
  const [adding, setAdding] = useState(false);
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<string>();
  const possible = factors.passkeysPossible && passkeysPossible();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (name === '') return setFault(t('security.name-missing'));
    setFault(undefined);
    setPending(true);
    setFault(await add(name));
    setPending(false);
  };
  async function add(name: string): Promise<string | undefined> {
    const asked = await live.ask('POST', '/api/v1/me/factors/passkey/options');
    if (!asked.ok) return t('security.failed', { reason: asked.error.message });
    const { challenge, publicKey } = askedSchema.parse(asked.result);
    const response = await madePasskey(publicKey);
    if (response === undefined) return t('security.passkey-failed');
    const added = await live.ask('POST', '/api/v1/me/factors/passkey', { challenge, response, name });
    if (!added.ok) return t('security.failed', { reason: added.error.message });
    setAdding(false);
    onChange(addedSchema.parse(added.result).backupCodes);
    return undefined;
  }

  return (
    <article className="security-card">
      <h3>{t('security.passkeys')}</h3>
      <p>{t('security.passkeys-about')}</p>
      <FactorList kind="passkey" factors={factors.passkeys} onChange={onChange} />
      {!possible && <p className="security-none">{t('security.passkeys-no-name')}</p>}
      {possible && !adding && (
        <button type="button" onClick={() => setAdding(true)}>
          {t('security.passkey-add')}
        </button>
      )}
      {adding && (
        <form className="security-form" noValidate onSubmit={(event) => void submit(event)}>
          <Field label={t('security.name')} error={fault}>
            {(control) => (
              <input
                {...control}
                name="name"
                maxLength={60}
                autoComplete="off"
                defaultValue={browserName(navigator.userAgent) ?? t('security.name-passkey')}
              />
            )}
          </Field>
          <div className="security-buttons">
            <button type="submit" className="primary" disabled={pending}>
              {t('security.add')}
            </button>
            <button type="button" className="quiet" onClick={() => setAdding(false)}>
              {t('app.cancel')}
            </button>
          </div>
        </form>
      )}
    </article>
  );
}

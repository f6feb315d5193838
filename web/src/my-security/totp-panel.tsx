import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';
import { CopyButton } from './copy-button.tsx';
import { FactorList } from './factor-list.tsx';
import { QrCode } from './qr-code.tsx';
import type { Factors } from './security-facts.ts';

const askedSchema = z.object({ challenge: z.string(), key: z.string(), uri: z.string() });
type Asked = z.infer<typeof askedSchema>;
const addedSchema = z.object({ backupCodes: z.array(z.string()).optional() });

/** One's authenticators, and another. */
export function TotpPanel({
  factors,
  onChange,
}: {
  factors: Factors;
  onChange: (codes?: readonly string[]) => void;
}) {
  const t = useText();
  const live = useLive();
  const [asked, setAsked] = useState<Asked>();
  const [pending, setPending] = useState(false);
  const [faults, setFaults] = useState<{ whole?: string; name?: string; code?: string }>({});

  const begin = async () => {
    setFaults({});
    const answer = await live.ask('POST', '/api/v1/me/factors/totp/options');
    if (answer.ok) setAsked(askedSchema.parse(answer.result));
    else setFaults({ whole: t('security.failed', { reason: answer.error.message }) });
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const name = String(fields.get('name') ?? '').trim();
    const code = String(fields.get('code') ?? '').trim();
    const found = {
      ...(name === '' ? { name: t('security.name-missing') } : {}),
      ...(code === '' ? { code: t('security.totp-wrong') } : {}),
    };
    setFaults(found);
    if (asked === undefined || Object.keys(found).length > 0) return;
    setPending(true);
    const { challenge } = asked;
    const answer = await live.ask('POST', '/api/v1/me/factors/totp', { challenge, code, name });
    setPending(false);
    if (answer.ok) {
      setAsked(undefined);
      onChange(addedSchema.parse(answer.result).backupCodes);
    } else if (answer.error.code === 'invalid') setFaults({ code: t('security.totp-wrong') });
    else setFaults({ whole: t('security.failed', { reason: answer.error.message }) });
  };

  return (
    <article className="security-card">
      <h3>{t('security.totp')}</h3>
      <p>{t('security.totp-about')}</p>
      <FactorList kind="totp" factors={factors.totp} onChange={onChange} />
      {faults.whole !== undefined && (
        <p className="field-error" role="alert">
          {faults.whole}
        </p>
      )}
      {asked === undefined ? (
        <button type="button" onClick={() => void begin()}>
          {t('security.totp-add')}
        </button>
      ) : (
        <form className="security-form" noValidate onSubmit={(event) => void submit(event)}>
          <p>{t('security.totp-scan')}</p>
          <QrCode text={asked.uri} label={t('security.totp-qr')} />
          <p>{t('security.totp-key')}</p>
          <p className="security-key">
            <code>{asked.key.replace(/(.{4})(?=.)/g, '$1 ')}</code>
            <CopyButton text={asked.key} />
          </p>
          <Field label={t('security.name')} error={faults.name}>
            {(control) => (
              <input
                {...control}
                name="name"
                maxLength={60}
                autoComplete="off"
                defaultValue={t('security.name-totp')}
              />
            )}
          </Field>
          <Field label={t('security.code')} error={faults.code}>
            {(control) => (
              <input
                {...control}
                name="code"
                className="proof-code"
                inputMode="numeric"
                autoComplete="one-time-code"
                required
              />
            )}
          </Field>
          <div className="security-buttons">
            <button type="submit" className="primary" disabled={pending}>
              {t('security.add')}
            </button>
            <button type="button" className="quiet" onClick={() => setAsked(undefined)}>
              {t('app.cancel')}
            </button>
          </div>
        </form>
      )}
    </article>
  );
}

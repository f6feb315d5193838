import { useState } from 'react';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useLive } from '../live/provider.tsx';
import type { Factor } from './security-facts.ts';

/** The factors of one kind, each with its way out. */
export function FactorList({
  kind,
  factors,
  onChange,
}: {
  kind: 'totp' | 'passkey';
  factors: readonly Factor[];
  onChange: () => void;
}) {
  const t = useText();
  const live = useLive();
  const times = useTimes();
  const [sure, setSure] = useState<string>();
  const [refusal, setRefusal] = useState<Refusal>();
  if (factors.length === 0) return null;
  const remove = async ({ id }: Factor) => {
    const answer = await live.ask('DELETE', `/api/v1/me/factors/${kind}/${id}`);
    setSure(undefined);
    setRefusal(answer.ok ? undefined : answer.error);
    onChange();
  };
  const when = (at: string) => times.moment(Date.parse(at), live.now());
  return (
    <>
      <ul className="factor-list">
        {factors.map((factor) => (
          <li key={factor.id}>
            <span>
              <strong>{factor.name}</strong>
              <small>
                {t('security.added', { when: when(factor.createdAt) })} ·{' '}
                {factor.usedAt === null
                  ? t('security.never-used')
                  : t('security.used', { when: when(factor.usedAt) })}
              </small>
            </span>
            {sure === factor.id ? (
              <span className="factor-sure">
                <span>{t('security.remove-sure')}</span>
                <button type="button" className="danger" onClick={() => void remove(factor)}>
                  {t('security.remove')}
                </button>
                <button type="button" className="quiet" onClick={() => setSure(undefined)}>
                  {t('app.cancel')}
                </button>
              </span>
            ) : (
              <button
                type="button"
                className="quiet"
                aria-label={t('security.remove-named', { name: factor.name })}
                onClick={() => setSure(factor.id)}
              >
                {t('security.remove')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {refusal !== undefined && (
        <p className="field-error" role="alert">
          {t('security.failed', { reason: refusal.message })}
        </p>
      )}
    </>
  );
}

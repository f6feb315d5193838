import { useState } from 'react';
import { z } from 'zod';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';

const madeSchema = z.object({ backupCodes: z.array(z.string()) });

/** How many backup codes are left, and new ones. */
export function BackupPanel({
  left,
  onCodes,
}: {
  left: number;
  onCodes: (codes: readonly string[]) => void;
}) {
  const t = useText();
  const live = useLive();
  const [fault, setFault] = useState<string>();
  const make = async () => {
    const answer = await live.ask('POST', '/api/v1/me/factors/backup-codes');
    setFault(answer.ok ? undefined : t('security.failed', { reason: answer.error.message }));
    if (answer.ok) onCodes(madeSchema.parse(answer.result).backupCodes);
  };
  return (
    <article className="security-card">
      <h3>{t('security.backup')}</h3>
      <p>{t('security.backup-about')}</p>
      <p className={left < 3 ? 'security-none' : undefined}>
        <strong>{t('security.backup-left', { count: left })}</strong>
      </p>
      {fault !== undefined && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
      <button type="button" onClick={() => void make()}>
        {t('security.backup-make')}
      </button>
      <p className="security-lead">{t('security.backup-replaces')}</p>
    </article>
  );
}

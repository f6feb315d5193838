import { useState } from 'react';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { BackupCodes } from './backup-codes.tsx';
import { BackupPanel } from './backup-panel.tsx';
import { PasskeyPanel } from './passkey-panel.tsx';
import { factorsSchema, useRead } from './security-facts.ts';
import { SessionsPanel } from './sessions-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';
import './security.css';

/** What somebody signs in with, and where they are signed in. */
export function SecurityPage() {
  const t = useText();
  const { value: factors, refusal, again } = useRead('/api/v1/me/security', factorsSchema);
  const [codes, setCodes] = useState<readonly string[]>();
  const changed = (fresh?: readonly string[]) => {
    if (fresh !== undefined) setCodes(fresh);
    void again();
  };
  const none = factors !== undefined && factors.totp.length + factors.passkeys.length === 0;
  return (
    <Page title={t('my-security.title')}>
      <div className="security">
        <section aria-labelledby="security-factors" className="security-part">
          <h2 id="security-factors">{t('security.factors')}</h2>
          <p className="security-lead">{t('security.factors-lead')}</p>
          {factors === undefined && refusal === undefined && <Loading />}
          {factors === undefined && refusal !== undefined && (
            <Failure title={t('security.load-failed')}>
              <button type="button" onClick={() => void again()}>
                {t('security.retry')}
              </button>
            </Failure>
          )}
          {none && <p className="security-none">{t('security.none')}</p>}
          {factors !== undefined && (
            <div className="security-cards">
              <PasskeyPanel factors={factors} onChange={changed} />
              <TotpPanel factors={factors} onChange={changed} />
              {!none && <BackupPanel left={factors.backupCodes} onCodes={changed} />}
            </div>
          )}
        </section>
        <SessionsPanel />
      </div>
      {codes !== undefined && <BackupCodes codes={codes} onDone={() => setCodes(undefined)} />}
    </Page>
  );
}

import { useState } from 'react';
import { z } from 'zod';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { CopyButton } from '../my-security/copy-button.tsx';
import { sessionsSchema, useRead } from '../my-security/security-facts.ts';
import { SessionList } from '../my-security/session-list.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import type { Asked } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';

const resetSchema = z.object({ backupCode: z.string() });

/** Where somebody else is signed in, with the end of each; and a way back in for who has lost their second factors. */
export function AccountSecurity({ account, name }: { account: string; name: string }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const path = `/api/v1/accounts/${encodeURIComponent(account)}`;
  const { value, refusal, again } = useRead(`${path}/sessions`, sessionsSchema);
  const [asked, setAsked] = useState<Asked>();
  const [sure, setSure] = useState(false);
  const [code, setCode] = useState<string>();
  const busy = asked?.status === 'asking';

  const take = async (what: string, done: string) => {
    setAsked({ status: 'asking' });
    const answer = await live.ask('DELETE', `${path}/${what}`);
    setAsked(answer.ok ? { status: 'done', text: done } : { status: 'refused', refusal: answer.error });
    if (answer.ok) announce(done);
    await again();
    return answer;
  };
  const reset = async () => {
    setSure(false);
    const answer = await take('factors', t('people.reset-done'));
    if (answer.ok) setCode(resetSchema.parse(answer.result).backupCode);
  };

  return (
    <>
      <section aria-labelledby="people-sessions" className="people-security">
        <h3 id="people-sessions">{t('people.sessions')}</h3>
        {value === undefined && refusal === undefined && <Loading />}
        {value === undefined && refusal !== undefined && (
          <Failure title={t('security.load-failed')}>
            <button type="button" onClick={() => void again()}>
              {t('security.retry')}
            </button>
          </Failure>
        )}
        {value?.sessions.length === 0 && <p className="people-quiet">{t('people.sessions-none')}</p>}
        {value !== undefined && value.sessions.length > 0 && (
          <>
            <SessionList
              sessions={value.sessions}
              onEnd={({ id }) => void take(`sessions/${id}`, t('people.session-ended'))}
            />
            <button type="button" disabled={busy} onClick={() => void take('sessions', t('people.ended'))}>
              {t('people.end-sessions')}
            </button>
          </>
        )}
      </section>
      <section aria-labelledby="people-factors" className="people-security">
        <h3 id="people-factors">{t('people.factors')}</h3>
        <p className="people-quiet">{t('people.factors-text')}</p>
        {code === undefined && !sure && (
          <button type="button" disabled={busy} onClick={() => setSure(true)}>
            {t('people.reset')}…
          </button>
        )}
        {sure && (
          <>
            <p>{t('people.reset-sure', { name })}</p>
            <div className="people-buttons">
              <button type="button" className="danger" disabled={busy} onClick={() => void reset()}>
                {t('people.reset')}
              </button>
              <button type="button" className="quiet" onClick={() => setSure(false)}>
                {t('app.cancel')}
              </button>
            </div>
          </>
        )}
        {code !== undefined && (
          <>
            <p>{t('people.reset-once', { name })}</p>
            <code className="people-token">{code}</code>
            <div className="people-buttons">
              <CopyButton text={code} />
              <button type="button" className="primary" onClick={() => setCode(undefined)}>
                {t('people.reset-told')}
              </button>
            </div>
          </>
        )}
      </section>
      <Answer asked={asked} />
    </>
  );
}

import { useState } from 'react';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { sessionsSchema, useRead } from './security-facts.ts';
import { SessionList } from './session-list.tsx';

/** Where somebody is signed in, and the end of each. */
export function SessionsPanel() {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const { value, refusal, again } = useRead('/api/v1/me/sessions', sessionsSchema);
  const [fault, setFault] = useState<string>();
  const sessions = value?.sessions ?? [];

  const end = async (path: string) => {
    const answer = await live.ask('DELETE', path);
    const failed = answer.ok ? undefined : t('security.failed', { reason: answer.error.message });
    setFault(failed);
    if (failed !== undefined) announce(failed);
    await again();
  };

  return (
    <section aria-labelledby="security-sessions" className="security-part">
      <h2 id="security-sessions">{t('security.sessions')}</h2>
      <p className="security-lead">{t('security.sessions-lead')}</p>
      {value === undefined && refusal === undefined && <Loading />}
      {value === undefined && refusal !== undefined && (
        <Failure title={t('security.load-failed')}>
          <button type="button" onClick={() => void again()}>
            {t('security.retry')}
          </button>
        </Failure>
      )}
      {fault !== undefined && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
      <SessionList sessions={sessions} onEnd={({ id }) => void end(`/api/v1/me/sessions/${id}`)} />
      {sessions.length === 1 && <p className="security-lead">{t('security.sessions-only')}</p>}
      {sessions.length > 1 && (
        <button type="button" onClick={() => void end('/api/v1/me/sessions')}>
          {t('security.sessions-end-all')}
        </button>
      )}
    </section>
  );
}

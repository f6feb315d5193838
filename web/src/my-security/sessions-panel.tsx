import { useState } from 'react';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { browserName, type Session, sessionsSchema, useRead } from './security-facts.ts';

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
      <ul className="factor-list">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            onEnd={() => void end(`/api/v1/me/sessions/${session.id}`)}
          />
        ))}
      </ul>
      {sessions.length === 1 && <p className="security-lead">{t('security.sessions-only')}</p>}
      {sessions.length > 1 && (
        <button type="button" onClick={() => void end('/api/v1/me/sessions')}>
          {t('security.sessions-end-all')}
        </button>
      )}
    </section>
  );
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const t = useText();
  const live = useLive();
  const times = useTimes();
  const when = (at: string) => times.moment(Date.parse(at), live.now());
  const name = browserName(session.client?.userAgent) ?? t('security.sessions-unknown');
  const facts = [
    session.client?.address,
    t(`security.strength-${session.strength}`),
    t('security.sessions-began', { when: when(session.beganAt) }),
    ...(session.current ? [] : [t('security.sessions-seen', { when: when(session.seenAt) })]),
  ];
  return (
    <li>
      <span>
        <strong>{name}</strong>
        {session.current && <em className="session-this">{t('security.sessions-this')}</em>}
        <small>{facts.filter((fact) => fact !== undefined).join(' · ')}</small>
      </span>
      {!session.current && (
        <button
          type="button"
          className="quiet"
          aria-label={t('security.sessions-end-named', { name: `${name}, ${when(session.beganAt)}` })}
          onClick={onEnd}
        >
          {t('security.sessions-end')}
        </button>
      )}
    </li>
  );
}

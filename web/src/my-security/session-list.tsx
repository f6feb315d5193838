import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useLive } from '../live/provider.tsx';
import { browserName, type Session } from './security-facts.ts';
import './security.css';

/** Somebody's sessions, each with its end, but for the one that looks at them. */
export function SessionList({
  sessions,
  onEnd,
}: {
  sessions: readonly Session[];
  onEnd: (session: Session) => void;
}) {
  return (
    <ul className="factor-list">
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} onEnd={() => onEnd(session)} />
      ))}
    </ul>
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

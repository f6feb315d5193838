import type { People } from '#domain/access/schema.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow } from '../live/hooks.ts';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';

/** Who is invited and has not come yet. */
export function Invitations({ state }: { state: People }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(30_000);
  const { ask, asked } = useAsk();
  const all = Object.values(state.invitation).sort((a, b) => (a.asOf < b.asOf ? 1 : -1));
  if (all.length === 0) return null;
  const busy = asked?.status === 'asking';
  return (
    <section className="people-section" aria-labelledby="people-invitations">
      <h2 id="people-invitations">{t('people.invitations')}</h2>
      <Answer asked={asked} />
      <ul className="people-rows">
        {all.map(({ id, name, email, roles, expiresAt }) => (
          <li key={id} className="people-row" data-testid={`invitation-${id}`}>
            <strong>{name}</strong>
            <span className="people-quiet">{email}</span>
            <span className="people-roles">
              {roles.map(({ role, place }) => `${t(`role.${role}`)}, ${place.name}`).join(' · ')}
              {' · '}
              {t('people.invitation-until', { time: times.moment(expiresAt, now) })}
            </span>
            <span className="people-buttons">
              <button
                type="button"
                disabled={busy}
                onClick={() => void ask('invitation.resend', { invitation: id }, t('people.resent'))}
              >
                {t('people.resend')}
              </button>
              <button
                type="button"
                disabled={busy}
                onClick={() => void ask('invitation.withdraw', { invitation: id }, t('people.withdrawn'))}
              >
                {t('people.withdraw')}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useState } from 'react';
import type { People } from '#domain/access/schema.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow } from '../live/hooks.ts';
import { Drawer } from '../ui/drawer.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { KeyForm } from './key-form.tsx';
import type { Choosable } from './role-fields.tsx';

/** The systems that have a key, and what each is for. */
export function Keys({ state, places }: { state: People; places: readonly Choosable[] }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(30_000);
  const { ask, asked } = useAsk();
  const [issuing, setIssuing] = useState(false);
  const all = Object.values(state.key).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <section className="people-section" aria-labelledby="people-keys">
      <h2 id="people-keys">{t('people.keys')}</h2>
      <p className="people-quiet">{t('people.keys-text')}</p>
      <Answer asked={asked} />
      {all.length === 0 ? (
        <p>{t('people.keys-none')}</p>
      ) : (
        <ul className="people-rows">
          {all.map(({ id, name, role, place, scope, expiresAt }) => (
            <li key={id} className="people-row" data-testid={`key-${id}`}>
              <strong>{name}</strong>
              <span>
                {t(`role.${role}`)}, {place.name} ·{' '}
                {t('people.key-until', { time: times.moment(expiresAt, now) })}
              </span>
              <code className="people-scope">{[...scope.topics, ...scope.commands].join(' ')}</code>
              <span className="people-buttons">
                <button
                  type="button"
                  disabled={asked?.status === 'asking'}
                  onClick={() => void ask('key.revoke', { key: id }, t('people.key-revoked'))}
                >
                  {t('people.key-revoke')}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="people-buttons">
        <button type="button" onClick={() => setIssuing(true)}>
          {t('people.key-issue')}…
        </button>
      </div>
      {issuing && (
        <Drawer title={t('people.key-issue')} onClose={() => setIssuing(false)}>
          <KeyForm places={places} onDone={() => setIssuing(false)} />
        </Drawer>
      )}
    </section>
  );
}

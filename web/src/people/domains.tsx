import type { FormEvent } from 'react';
import type { People } from '#domain/access/schema.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import type { Choosable } from './role-fields.tsx';

/** The domains whose addresses belong here, and whose queue requests from them stand in. */
export function Domains({ state, places }: { state: People; places: readonly Choosable[] }) {
  const t = useText();
  const { ask, asked } = useAsk();
  const all = Object.values(state.domain).sort((a, b) => a.id.localeCompare(b.id));
  const queues = places.filter(({ kind }) => kind === 'organisation' || kind === 'facility');
  const busy = asked?.status === 'asking';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const data = { domain: String(fields.get('domain')).trim(), place: String(fields.get('place')) };
    if (await ask('domain.add', data, t('people.domain-added'))) form.reset();
  };
  return (
    <section className="people-section" aria-labelledby="people-domains">
      <h2 id="people-domains">{t('people.domains')}</h2>
      <p className="people-quiet">{t('people.domains-text')}</p>
      <Answer asked={asked} />
      {all.length === 0 ? (
        <p>{t('people.domains-none')}</p>
      ) : (
        <ul className="people-rows">
          {all.map(({ id, place }) => (
            <li key={id} className="people-row" data-testid={`domain-${id}`}>
              <strong>{id}</strong>
              <span>{place.name}</span>
              <span className="people-buttons">
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => void ask('domain.remove', { domain: id }, t('people.domain-removed'))}
                >
                  {t('people.domain-remove')}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <form className="people-controls" onSubmit={(event) => void submit(event)}>
        <Field label={t('people.domain')}>
          {(control) => (
            <input {...control} name="domain" required spellCheck={false} autoCapitalize="none" />
          )}
        </Field>
        <Field label={t('people.place')}>
          {(control) => (
            <select {...control} name="place" required>
              {queues.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" disabled={busy}>
          {t('people.domain-add')}
        </button>
      </form>
    </section>
  );
}

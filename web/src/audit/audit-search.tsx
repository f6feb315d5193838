import { useState } from 'react';
import { errorCodes } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { type AuditView, readAuditView } from './audit-view.ts';

const texts = ['who', 'action', 'topic'] as const;
const days = ['from', 'to'] as const;

/** What is looked for. Nothing is asked until somebody says so: each look at the audit stands in the audit. */
export function AuditSearch({ view, onSearch }: { view: AuditView; onSearch: (view: AuditView) => void }) {
  const t = useText();
  const [wanted, setWanted] = useState(view);
  const set = (key: keyof AuditView, value: string) => setWanted((before) => ({ ...before, [key]: value }));
  return (
    <form
      className="audit-search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(readAuditView({ ...wanted }));
      }}
    >
      {texts.map((key) => (
        <Field key={key} label={t(`audit.by-${key}`)}>
          {(control) => (
            <input
              {...control}
              value={wanted[key] ?? ''}
              maxLength={100}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => set(key, target.value)}
            />
          )}
        </Field>
      ))}
      <Field label={t('audit.by-outcome')}>
        {(control) => (
          <select
            {...control}
            value={wanted.outcome ?? ''}
            onChange={({ target }) => set('outcome', target.value)}
          >
            <option value="">{t('audit.any')}</option>
            <option value="ok">{t('audit.outcome-ok')}</option>
            <option value="refused">{t('audit.outcome-refused')}</option>
            {errorCodes.map((code) => (
              <option key={code} value={code}>
                {code}
              </option>
            ))}
          </select>
        )}
      </Field>
      {days.map((key) => (
        <Field key={key} label={t(`audit.by-${key}`)}>
          {(control) => (
            <input
              {...control}
              type="date"
              value={wanted[key] ?? ''}
              onChange={({ target }) => set(key, target.value)}
            />
          )}
        </Field>
      ))}
      <div className="audit-buttons">
        <button type="submit" className="primary">
          {t('audit.search')}
        </button>
        <button type="button" onClick={() => onSearch({})}>
          {t('audit.clear')}
        </button>
      </div>
    </form>
  );
}

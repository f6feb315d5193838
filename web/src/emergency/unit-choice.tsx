import { useId, useState } from 'react';
import type { EmergencyUnits } from '#domain/emergency-doors.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import { useUnits } from './use-units.ts';

type Unit = EmergencyUnits['units'][number];

/** Which unit: found by its name, because whoever asks sees none of it in any list. */
export function UnitChoice({
  chosen,
  error,
  onChoose,
}: {
  chosen: { readonly id: string } | undefined;
  error: string | undefined;
  onChoose: (unit: Unit) => void;
}) {
  const t = useText();
  const [words, setWords] = useState('');
  const found = useUnits(words.trim());
  const errorId = useId();
  return (
    <fieldset
      className="options emergency-units"
      aria-describedby={error === undefined ? undefined : errorId}
    >
      <legend>{t('emergency.unit')}</legend>
      <Field label={t('emergency.find')}>
        {(control) => (
          <input
            {...control}
            type="search"
            autoComplete="off"
            maxLength={100}
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
        )}
      </Field>
      {typeof found === 'string' ? (
        <p role="status">{found === 'finding' ? t('emergency.finding') : t('emergency.find-failed')}</p>
      ) : (
        <div className="emergency-found">
          {found.units.length === 0 && <p role="status">{t('emergency.none-found')}</p>}
          {found.units.map((unit) => (
            <label key={unit.id} className="option">
              <input
                type="radio"
                name="unit"
                checked={chosen?.id === unit.id}
                onChange={() => onChoose(unit)}
              />
              <span>
                {unit.name} <small>{unit.within}</small>
              </span>
            </label>
          ))}
          {found.more && <p>{t('emergency.more')}</p>}
        </div>
      )}
      {error !== undefined && (
        <p className="field-error" id={errorId}>
          {error}
        </p>
      )}
    </fieldset>
  );
}

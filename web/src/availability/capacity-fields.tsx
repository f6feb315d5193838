import { useState } from 'react';
import { mostBeds } from '#domain/network/schema.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { Field } from '../ui/field.tsx';
import type { Draft } from './level-saver.ts';
import { countIn } from './typed-count.ts';

const hours = [1, 2, 4, 8, 12, 24, 72, 168] as const;

/** What changes seldom: how many beds there are, and for how long a count may be relied on. */
export function CapacityFields({
  draft,
  onWant,
}: {
  draft: Draft;
  onWant: (change: Partial<Draft>) => void;
}) {
  const t = useText();
  const times = useTimes();
  const [typed, setTyped] = useState<string>();
  const capacity = typed === undefined ? draft.capacity : countIn(typed);
  const choices = [...new Set([...hours.map((hour) => hour * 60), draft.validForMinutes])].sort(
    (a, b) => a - b,
  );
  const fault = () => {
    if (capacity === undefined) return t('update.not-number', { most: mostBeds });
    return capacity < draft.available
      ? t('update.under-available', { available: draft.available })
      : undefined;
  };
  return (
    <details className="update-details">
      <summary>{t('update.details')}</summary>
      <div className="update-fields">
        <Field label={t('update.capacity')} error={fault()}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              autoComplete="off"
              value={typed ?? String(draft.capacity)}
              onChange={({ target }) => {
                setTyped(target.value);
                const count = countIn(target.value);
                if (count !== undefined && count >= draft.available) onWant({ capacity: count });
              }}
              onBlur={() => {
                if (fault() === undefined) setTyped(undefined);
              }}
            />
          )}
        </Field>
        <Field label={t('update.validity')}>
          {(control) => (
            <select
              {...control}
              value={draft.validForMinutes}
              onChange={({ target }) => onWant({ validForMinutes: Number(target.value) })}
            >
              {choices.map((minutes) => (
                <option key={minutes} value={minutes}>
                  {times.length(minutes * 60_000)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </details>
  );
}

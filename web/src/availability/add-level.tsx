import { type FormEvent, useState } from 'react';
import { type LevelOfCare, levelOfCareSchema } from '#domain/network/levels.ts';
import { mostBeds } from '#domain/network/schema.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Field } from '../ui/field.tsx';
import { countIn } from './typed-count.ts';

/** Begins to count a level of care that the facility has not counted yet. What was written stays until it is saved. */
export function AddLevel({ facility, missing }: { facility: string; missing: readonly LevelOfCare[] }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const [level, setLevel] = useState('');
  const [capacity, setCapacity] = useState('');
  const [available, setAvailable] = useState('');
  const [tried, setTried] = useState(false);
  const [fault, setFault] = useState('');
  const [sending, setSending] = useState(false);
  const [there, free] = [countIn(capacity), countIn(available)];
  const notNumber = t('update.not-number', { most: mostBeds });
  const capacityFault = tried && there === undefined ? notNumber : undefined;
  const availableFault = () => {
    if (!tried) return undefined;
    if (free === undefined) return notNumber;
    return there !== undefined && free > there ? t('update.over-capacity', { capacity: there }) : undefined;
  };
  const chosen = missing.find((one) => one === level) ?? missing[0];
  if (chosen === undefined) return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setFault('');
    if (there === undefined || free === undefined || free > there) return;
    setSending(true);
    const answer = await live.send({
      type: 'availability.attest',
      data: { facility, level: levelOfCareSchema.parse(chosen), capacity: there, available: free },
      expect: 0,
    });
    setSending(false);
    if (!answer.ok && answer.error.code !== 'conflict') {
      setFault(answer.error.code === 'unavailable' ? t('update.not-sent') : t('update.refused'));
      return;
    }
    announce(t('update.added', { level: t(`level.${chosen}`) }));
    setTried(false);
    setCapacity('');
    setAvailable('');
  };
  return (
    <details className="update-add">
      <summary>{t('update.add')}</summary>
      <form className="update-fields" onSubmit={(event) => void submit(event)} noValidate>
        <Field label={t('update.add-level')}>
          {(control) => (
            <select {...control} value={chosen} onChange={({ target }) => setLevel(target.value)}>
              {missing.map((one) => (
                <option key={one} value={one}>
                  {t(`level.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('update.capacity')} error={capacityFault}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              autoComplete="off"
              value={capacity}
              onChange={({ target }) => setCapacity(target.value)}
            />
          )}
        </Field>
        <Field label={t('update.add-available')} error={availableFault()}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              autoComplete="off"
              value={available}
              onChange={({ target }) => setAvailable(target.value)}
            />
          )}
        </Field>
        <p className="update-fault" role="alert">
          {fault}
        </p>
        <button type="submit" className="primary" disabled={sending}>
          {t('update.add-submit')}
        </button>
      </form>
    </details>
  );
}

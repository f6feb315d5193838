import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { emergencyReasonSchema, emergencyReasons } from '#domain/emergency/reasons.ts';
import { explanationSchema } from '#domain/emergency/schema.ts';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Field } from '../ui/field.tsx';
import { UnitChoice } from './unit-choice.tsx';

const lengths = [15, 30, 60] as const;

interface Unit {
  readonly id: string;
  readonly name: string;
}
type Asked =
  | { readonly status: 'asking' }
  | { readonly status: 'given'; readonly unit: Unit }
  | { readonly status: 'refused'; readonly refusal: Refusal };

/** Asks for emergency access: which unit, why, how long. What is missing is said at its place. */
export function BreakGlass() {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const [unit, setUnit] = useState<Unit>();
  const [reason, setReason] = useState('');
  const [explanation, setExplanation] = useState('');
  const [minutes, setMinutes] = useState<number>(30);
  const [tried, setTried] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const given = useRef<HTMLAnchorElement>(null);
  const reasonId = useId();
  const faults = {
    unit: unit === undefined ? t('emergency.choose-unit') : undefined,
    reason: emergencyReasonSchema.safeParse(reason).success ? undefined : t('emergency.choose-reason'),
    explanation: explanationSchema.safeParse(explanation).success
      ? undefined
      : t('emergency.explanation-short'),
  };
  useEffect(() => {
    if (asked?.status === 'given') given.current?.focus();
  }, [asked]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (unit === undefined || Object.values(faults).some((fault) => fault !== undefined)) return;
    setAsked({ status: 'asking' });
    const answer = await live.send({
      type: 'access.break-glass',
      data: { access: crypto.randomUUID(), unit: unit.id, reason, explanation, minutes },
    });
    if (!answer.ok) return setAsked({ status: 'refused', refusal: answer.error });
    setAsked({ status: 'given', unit });
    announce(t('emergency.given', { unit: unit.name }));
    setTried(false);
    setExplanation('');
  };

  return (
    <form className="emergency-form" noValidate onSubmit={(event) => void submit(event)}>
      {asked?.status === 'given' && (
        <p className="emergency-note emergency-given">
          {t('emergency.given', { unit: asked.unit.name })}{' '}
          <Link ref={given} className="button" to="/units/$unit/beds" params={{ unit: asked.unit.id }}>
            {t('emergency.open', { unit: asked.unit.name })}
          </Link>
        </p>
      )}
      <UnitChoice chosen={unit} error={tried ? faults.unit : undefined} onChoose={setUnit} />
      <fieldset className="options" aria-describedby={tried && faults.reason ? reasonId : undefined}>
        <legend>{t('emergency.reason')}</legend>
        {emergencyReasons.map((kind) => (
          <label key={kind} className="option">
            <input type="radio" name="reason" checked={reason === kind} onChange={() => setReason(kind)} />
            <span>{t(`emergency-reason.${kind}`)}</span>
          </label>
        ))}
        {tried && faults.reason !== undefined && (
          <p className="field-error" id={reasonId}>
            {faults.reason}
          </p>
        )}
      </fieldset>
      <Field label={t('emergency.explanation')} error={tried ? faults.explanation : undefined}>
        {(control) => (
          <textarea
            {...control}
            rows={3}
            maxLength={500}
            value={explanation}
            onChange={({ target }) => setExplanation(target.value)}
          />
        )}
      </Field>
      <fieldset className="options emergency-lengths">
        <legend>{t('emergency.minutes')}</legend>
        {lengths.map((length) => (
          <label key={length} className="option">
            <input
              type="radio"
              name="minutes"
              checked={minutes === length}
              onChange={() => setMinutes(length)}
            />
            <span>{t('emergency.minutes-of', { count: length })}</span>
          </label>
        ))}
      </fieldset>
      {asked?.status === 'refused' && (
        <p className="emergency-note emergency-refused" role="alert">
          {t(refusalKey(asked.refusal))}
        </p>
      )}
      <button type="submit" className="emergency-break" disabled={asked?.status === 'asking'}>
        {asked?.status === 'asking'
          ? t('emergency.asking')
          : unit === undefined
            ? t('emergency.break')
            : t('emergency.break-named', { unit: unit.name })}
      </button>
    </form>
  );
}

function refusalKey({ code, details }: Refusal) {
  switch (code) {
    case 'conflict':
      return details?.until === undefined ? 'emergency.refused-sees' : 'emergency.refused-has';
    case 'step_up':
      return 'emergency.refused-step-up';
    case 'forbidden':
    case 'not_found':
      return 'emergency.refused-forbidden';
    case 'rate_limited':
      return 'emergency.refused-limited';
    case 'invalid':
      return 'emergency.refused-invalid';
    default:
      return 'emergency.refused-other';
  }
}

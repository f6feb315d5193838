import { useId, useMemo, useState } from 'react';
import { countIn } from '../availability/typed-count.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { type Answered, createLinkSender, type LastCount, type Sent } from './link-door.ts';

interface CountFormProps {
  readonly token: string;
  readonly levels: readonly LastCount[];
  readonly times: Times;
  readonly onSaved: (answers: readonly Answered[]) => void;
  /** Somebody else has said something, or the link has ended. */
  readonly onChanged: () => Promise<void>;
}

/** A number for each level of care, and one button. What was written stays whatever comes of sending it. */
export function CountForm({ token, levels, times, onSaved, onChanged }: CountFormProps) {
  const t = useText();
  const send = useMemo(() => createLinkSender(token), [token]);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [came, setCame] = useState<Sent | 'nothing' | 'sending'>();
  const textOf = ({ level, available }: LastCount) => typed[level] ?? available?.toString() ?? '';
  const changed = levels.some((level) => textOf(level) !== (level.available?.toString() ?? ''));

  async function submit(): Promise<void> {
    const written = levels.filter((level) => textOf(level).trim() !== '');
    const wrong = written.filter((level) => (countIn(textOf(level)) ?? Infinity) > level.capacity);
    setFaults(wrong.map(({ level }) => level));
    if (wrong.length > 0) return setCame(undefined);
    if (written.length === 0) return setCame('nothing');
    setCame('sending');
    const answers = written.map((level) => ({
      level: level.level,
      version: level.version,
      available: countIn(textOf(level)) ?? 0,
    }));
    const outcome = await send(answers);
    if (outcome === 'saved') return onSaved(answers);
    if (outcome === 'conflict' || outcome === 'gone') await onChanged();
    return setCame(outcome);
  }

  return (
    <form
      className="count-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <ul className="count-levels">
        {levels.map((level) => (
          <LevelRow
            key={level.level}
            last={level}
            text={textOf(level)}
            wrong={faults.includes(level.level)}
            times={times}
            onType={(text) => setTyped({ ...typed, [level.level]: text })}
          />
        ))}
      </ul>
      <p className="count-fault" role="alert">
        {came !== undefined && came !== 'sending' && came !== 'saved' && t(faultKeys[came])}
      </p>
      <button type="submit" className="primary count-send" disabled={came === 'sending'}>
        {came === 'sending'
          ? t('count-link.sending')
          : changed
            ? t('count-link.send')
            : t('count-link.still-true')}
      </button>
    </form>
  );
}

const faultKeys = {
  conflict: 'count-link.overtaken',
  gone: 'count-link.refused',
  invalid: 'count-link.refused',
  'too-many': 'count-link.too-many',
  'no-answer': 'count-link.no-answer',
  nothing: 'count-link.nothing',
} as const;

function LevelRow({
  last,
  text,
  wrong,
  times,
  onType,
}: {
  last: LastCount;
  text: string;
  wrong: boolean;
  times: Times;
  onType: (text: string) => void;
}) {
  const t = useText();
  const faultId = useId();
  const level = t(`level.${last.level}`);
  const count = countIn(text);
  const step = (by: number) => onType(String(Math.min(last.capacity, Math.max(0, (count ?? 0) + by))));
  const age = times.length(Date.now() - Date.parse(last.asOf));
  return (
    <li className={last.lapsed ? 'count-level count-old' : 'count-level'}>
      <h2>{level}</h2>
      <div className="count-row">
        <button
          type="button"
          className="count-step"
          aria-label={t('count-link.fewer', { level })}
          disabled={count === 0}
          onClick={() => step(-1)}
        >
          −
        </button>
        <input
          inputMode="numeric"
          autoComplete="off"
          aria-label={t('count-link.available', { level })}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? faultId : undefined}
          value={text}
          onChange={({ target }) => onType(target.value)}
        />
        <button
          type="button"
          className="count-step"
          aria-label={t('count-link.more', { level })}
          disabled={count === last.capacity}
          onClick={() => step(1)}
        >
          +
        </button>
        <span className="count-of">{t('count-link.of', { count: last.capacity })}</span>
      </div>
      {wrong && (
        <p className="count-fault" id={faultId}>
          {t('count-link.not-number', { most: last.capacity })}
        </p>
      )}
      <p className="count-quiet">
        {last.available === undefined
          ? t('count-link.never')
          : age === undefined
            ? t('count-link.last-now')
            : t('count-link.last', { time: times.moment(last.asOf, Date.now()), age })}
        {last.lapsed && last.available !== undefined && (
          <strong className="count-lapsed"> · {t('count-link.ran-out')}</strong>
        )}
      </p>
    </li>
  );
}

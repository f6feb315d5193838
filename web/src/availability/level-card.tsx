import { useEffect, useId, useState } from 'react';
import { type AttestedLevel, mostBeds } from '#domain/network/schema.ts';
import { shownAs } from '#domain/network/shown.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { LevelGlyph } from '../network/level-state.tsx';
import { sourceName } from '../ui/source-name.ts';
import { CapacityFields } from './capacity-fields.tsx';
import type { Draft } from './level-saver.ts';
import { SavingText } from './saving-text.tsx';
import { countIn } from './typed-count.ts';
import { Undo } from './undo.tsx';
import { useLevelSaver } from './use-level-saver.ts';

interface LevelCardProps {
  readonly facility: string;
  readonly level: AttestedLevel;
  readonly me: string;
  readonly may: boolean;
  readonly times: Times;
  readonly now: number;
  readonly confirming: boolean;
  readonly onConfirm: () => void;
}

/** One level of care: a large − and +, the number itself to write into, and what became of it. */
export function LevelCard({ facility, level, me, may, times, now, confirming, onConfirm }: LevelCardProps) {
  const t = useText();
  const { saving, saver } = useLevelSaver(facility, level, me);
  const [typed, setTyped] = useState<string>();
  const errorId = useId();
  const { status } = saving;
  useEffect(() => {
    if (status === 'saved') setTyped(undefined);
  }, [status]);
  const name = t(`level.${level.level}`);
  const stands = saving.status === 'idle' ? level : saving.draft;
  // Of beds whose count nobody has said there is nothing to begin from: not even none.
  const { available, capacity, validForMinutes } = stands;
  const fault = typed === undefined ? undefined : faultOf(countIn(typed), capacity);
  const state = shownAs(level, now);
  const want = (change: Partial<Draft>) => {
    const wanted = change.available ?? available;
    if (wanted !== undefined) saver.want({ capacity, validForMinutes, ...change, available: wanted });
  };
  const step = (by: number) => {
    setTyped(undefined);
    want({ available: Math.min(capacity, Math.max(0, (available ?? 0) + by)) });
  };
  const write = (text: string) => {
    setTyped(text);
    const count = countIn(text);
    if (count !== undefined && count <= capacity) want({ available: count });
  };
  return (
    <li
      className={state === 'unknown' ? 'update-level update-unknown' : 'update-level'}
      data-testid={`update-${level.level}`}
    >
      <header className="update-level-head">
        <h2>{name}</h2>
        <p className="update-state">
          <LevelGlyph state={state} />
          {t(`shown.${state}`)}
        </p>
      </header>
      {may ? (
        <div className="update-count">
          <button
            type="button"
            className="update-step"
            aria-label={t('update.fewer', { level: name })}
            disabled={available === undefined || available <= 0}
            onClick={() => step(-1)}
          >
            <span aria-hidden="true">−</span>
          </button>
          <input
            type="text"
            inputMode="numeric"
            autoComplete="off"
            aria-label={t('update.available', { level: name })}
            value={typed ?? String(available ?? '')}
            onChange={({ target }) => write(target.value)}
            onBlur={() => {
              if (fault === undefined) setTyped(undefined);
            }}
            {...(fault === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': errorId })}
          />
          <button
            type="button"
            className="update-step"
            aria-label={t('update.more', { level: name })}
            disabled={(available ?? 0) >= capacity}
            onClick={() => step(1)}
          >
            <span aria-hidden="true">+</span>
          </button>
          <span className="update-of">{t('update.of', { count: capacity })}</span>
        </div>
      ) : (
        <p className="update-count">
          <strong className="update-number">{level.available ?? '–'}</strong>
          <span className="update-of">{t('update.of', { count: level.capacity })}</span>
        </p>
      )}
      {fault !== undefined && (
        <p className="field-error" id={errorId}>
          {fault}
        </p>
      )}
      {saving.status === 'conflict' && (
        <div className="note note-refused" role="alert">
          <p>
            {t('update.conflict', {
              source: sourceName(t, level.source),
              theirs: level.available ?? '–',
              time: times.clock(level.asOf),
              mine: saving.draft.available,
            })}
          </p>
          <p className="update-choice">
            <button type="button" className="primary" onClick={() => saver.insist()}>
              {t('update.keep-mine', { count: saving.draft.available })}
            </button>
            <button
              type="button"
              onClick={() => {
                setTyped(undefined);
                saver.drop();
              }}
            >
              {level.available === undefined
                ? t('update.take-unknown')
                : t('update.take-theirs', { count: level.available })}
            </button>
          </p>
        </div>
      )}
      <div className="update-foot">
        <SavingText saving={saving} level={level} me={me} times={times} now={now} />
        {may && (
          <span className="update-buttons">
            <Undo
              facility={facility}
              level={level}
              me={me}
              now={now}
              saving={saving}
              onUndone={() => {
                setTyped(undefined);
                saver.drop();
              }}
            />
            {available !== undefined && (saving.status === 'idle' || saving.status === 'saved') && (
              <button
                type="button"
                disabled={confirming}
                aria-label={t('update.still-true-named', { level: name })}
                onClick={onConfirm}
              >
                {t('update.still-true')}
              </button>
            )}
          </span>
        )}
      </div>
      {may && available !== undefined && (
        <CapacityFields draft={{ available, capacity, validForMinutes }} onWant={want} />
      )}
    </li>
  );

  function faultOf(count: number | undefined, most: number): string | undefined {
    if (count === undefined) return t('update.not-number', { most: mostBeds });
    return count > most ? t('update.over-capacity', { capacity: most }) : undefined;
  }
}

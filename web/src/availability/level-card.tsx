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
  const draft: Draft = saving.status === 'idle' ? level : saving.draft;
  const wanted = typed === undefined ? draft.available : countIn(typed);
  const fault = typed === undefined ? undefined : faultOf(wanted, draft.capacity);
  const state = shownAs(level, now);
  const want = (change: Partial<Draft>) =>
    saver.want({
      available: draft.available,
      capacity: draft.capacity,
      validForMinutes: draft.validForMinutes,
      ...change,
    });
  const step = (by: number) => {
    setTyped(undefined);
    want({ available: Math.min(draft.capacity, Math.max(0, draft.available + by)) });
  };
  const write = (text: string) => {
    setTyped(text);
    const available = countIn(text);
    if (available !== undefined && available <= draft.capacity) want({ available });
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
            disabled={draft.available <= 0}
            onClick={() => step(-1)}
          >
            <span aria-hidden="true">−</span>
          </button>
          <input
            type="text"
            inputMode="numeric"
            autoComplete="off"
            aria-label={t('update.available', { level: name })}
            value={typed ?? String(draft.available)}
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
            disabled={draft.available >= draft.capacity}
            onClick={() => step(1)}
          >
            <span aria-hidden="true">+</span>
          </button>
          <span className="update-of">{t('update.of', { count: draft.capacity })}</span>
        </div>
      ) : (
        <p className="update-count">
          <strong className="update-number">{level.available}</strong>
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
              theirs: level.available,
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
              {t('update.take-theirs', { count: level.available })}
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
            {(saving.status === 'idle' || saving.status === 'saved') && (
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
      {may && <CapacityFields draft={draft} onWant={want} />}
    </li>
  );

  function faultOf(count: number | undefined, capacity: number): string | undefined {
    if (count === undefined) return t('update.not-number', { most: mostBeds });
    return count > capacity ? t('update.over-capacity', { capacity }) : undefined;
  }
}

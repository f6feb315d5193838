import { useState } from 'react';
import { mayUndo } from '#domain/network/decide.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import type { Saving } from './level-saver.ts';

/** For ten seconds the last word can be taken back. */
export function Undo({
  facility,
  level,
  me,
  now,
  saving,
  onUndone,
}: {
  facility: string;
  level: AttestedLevel;
  me: string;
  now: number;
  saving: Saving;
  onUndone: () => void;
}) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState(false);
  const possible =
    mayUndo(level, { kind: 'person', id: me }, now) &&
    (saving.status === 'idle' || saving.status === 'saved');
  const before = saving.status === 'saved' && saving.version === level.version ? saving.before : undefined;
  if (!possible && !asking) return failed ? <span role="alert">{t('update.undo-failed')}</span> : null;
  return (
    <button
      type="button"
      disabled={asking}
      onClick={() => {
        setAsking(true);
        void live
          .send({
            type: 'availability.undo',
            data: { facility, level: level.level },
            expect: level.version,
          })
          .then((answer) => {
            setAsking(false);
            setFailed(!answer.ok);
            if (!answer.ok) return;
            onUndone();
            announce(t('update.undone', { level: t(`level.${level.level}`) }));
          });
      }}
    >
      {before === undefined ? t('update.undo') : t('update.undo-to', { count: before })}
    </button>
  );
}

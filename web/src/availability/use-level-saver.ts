import { useEffect, useState } from 'react';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { createLevelSaver, type LevelSaver, type Saving } from './level-saver.ts';

/** What becomes of what this person wants of a level, while its card is there. */
export function useLevelSaver(
  facility: string,
  level: AttestedLevel,
  me: string,
): { readonly saving: Saving; readonly saver: LevelSaver } {
  const live = useLive();
  const [saver] = useState(() =>
    createLevelSaver({ facility, level: level.level, me, send: live.send, contact: live.contact }),
  );
  const saving = useStore(saver);
  useEffect(() => saver.see(level), [saver, level]);
  useEffect(() => saver.start(), [saver]);
  return { saving, saver };
}

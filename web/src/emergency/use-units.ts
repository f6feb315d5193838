import { useEffect, useState } from 'react';
import { type EmergencyUnits, emergencyUnitsSchema } from '#domain/emergency-doors.ts';
import { useLive } from '../live/provider.tsx';

/** So long somebody writes on before it is looked for. */
const pauseMs = 200;

/** The units whose names have these words, as the server finds them. */
export function useUnits(words: string): EmergencyUnits | 'finding' | 'failed' {
  const live = useLive();
  const [found, setFound] = useState<EmergencyUnits | 'finding' | 'failed'>('finding');
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      const answer = await live.ask('GET', `/api/v1/emergency/units?${new URLSearchParams({ words })}`);
      if (!wanted) return;
      const units = emergencyUnitsSchema.safeParse(answer.ok ? answer.result : undefined);
      setFound(units.success ? units.data : 'failed');
    }, pauseMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [live, words]);
  return found;
}

import { useMemo } from 'react';
import { useLanguage } from './language.tsx';
import { createTimes, type Times } from './times.ts';

/** Times in the person's language and the given zone; without one, in the zone of this device. */
export function useTimes(zone?: string): Times {
  const { language } = useLanguage();
  return useMemo(
    () => createTimes(language, zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    [language, zone],
  );
}

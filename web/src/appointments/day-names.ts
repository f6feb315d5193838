import { useMemo } from 'react';
import { useLanguage } from '../language/language.tsx';

/** Writes a date such as `2026-11-21` with its weekday, as the person's language does. */
export function useDayName(): (date: string) => string {
  const { language } = useLanguage();
  return useMemo(() => {
    const form = new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
      timeZone: 'UTC',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    });
    return (date) => form.format(Date.parse(`${date}T00:00:00Z`));
  }, [language]);
}

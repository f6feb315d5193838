import { type Instant, millis } from '#domain/instant.ts';
import type { Language } from './languages.ts';

/** Times and numbers as a person of one language reads them on a clock of one zone. */
export interface Times {
  readonly zone: string;
  /** 10:42 */
  clock(at: number | Instant): string;
  /** 10:42 today, otherwise with the day: 20 Nov, 10:42 */
  moment(at: number | Instant, now: number): string;
  /** A date without a time, such as a day of birth. */
  day(date: string): string;
  /** 50 min, 3 h, 2 days, 6 yrs: one unit, so that it changes seldom. Under a minute there is none. */
  length(ms: number): string | undefined;
  /** 95 min: for what is measured against a goal in minutes. A clock that is a little ahead makes nothing negative. */
  minutes(ms: number): string;
  percent(share: number): string;
  /** 1,234 beds. */
  count(value: number): string;
  /** 987, 1.2k, 641k: for a wall, from which nobody reads the last digits. */
  shortCount(value: number): string;
}

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', vi: 'vi-VN' };

/** Times in a language and a zone. */
export function createTimes(language: Language, zone: string): Times {
  const locale = locales[language];
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const dayOfYear = new Intl.DateTimeFormat(locale, { timeZone: zone, day: 'numeric', month: 'short' });
  const date = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const count = new Intl.NumberFormat(locale);
  const short = new Intl.NumberFormat(locale, { notation: 'compact' });
  const units = {
    minute: inUnit(locale, 'minute'),
    hour: inUnit(locale, 'hour'),
    day: inUnit(locale, 'day'),
    year: inUnit(locale, 'year'),
  };
  const ms = (at: number | Instant) => (typeof at === 'number' ? at : millis(at));
  return {
    zone,
    clock: (at) => clock.format(ms(at)),
    moment: (at, now) => {
      const day = dayOfYear.format(ms(at));
      const time = clock.format(ms(at));
      return day === dayOfYear.format(now) ? time : `${day}, ${time}`;
    },
    day: (text) => date.format(Date.parse(text)),
    length: (length) => {
      const minutes = Math.floor(length / 60_000);
      if (minutes < 1) return undefined;
      if (minutes < 60) return units.minute.format(minutes);
      if (minutes < 48 * 60) return units.hour.format(Math.floor(minutes / 60));
      const days = Math.floor(minutes / 1440);
      return days < 2 * 365 ? units.day.format(days) : units.year.format(Math.floor(days / 365.25));
    },
    minutes: (length) => units.minute.format(Math.max(0, Math.floor(length / 60_000))),
    percent: (share) => percent.format(share),
    count: (value) => count.format(value),
    shortCount: short.format,
  };
}

function inUnit(locale: string, unit: 'minute' | 'hour' | 'day' | 'year'): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' });
}

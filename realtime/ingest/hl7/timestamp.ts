/**
 * HL7 times (chapter 2A, data types DTM and DT):
 * `YYYYMMDD[HH[MM[SS[.S[S[S[S]]]]]]][+ZZZZ|-ZZZZ]`. Precisions coarser than a day are legal HL7 but no instant.
 */
const DTM = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,4}))?)?)?)?([+-]\d{4})?$/;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timezone, made);
  return made;
}

/** What the wall clocks of a zone are ahead of UTC at an instant, in ms. */
function offsetAt(instant: number, timezone: string): number {
  const parts = new Map(
    formatterOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}

/**
 * An hour that occurs twice (clocks go back) is taken at its first occurrence; one that never occurs (clocks go
 * forward) as the sender's clock would show it had it not been changed.
 */
function toInstant(wall: number, timezone: string): number {
  const before = offsetAt(wall - DAY, timezone);
  const after = offsetAt(wall + DAY, timezone);
  const fits = [wall - before, wall - after].filter(
    (instant) => instant + offsetAt(instant, timezone) === wall,
  );
  return fits.length > 0 ? Math.min(...fits) : wall - before;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1800 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function parseOffset(text: string): number | undefined {
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3, 5));
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}

/**
 * Gives the instant of an HL7 time as ISO 8601 in UTC with milliseconds. Where it names no offset it is wall time in
 * `timezone` (an IANA name); where it is only a date, that day's first moment. Nothing when it is no such time.
 * @throws RangeError when `timezone` is no IANA zone: a fault of our settings, not of the message.
 */
export function parseInstant(text: string, timezone: string): string | undefined {
  const match = DTM.exec(text);
  if (match === null) return undefined;
  const number = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hour, minute, second] = [number(4), number(5), number(6)];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const millisecond = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const zone = match[8];
  const offset = zone === undefined ? undefined : parseOffset(zone);
  if (zone !== undefined && offset === undefined) return undefined;
  const instant = offset === undefined ? toInstant(wall, timezone) : wall - offset;
  return new Date(instant + millisecond).toISOString();
}

/**
 * Gives the date of an HL7 date or time as `YYYY-MM-DD`, as written: a birth date has no zone. `partial` when it is
 * legal but names no day; nothing when it is not legal.
 */
export function parseDate(text: string): string | 'partial' | undefined {
  if (/^\d{4}(?:0[1-9]|1[0-2])?$/.test(text)) return 'partial';
  const match = DTM.exec(text);
  if (match === null || !isDay(Number(match[1]), Number(match[2]), Number(match[3]))) return undefined;
  return `${match[1]}-${match[2]}-${match[3]}`;
}

/** Gives an instant (ms since 1970) as an HL7 time in UTC: `20260131120000.250+0000`. */
export function formatInstant(instant: number): string {
  return `${new Date(instant).toISOString().replace(/[-:TZ]/g, '')}+0000`;
}

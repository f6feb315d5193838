import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, parseDate, parseInstant } from './timestamp.ts';

describe('HL7 times', () => {
  test.each([
    ['20260131081500', 'Asia/Ho_Chi_Minh', '2026-01-31T01:15:00.000Z'],
    ['202601310815', 'Asia/Ho_Chi_Minh', '2026-01-31T01:15:00.000Z'],
    ['2026013108', 'Asia/Ho_Chi_Minh', '2026-01-31T01:00:00.000Z'],
    ['20260131', 'Asia/Ho_Chi_Minh', '2026-01-30T17:00:00.000Z'],
    ['20260131081500.25', 'UTC', '2026-01-31T08:15:00.250Z'],
    ['20260131081500.1239', 'UTC', '2026-01-31T08:15:00.123Z'],
    ['20260131081500+0700', 'America/New_York', '2026-01-31T01:15:00.000Z'],
    ['20260131081500-0330', 'UTC', '2026-01-31T11:45:00.000Z'],
    ['20240229120000', 'UTC', '2024-02-29T12:00:00.000Z'],
    ['20260131081500', 'America/New_York', '2026-01-31T13:15:00.000Z'],
    ['20260731081500', 'America/New_York', '2026-07-31T12:15:00.000Z'],
  ])('%s in %s', (text, timezone, expected) => {
    expect(parseInstant(text, timezone)).toBe(expected);
  });

  test('an hour that occurs twice is its first occurrence; one that never occurs goes on from before', () => {
    expect(parseInstant('20261101013000', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
    expect(parseInstant('20260308023000', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    expect(parseInstant('20261025023000', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(parseInstant('20260405013000', 'Australia/Lord_Howe')).toBe('2026-04-04T14:30:00.000Z');
  });

  test.each([
    ...['', '2026', '202601', '20261301', '20260230', '20260131240000', '20260131086000', '20260131081561'],
    ...[
      '2026-01-31',
      '20260131T0815',
      '20260131081500+07',
      '20260131081500+1500',
      '20260131081500.',
      'yesterday',
    ],
    ...['00000000', '2026013108150012345', '20260131081500Z', ' 20260131'],
  ])('%s is no instant', (text) => {
    expect(parseInstant(text, 'UTC')).toBeUndefined();
  });

  test('an unknown zone is our fault and is thrown', () => {
    expect(() => parseInstant('20260131', 'Mars/Olympus')).toThrow(RangeError);
  });

  test('every instant written is read back, in every zone', () => {
    const instant = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(2100, 0) });
    fc.assert(
      fc.property(instant, fc.constantFrom('UTC', 'Asia/Ho_Chi_Minh', 'America/St_Johns'), (at, zone) => {
        expect(parseInstant(formatInstant(at), zone)).toBe(new Date(at).toISOString());
      }),
    );
  });

  test('wall time without an offset is what the zone shows at the instant it gives', () => {
    const zones = fc.constantFrom(
      'Europe/London',
      'America/New_York',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    );
    const instant = fc.integer({ min: Date.UTC(1990, 0) / 60_000, max: Date.UTC(2037, 0) / 60_000 });
    fc.assert(
      fc.property(instant, zones, (minutes, timeZone) => {
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
        const wall = shown.format(minutes * 60_000).replace(/\D/g, '');
        const at = parseInstant(wall, timeZone);
        expect(at).toBeDefined();
        expect(shown.format(new Date(at ?? 0)).replace(/\D/g, '')).toBe(wall);
      }),
    );
  });

  test('birth dates', () => {
    expect(parseDate('19480312')).toBe('1948-03-12');
    expect(parseDate('194803120500')).toBe('1948-03-12');
    expect(parseDate('1948')).toBe('partial');
    expect(parseDate('194803')).toBe('partial');
    expect(parseDate('19480231')).toBeUndefined();
    expect(parseDate('12/03/1948')).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantInZone, localInZone } from './zone.ts';

describe('a time in a zone', () => {
  it.each([
    ['2026-11-21T10:42', 'Asia/Ho_Chi_Minh', '2026-11-21T03:42:00.000Z'],
    ['2026-07-01T10:42', 'Europe/London', '2026-07-01T09:42:00.000Z'],
    ['2026-01-01T00:00', 'America/New_York', '2026-01-01T05:00:00.000Z'],
    // 25 October 2026: 01:30 comes twice in London.
    ['2026-10-25T01:30', 'Europe/London', '2026-10-25T00:30:00.000Z'],
    // 29 March 2026: 01:30 does not exist in London.
    ['2026-03-29T01:30', 'Europe/London', '2026-03-29T01:30:00.000Z'],
  ])('%s in %s', (local, zone, instant) => {
    expect(instantInZone(local, zone)).toBe(instant);
  });

  it('is nothing where nothing was entered', () => {
    expect(instantInZone('', 'Europe/London')).toBeUndefined();
  });

  it('comes back from what a clock there shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000_000 }), (minutes) => {
        const ms = minutes * 60_000;
        const zone = 'Asia/Kolkata';
        expect(instantInZone(localInZone(ms, zone), zone)).toBe(new Date(ms).toISOString());
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestFree } from './free.ts';
import { everyDay, momentOf, openIntervals, weekdayOf } from './hours.ts';
import { common, type Interval, merged, overlap, within, without } from './interval.ts';

const interval = (max: number) =>
  fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 1, max: 40 }))
    .map(([start, length]): Interval => ({ start, end: start + length }));
const intervals = fc.array(interval(200), { maxLength: 12 });
/** The whole moments of some stretches, one by one: what the operations on stretches are compared with. */
const moments = (all: readonly Interval[]) =>
  new Set(all.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));
const sorted = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b);

describe('stretches of time', () => {
  test('joined, in common and without are what sets of moments say', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        const inB = moments(b);
        expect(sorted(moments(merged(a)))).toEqual(sorted(moments(a)));
        expect(sorted(moments(common(a, b)))).toEqual(sorted(moments(a)).filter((one) => inB.has(one)));
        expect(sorted(moments(without(a, b)))).toEqual(sorted(moments(a)).filter((one) => !inB.has(one)));
        for (const result of [merged(a), common(a, b), without(a, b)]) {
          for (const [index, { start, end }] of result.entries()) {
            expect(start).toBeLessThan(end);
            expect(start).toBeGreaterThan(result[index - 1]?.end ?? Number.NEGATIVE_INFINITY);
          }
        }
      }),
    );
  });

  test('overlap means a moment in common', () => {
    fc.assert(
      fc.property(interval(60), interval(60), (a, b) => {
        expect(overlap(a, b)).toBe(common([a], [b]).length > 0);
      }),
    );
  });
});

describe('the nearest free times', () => {
  const wanted = fc.record({
    wanted: interval(200),
    open: intervals,
    busy: intervals,
    notBefore: fc.integer({ min: 0, max: 200 }),
    count: fc.integer({ min: 1, max: 8 }),
  });

  test('are free, as long as what was wanted, apart, in order', () => {
    fc.assert(
      fc.property(wanted, (request) => {
        const found = nearestFree(request);
        expect(found.length).toBeLessThanOrEqual(request.count);
        for (const [index, one] of found.entries()) {
          expect(one.end - one.start).toBe(request.wanted.end - request.wanted.start);
          expect(one.start).toBeGreaterThanOrEqual(request.notBefore);
          expect(within(one, merged(request.open))).toBe(true);
          expect(request.busy.some((busy) => overlap(busy, one))).toBe(false);
          const before = found[index - 1];
          if (before !== undefined) expect(before.end).toBeLessThanOrEqual(one.start);
        }
      }),
    );
  });

  test('have the very nearest among them, wherever there is one', () => {
    fc.assert(
      fc.property(wanted, (request) => {
        const { start, end } = request.wanted;
        const open = merged(request.open);
        const possible = Array.from({ length: 260 }, (_, at) => ({
          start: at,
          end: at + end - start,
        })).filter(
          (one) =>
            one.start >= request.notBefore &&
            within(one, open) &&
            !request.busy.some((busy) => overlap(busy, one)),
        );
        const far = (all: readonly Interval[]) => Math.min(...all.map((one) => Math.abs(one.start - start)));
        expect(far(nearestFree(request))).toBe(far(possible));
      }),
    );
  });
});

describe('working hours', () => {
  const hours = everyDay([
    { from: 8 * 60, to: 12 * 60 },
    { from: 13 * 60, to: 17 * 60 },
  ]);
  const at = (text: string) => Date.parse(text);

  test('are by the clock of the zone, on the day it is there', () => {
    const window = { start: at('2026-03-02T00:00Z'), end: at('2026-03-02T11:00Z') };
    expect(openIntervals(hours, 'Asia/Ho_Chi_Minh', window)).toEqual([
      { start: at('2026-03-02T01:00Z'), end: at('2026-03-02T05:00Z') },
      { start: at('2026-03-02T06:00Z'), end: at('2026-03-02T10:00Z') },
    ]);
    expect(weekdayOf('2026-03-02')).toBe('monday');
    expect(weekdayOf('2026-03-01')).toBe('sunday');
  });

  test('know days off', () => {
    const weekdaysOnly = { ...hours, saturday: [], sunday: [] };
    const weekend = { start: at('2026-03-07T00:00Z'), end: at('2026-03-08T23:00Z') };
    expect(openIntervals(weekdaysOnly, 'UTC', weekend)).toEqual([]);
  });

  test('go on across midnight where they touch', () => {
    const night = everyDay([
      { from: 0, to: 360 },
      { from: 1200, to: 1440 },
    ]);
    const window = { start: at('2026-03-02T21:00Z'), end: at('2026-03-03T02:00Z') };
    expect(openIntervals(night, 'UTC', window)).toEqual([
      { start: at('2026-03-02T20:00Z'), end: at('2026-03-03T06:00Z') },
    ]);
  });

  test.each([
    ['put forward', '2026-03-29', 23],
    ['put back', '2026-10-25', 25],
    ['left alone', '2026-11-21', 24],
  ])('on a day on which clocks are %s', (_what, day, length) => {
    const zone = 'Europe/Vienna';
    expect((momentOf(day, 1440, zone) - momentOf(day, 0, zone)) / 3_600_000).toBe(length);
    const whole = { start: momentOf(day, 0, zone), end: momentOf(day, 1440, zone) };
    expect(openIntervals(hours, zone, whole)).toEqual([
      { start: momentOf(day, 480, zone), end: momentOf(day, 720, zone) },
      { start: momentOf(day, 780, zone), end: momentOf(day, 1020, zone) },
    ]);
  });
});

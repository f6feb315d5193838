import { describe, expect, it } from 'vitest';
import { createTimes } from './times.ts';

const minute = 60_000;
const at = '2026-11-21T17:05:00.000Z';

describe('times', () => {
  const english = createTimes('en', 'Asia/Ho_Chi_Minh');
  const vietnamese = createTimes('vi', 'Asia/Ho_Chi_Minh');

  it('are on the 24-hour clock of the zone', () => {
    expect(english.clock(at)).toBe('00:05');
    expect(vietnamese.clock(at)).toBe('00:05');
  });

  it('name the day when it is another', () => {
    const sameDay = Date.parse('2026-11-21T18:00:00.000Z');
    expect(english.moment(at, sameDay)).toBe('00:05');
    expect(english.moment(at, sameDay - 2 * 60 * minute)).toBe('22 Nov, 00:05');
  });

  it.each([
    [0, undefined],
    [59_999, undefined],
  ])('has no words for a length of %i ms', (ms, text) => {
    expect(english.length(ms)).toBe(text);
  });

  it.each([
    [987, '987', '987'],
    [1_553, '1,553', '1.6k'],
    [36_747, '36,747', '37k'],
    [641_240, '641,240', '641k'],
  ])('write %i in full, and short for a wall', (value, full, short) => {
    expect(english.count(value)).toBe(full);
    expect(english.shortCount(value).toLowerCase()).toBe(short);
  });

  // How a unit is shortened is the browser's; which unit is ours.
  it.each([
    [minute, /^1 min/],
    [59 * minute, /^59 min/],
    [60 * minute, /^1 h/],
    [47 * 60 * minute, /^47 h/],
    [48 * 60 * minute, /^2 d/],
  ])('has one unit for a length of %i ms', (ms, text) => {
    expect(english.length(ms)).toMatch(text);
  });

  it('measure against a goal in minutes', () => {
    expect(english.minutes(95 * minute)).toMatch(/^95 min/);
    expect(english.minutes(-400)).toMatch(/^0 min/);
  });

  it('write shares in whole percent', () => {
    expect(english.percent(0.8235)).toBe('82%');
  });
});

import { expect, test } from 'vitest';
import { goals } from '../goals.mjs';
import { median, quantile, rotated } from '../measures/statistics.mjs';
import { scenarios } from '../scenarios/scenarios.mjs';
import { judged, verdictLine } from './verdict.mjs';

const at = { subscribers: 1_000, rate: 20 };

test('a limit that may not be passed is met up to it, and what is over is said', () => {
  expect(judged('fanout-p95', 20, at)).toMatchObject({ met: true, short: 0, atSize: true });
  expect(judged('fanout-p95', 26.5, at)).toMatchObject({ met: false, short: 6.5 });
});

test('a limit that must be reached is met from it on', () => {
  expect(judged('writers-many', 1_500, {})).toMatchObject({ met: true, short: 0 });
  expect(judged('writers-many', 900, { topics: 64 })).toMatchObject({ met: false, short: 600 });
});

test('a figure that is none meets nothing', () => {
  for (const goal of Object.keys(goals)) expect(judged(goal, Number.NaN, {}).met).toBe(false);
});

test('a figure of another size says so', () => {
  const verdict = judged('fanout-p95', 1, { ...at, subscribers: 200 });
  expect(verdict.atSize).toBe(false);
  expect(verdictLine(verdict)).toContain('at another size');
});

test('each goal is of a scenario that there is, and has one limit', () => {
  const names = scenarios.map(({ name }) => name);
  for (const { scenario, most, least } of Object.values(goals)) {
    expect(names).toContain(scenario);
    expect([most, least].filter((limit) => limit !== undefined)).toHaveLength(1);
  }
});

test('medians, quantiles and turns are what they are called', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([1, 51, 100, 100]);
  expect(quantile([], 0.5)).toBeNaN();
  expect(rotated(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a']);
});

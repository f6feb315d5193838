import { expect, test } from 'vitest';
import { dueShare } from './day.mjs';

test('a day begins with nothing due, ends with all of it, and never goes back', () => {
  expect(dueShare(0)).toBe(0);
  expect(dueShare(1)).toBe(1);
  expect(dueShare(2)).toBe(1);
  const shares = Array.from({ length: 289 }, (_, n) => dueShare(n / 288));
  for (const [index, share] of shares.entries()) expect(share).toBeGreaterThanOrEqual(shares[index - 1] ?? 0);
  // More of it by day than by night.
  expect(dueShare(12 / 24) - dueShare(6 / 24)).toBeGreaterThan(3 * dueShare(6 / 24));
});

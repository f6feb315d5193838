import { parseOptions } from '@node-rs/argon2';
import { expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

it('takes the right password and no other, at the cost that OWASP asks for', async () => {
  const passwords = createPasswords();
  const hashed = await passwords.hash('Grüße, Ärztin');
  if (typeof hashed !== 'string') throw new Error(hashed.message);
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.verify('Grüße, Ärztin', hashed)).toBe(true);
  expect(await passwords.verify('Grüße, Ärztin'.normalize('NFD'), hashed)).toBe(true);
  expect(await passwords.verify('Grüsse, Ärztin', hashed)).toBe(false);
  expect(await passwords.hash('Grüße, Ärztin')).not.toBe(hashed);
});

it('works as hard for an account that is not there', async () => {
  const passwords = createPasswords({ atOnce: 1 });
  const hashed = await passwords.hash('a password');
  if (typeof hashed !== 'string') throw new Error(hashed.message);
  const spent = async (hash: string | undefined) => {
    const began = performance.now();
    expect(await passwords.verify('another', hash)).toBe(false);
    return performance.now() - began;
  };
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let n = 0; n < 7; n += 1) {
    known.push(await spent(hashed));
    unknown.push(await spent(undefined));
  }
  // The quickest of each, because a machine that is busy adds to any of them. The work itself is the same; without
  // it an answer takes a hundredth of the time.
  const ratio = Math.min(...unknown) / Math.min(...known);
  expect(ratio).toBeGreaterThan(0.3);
  expect(parseOptions(hashed)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });
});

it('turns away whoever comes when too many wait, and serves all others', async () => {
  const passwords = createPasswords({ atOnce: 1, mostWaiting: 2 });
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => passwords.verify('x', undefined)));
  expect(outcomes.map((outcome) => (typeof outcome === 'boolean' ? outcome : outcome.code))).toEqual([
    false,
    false,
    false,
    'unavailable',
    'unavailable',
  ]);
  expect(await passwords.verify('x', undefined)).toBe(false);
  await expect(passwords.verify('x', 'no hash at all')).rejects.toThrow();
  expect(await passwords.verify('x', undefined)).toBe(false);
});

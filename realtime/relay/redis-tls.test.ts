import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestCertificates, type TestCertificates } from '#db/testing/certificates.ts';
import { type RedisProcess, startRedis } from '../testing/redis-process.ts';
import { openRedis } from './redis.ts';

let ours: TestCertificates;
let others: TestCertificates;
let redis: RedisProcess;

beforeAll(async () => {
  [ours, others] = await Promise.all([createTestCertificates(), createTestCertificates()]);
  redis = await startRedis({
    tls: { ...(await ours.server('redis')), ca: ours.ca },
    user: { name: 'carewall', password: 'p@ss/word' },
  });
});
afterAll(async () => {
  await redis.close();
  await Promise.all([ours.remove(), others.remove()]);
});

/** What the first try comes to: an answer of Redis, or what its client met. */
async function firstOf(url: string, ca?: string): Promise<string> {
  const given = new AbortController();
  return new Promise<string>((resolve) => {
    openRedis(
      url,
      given.signal,
      (error) => resolve(error instanceof Error ? error.message : 'unknown'),
      ca,
    ).then(
      async (link) => {
        await expect.poll(() => link.publisher.status).toBe('ready');
        resolve(await link.publisher.echo('heard').catch((error: Error) => error.message));
        link.close();
      },
      () => undefined,
    );
  }).finally(() => given.abort());
}

const at = (scheme: string, user: string): string => `${scheme}://${user}@127.0.0.1:${redis.port}`;
const known = 'carewall:p%40ss%2Fword';

it('INV-19.4 rediss: speaks with a server that its authority has signed, as its user', async () => {
  expect(await firstOf(at('rediss', known), ours.ca)).toBe('heard');
});

it('INV-19.4 rediss: never goes on with a server that it does not believe, or in the clear', async () => {
  expect(await firstOf(at('rediss', known))).toMatch(/unable to|self.signed/i);
  expect(await firstOf(at('rediss', known), others.ca)).toMatch(/unable to|self.signed/i);
  const plain = await startRedis();
  try {
    expect(await firstOf(`rediss://127.0.0.1:${plain.port}`, ours.ca)).toMatch(
      /wrong version|ECONNRESET|closed|packet length|ETIMEDOUT/i,
    );
  } finally {
    await plain.close();
  }
});

it('a wrong password is told', async () => {
  expect(await firstOf(at('rediss', 'carewall:wrong'), ours.ca)).toMatch(/WRONGPASS/);
});

import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createKeyedBuckets } from '../limits.ts';
import { limitedByAccount } from './account-limit.ts';
import type { Authenticated } from './authenticate.ts';

test('an account over its rate is asked to wait, and nobody else is', async () => {
  let now = 0;
  const app = new Hono<Authenticated>();
  app.use(async (context, next) => {
    const principal = {
      kind: 'person' as const,
      id: context.req.header('who') ?? '',
      org: 'o',
      name: 'N',
      grants: [],
    };
    context.set('identified', { principal, session: 's', expiresAt: 1_000_000 });
    await next();
  });
  app.use(limitedByAccount(createKeyedBuckets(3, 1, { most: 10, clock: () => now })));
  app.get('/', (context) => context.text('in'));
  const ask = async (who: string) => (await app.request('/', { headers: { who } })).status;

  expect([await ask('a'), await ask('a'), await ask('a'), await ask('a')]).toEqual([200, 200, 200, 429]);
  expect(await ask('b')).toBe(200);
  const refused = await app.request('/', { headers: { who: 'a' } });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 'rate_limited' });
  now = 1_000;
  expect([await ask('a'), await ask('a')]).toEqual([200, 429]);
});

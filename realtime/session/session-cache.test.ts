import { expect, it } from 'vitest';
import type { LiveSession } from '#db/sessions.ts';
import { createSessionCache } from './session-cache.ts';

function live(id: string, principal: string): LiveSession {
  return {
    id,
    expiresAt: 1,
    principal: { kind: 'person', id: principal, org: 'org', name: 'N', grants: [] },
  };
}

/** A cache whose readings the test answers itself. */
function cacheOf(options: { most?: number } = {}) {
  const readings: {
    id: string;
    answer: (session: LiveSession | undefined) => void;
    fail: (error: Error) => void;
  }[] = [];
  const endings: [string, string, number][] = [];
  let fresh = true;
  let now = 0;
  const cache = createSessionCache({
    read: (id) => new Promise((answer, fail) => readings.push({ id, answer, fail })),
    isFresh: () => fresh,
    most: options.most ?? 10,
    clock: () => now,
    onRightEnds: (...ending) => endings.push(ending),
  });
  return {
    cache,
    readings,
    endings,
    pass: (ms: number) => {
      now += ms;
    },
    stale: (ms: number) => {
      fresh = false;
      now += ms;
    },
  };
}

/** Until everything that is ready to go on has gone on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('whoever asks at once shares a reading, and whoever asks later has it', async () => {
  const { cache, readings } = cacheOf();
  const both = Promise.all([cache.get('s'), cache.get('s')]);
  expect(readings).toHaveLength(1);
  readings[0]?.answer(live('s', 'p'));
  const [one, other] = await both;
  expect([one, other, await cache.get('s')]).toEqual([one, one, one]);
  expect(readings).toHaveLength(1);
});

it.each([
  ['of the session', { principal: 'p', session: 's' }],
  ['of the principal', { principal: 'p', session: undefined }],
])('a change %s while it is being read makes it be read again', async (_what, change) => {
  const { cache, readings } = cacheOf();
  const asked = cache.get('s');
  cache.drop(change);
  readings[0]?.answer(live('s', 'before'));
  await settled();
  expect(readings).toHaveLength(2);
  readings[1]?.answer(live('s', 'after'));
  expect((await asked)?.principal.id).toBe('after');
  expect((await cache.get('s'))?.principal.id).toBe('after');
});

it('a change of another leaves it be', async () => {
  const { cache, readings } = cacheOf();
  const asked = cache.get('s');
  readings[0]?.answer(live('s', 'p'));
  await asked;
  cache.drop({ principal: 'q', session: undefined });
  cache.drop({ principal: 'p', session: 't' });
  await cache.get('s');
  expect(readings).toHaveLength(1);
  expect(cache.dropAll()).toEqual(['p']);
});

it('where changes are not heard of, it is true for a second', async () => {
  const { cache, readings, stale } = cacheOf();
  const asked = cache.get('s');
  readings[0]?.answer(live('s', 'p'));
  await asked;
  stale(1_000);
  await cache.get('s');
  expect(readings).toHaveLength(1);
  stale(1);
  const again = cache.get('s');
  readings[1]?.answer(undefined);
  expect(await again).toBeUndefined();
});

it('INV-20.3 is read anew once the first of its rights has ended by itself', async () => {
  const { cache, readings, endings, pass } = cacheOf();
  const asked = cache.get('s');
  readings[0]?.answer({ ...live('s', 'p'), rightEndsInMs: 500 });
  await asked;
  expect(endings).toEqual([['s', 'p', 500]]);
  pass(499);
  await cache.get('s');
  expect(readings).toHaveLength(1);
  pass(1);
  const again = cache.get('s');
  readings[1]?.answer(live('s', 'p'));
  await again;
  pass(10_000);
  await cache.get('s');
  expect(readings).toHaveLength(2);
});

it('what failed or has ended is not kept', async () => {
  const { cache, readings } = cacheOf();
  const failing = cache.get('s');
  readings[0]?.fail(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  const ended = cache.get('s');
  readings[1]?.answer(undefined);
  await ended;
  const again = cache.get('s');
  readings[2]?.answer(live('s', 'p'));
  expect(await again).toBeDefined();
});

it('what has to make room is not answered from before a change that it would not hear of', async () => {
  const { cache, readings } = cacheOf({ most: 1 });
  const asked = cache.get('s');
  const other = cache.get('t');
  readings[1]?.answer(live('t', 'q'));
  await other;
  readings[0]?.answer(live('s', 'before'));
  await settled();
  expect(readings.map(({ id }) => id)).toEqual(['s', 't', 's']);
  readings[2]?.answer(live('s', 'p'));
  expect((await asked)?.principal.id).toBe('p');
});

it('rights that never stand still are not guessed', async () => {
  const { cache, readings } = cacheOf();
  const asked = cache.get('s').catch((error: Error) => error.message);
  for (let n = 0; n < 5; n += 1) {
    cache.drop({ principal: 'p', session: 's' });
    readings[n]?.answer(live('s', 'p'));
    await settled();
  }
  expect(await asked).toMatch(/faster than they can be read/);
});

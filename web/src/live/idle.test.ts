import { expect, test } from 'vitest';
import { createIdleWatch } from './idle.ts';

const minute = 60_000;

/** A page in front of which somebody sits, and a server that hears of it unless it is away. */
function desk() {
  let now = 1_000_000;
  let use: (at: number) => void = () => undefined;
  const heardAt: number[] = [];
  const at = { away: false, overs: 0 };
  const watch = createIdleWatch({
    page: {
      onUse(listener) {
        use = listener;
        return () => undefined;
      },
    },
    clock: () => now,
    async tell() {
      if (!at.away) heardAt.push(now);
      return !at.away;
    },
    onOver: () => {
      at.overs += 1;
    },
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    at,
    watch,
    heardAt,
    status: () => watch.store.get().status,
    now: () => now,
    async use() {
      use(now);
      await settle();
    },
    /** Time goes by in the half seconds of a page that is awake. */
    async pass(ms: number) {
      for (const end = now + ms; now < end; ) {
        now += 5_000;
        watch.check();
        await settle();
      }
    },
    /** A machine that was shut for so long, and looks at the clock when it is opened. */
    async sleep(ms: number) {
      now += ms;
      watch.check();
      await settle();
    },
  };
}

test('warns a minute before the end, and is over then, once', async () => {
  const { watch, status, pass, at } = desk();
  watch.begin(900, true);
  await pass(13.9 * minute);
  expect(status()).toBe('used');
  await pass(0.2 * minute);
  expect(watch.store.get()).toEqual({ status: 'warned', endsAt: 1_000_000 + 15 * minute });
  await pass(minute);
  expect(watch.store.get()).toEqual({ status: 'over', minutes: 15 });
  await pass(minute);
  expect(at.overs).toBe(1);
});

test('tells the server of use at most once a minute, and never long after it', async () => {
  const { watch, use, pass, heardAt, now, status } = desk();
  watch.begin(900, true);
  for (let n = 0; n < 60; n += 1) {
    await use();
    await pass(10_000);
  }
  expect(heardAt.length).toBeGreaterThanOrEqual(9);
  expect(heardAt.length).toBeLessThanOrEqual(11);
  const last = now();
  await pass(13 * minute);
  // What was used shortly after the server was told counts too, within a minute of it.
  expect(heardAt.every((at) => at <= last + minute)).toBe(true);
  expect(status()).toBe('used');
  await pass(3 * minute);
  expect(status()).toBe('over');
});

test('whatever somebody does while they are warned keeps them in', async () => {
  const { watch, use, pass, status } = desk();
  watch.begin(900, true);
  await pass(14.5 * minute);
  await use();
  expect(status()).toBe('used');
  await pass(13 * minute);
  expect(status()).toBe('used');
});

test('use that the server could not be told of does not count, nor does it later on', async () => {
  const { watch, use, pass, status, at } = desk();
  watch.begin(900, true);
  at.away = true;
  await pass(2 * minute);
  await use();
  await pass(5 * minute);
  at.away = false;
  await pass(7.5 * minute);
  expect(status()).toBe('warned');
});

test('a machine that slept through it is out when it wakes', async () => {
  const { watch, use, sleep, status } = desk();
  watch.begin(900, true);
  await use();
  await sleep(3 * 60 * minute);
  expect(status()).toBe('over');
});

test('opening a page is use; renewing a token is none', async () => {
  const { watch, pass, heardAt, status } = desk();
  watch.begin(900, false);
  expect(heardAt).toHaveLength(1);
  for (let n = 0; n < 3; n += 1) {
    await pass(4.9 * minute);
    watch.begin(900, false);
  }
  expect(heardAt).toHaveLength(1);
  expect(status()).toBe('warned');
});

test('a session that is used elsewhere is warned of anew', async () => {
  const { watch, pass, status } = desk();
  watch.begin(900, true);
  await pass(15 * minute);
  expect(status()).toBe('over');
  // The server did not end it: it has heard of use that this page has not.
  watch.begin(900, false);
  expect(status()).toBe('used');
  await pass(0.5 * minute);
  expect(status()).toBe('warned');
  await pass(minute);
  expect(status()).toBe('over');
});

test('a wall has no end of this kind', async () => {
  const { watch, pass, status } = desk();
  watch.begin(undefined, true);
  await pass(24 * 60 * minute);
  expect(status()).toBe('used');
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { createTopicSubscriptions } from './subscriptions.ts';
import { expectEqual, flush, follow, followed, subscribes, topic, world } from './testing/model-world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('following a topic', () => {
  test('takes a snapshot, then each frame', async () => {
    const at = await followed();
    at.server.commit(topic, 4);
    await at.settle();
    expectEqual(at);
  });

  test('takes frames that arrive before the acknowledgement', async () => {
    const at = world();
    at.server.connect(at.client);
    follow(at.client);
    at.server.work(true);
    at.server.commit(topic, 4);
    at.server.deliver();
    await flush();
    expect(at.reading(topic).status).toBe('loading');
    await at.settle();
    expectEqual(at);
    expect(subscribes(at)).toHaveLength(1);
  });

  test('a frame of another history that comes before the acknowledgement does not spoil it', async () => {
    const at = world();
    at.server.connect(at.client);
    follow(at.client);
    at.server.work(true);
    at.server.commit(topic, 4);
    at.client.frame({ ...at.logs[0]?.frame('clinical.1', 1), epoch: 'of before' });
    await at.settle();
    expectEqual(at);
    expect(subscribes(at)).toHaveLength(1);
  });

  test('fetches a snapshot that is too large, and subscribes after it', async () => {
    const at = world({ large: true });
    for (let n = 0; n < 10; n += 1) at.server.commit(topic, n);
    at.server.connect(at.client);
    follow(at.client);
    await at.settle();
    expectEqual(at);
    expect(subscribes(at)).toEqual([
      { topic },
      { topic, after: { view: 'clinical.1', epoch: 'epoch-1', seq: 10 } },
    ]);
  });

  test('does not hammer where a fetched snapshot cannot be continued, or is no snapshot', async () => {
    for (const spoil of [{ view: 'another.1' }, { state: 'no state' }, { topic: 'unit/y/beds' }]) {
      const at = world({ large: true });
      const asked: unknown[] = [];
      const client = createTopicSubscriptions({
        ask: (name, payload) => {
          asked.push(payload);
          return at.server.ask(name, payload);
        },
        fetchSnapshot: async (path) => ({ ...(await at.server.fetchSnapshot(path)), ...spoil }),
        now: () => instantOf(0),
        clock: () => 0,
      });
      at.server.connect(client);
      follow(client);
      await at.settle();
      expect(asked.length).toBeLessThanOrEqual(2);
      expect(vi.getTimerCount()).toBe(1);
      client.clear();
    }
  });

  test('to get a reading is not to follow', async () => {
    const at = world();
    expect(at.reading(topic)).toBe(at.reading(topic));
    at.server.connect(at.client);
    at.server.disconnect();
    at.server.connect(at.client);
    await at.settle();
    expect(at.server.asked).toEqual([]);
  });

  test('is shared, outlives a change of screens, and then ends', async () => {
    const at = world();
    at.server.connect(at.client);
    // As React does it in its strict mode.
    const stop = follow(at.client);
    stop();
    const [first, second] = [follow(at.client), follow(at.client)];
    await at.settle();
    first();
    first();
    expect(at.reading(topic).status).toBe('current');
    second();
    at.pass(9_000);
    expect(at.server.asked).toHaveLength(1);
    at.pass(1_000);
    expect(at.server.asked.at(-1)).toEqual({ name: 'unsubscribe', payload: { topic } });
    expect(at.reading(topic).state).toBeUndefined();
    await at.settle();
    follow(at.client);
    await at.settle();
    expectEqual(at);
  });

  test('a topic that was left while its answer was on its way is left at the server too', async () => {
    const at = world();
    at.server.connect(at.client);
    follow(at.client)();
    at.pass(10_000);
    await at.settle();
    expect(at.server.asked.map(({ name }) => name)).toEqual(['subscribe', 'unsubscribe']);
  });
});

describe('what may be old', () => {
  test('INV-7.2 reads behind without connection or contact, and keeps its state', async () => {
    const at = await followed();
    const { state } = at.reading(topic);
    at.client.contact(true);
    expect(at.reading(topic)).toMatchObject({ status: 'behind', state });
    at.client.contact(false);
    expect(at.reading(topic).status).toBe('current');
    at.server.disconnect();
    expect(at.reading(topic)).toMatchObject({ status: 'behind', state });
    at.server.commit(topic, 4);
    at.server.connect(at.client);
    expect(at.reading(topic)).toMatchObject({ status: 'behind', state });
    await at.settle();
    expectEqual(at);
    expect(subscribes(at).at(-1)).toMatchObject({ after: { seq: 1 } });
  });

  test('reads behind where nothing has confirmed it for 5 s, though the server is heard', async () => {
    const at = await followed();
    at.pass(5_000);
    expect(at.reading(topic).status).toBe('current');
    at.pass(1);
    expect(at.reading(topic).status).toBe('behind');
    await at.beat();
    expectEqual(at);
  });

  test('heads confirm it, with the time of the server', async () => {
    const at = await followed();
    const before = at.reading(topic).confirmedAt;
    await at.beat();
    expect(at.reading(topic).confirmedAt).toBe(instantOf(Date.parse(before ?? '') + 2_000));
  });

  test('a last message that was lost is noticed by the second heads', async () => {
    const at = await followed();
    at.server.commit(topic, 4);
    at.server.loseFrame();
    await at.beat();
    expect(at.reading(topic)).toMatchObject({ status: 'current', seq: 1 });
    await at.beat();
    expectEqual(at);
    expect(subscribes(at)).toHaveLength(2);
  });

  test('a room that the server lost is noticed by the second heads', async () => {
    const at = await followed();
    at.server.loseRoom(topic);
    at.server.commit(topic, 4);
    await at.beat();
    await at.beat();
    expectEqual(at);
  });

  test('a topic so busy that the heads are always a little ahead is not behind', async () => {
    const at = await followed();
    for (let n = 0; n < 8; n += 1) {
      at.pass(2_000);
      // The heads overtake the frame that they already count.
      const ahead = { [topic]: (at.logs[0]?.head() ?? 0) + 1 };
      at.client.heads({ at: instantOf(Date.parse('2026-03-01T08:00:00.000Z')), heads: ahead });
      at.server.commit(topic, n);
      await at.settle();
      expectEqual(at);
    }
    expect(subscribes(at)).toHaveLength(1);
  });

  test('a client that is ahead of the head takes a snapshot', async () => {
    const at = await followed();
    at.server.commit(topic, 4);
    await at.settle();
    await at.beat();
    at.server.restore(topic, 0);
    await at.beat();
    expectEqual(at);
  });

  test('a gap is filled at once', async () => {
    const at = await followed();
    at.server.commit(topic, 4);
    at.server.loseFrame();
    at.server.commit(topic, 5);
    await at.settle();
    expectEqual(at);
    expect(subscribes(at).at(-1)).toMatchObject({ after: { seq: 1 } });
  });

  test('a frame that is none is left to the heads', async () => {
    const at = await followed();
    at.client.frame({ topic, seq: 'two' });
    at.client.frame(undefined);
    expectEqual(at);
  });
});

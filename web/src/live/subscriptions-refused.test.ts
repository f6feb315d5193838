import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { createTopicSubscriptions } from './subscriptions.ts';
import type { Fault } from './testing/model-server.ts';
import { expectEqual, flush, follow, followed, subscribes, topic, world } from './testing/model-world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('answers that do not come or do not help', () => {
  test.each<Fault>([
    { fault: 'refuse', code: 'unavailable' },
    { fault: 'refuse', code: 'rate_limited' },
    { fault: 'nonsense' },
    { fault: 'hang' },
  ])('it asks again, less and less often: %o', async (fault) => {
    const at = world();
    at.server.connect(at.client);
    for (let n = 0; n < 6; n += 1) at.server.fail(fault);
    follow(at.client);
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      while (!at.server.idle() && vi.getTimerCount() === 0) {
        at.server.work();
        at.server.deliver();
        at.server.timeOut();
        await flush();
      }
      const before = at.server.asked.length;
      let waited = 0;
      for (; at.server.asked.length === before; waited += 500) at.pass(500);
      waits.push(waited);
      expect(at.reading(topic).status).toBe('loading');
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    await at.settle();
    expectEqual(at);
  });

  test('while it waits, frames do not make it ask', async () => {
    const at = await followed();
    at.server.commit(topic, 4);
    at.server.loseFrame();
    at.server.commit(topic, 5);
    at.server.fail({ fault: 'refuse', code: 'unavailable' });
    await at.settle();
    const before = subscribes(at).length;
    const log = at.logs[0];
    for (let n = 0; n < 20; n += 1) at.client.frame(log?.frame('clinical.1', 3));
    expect(subscribes(at)).toHaveLength(before);
    expect(at.reading(topic).status).toBe('behind');
    at.pass(1_000);
    await at.settle();
    expectEqual(at);
  });

  test('the answer to an attempt of an older connection is nobody’s', async () => {
    const at = world();
    const answers: ((answer: unknown) => void)[] = [];
    const client = createTopicSubscriptions({
      ask: () => new Promise((resolve) => answers.push(resolve)),
      fetchSnapshot: at.server.fetchSnapshot,
      now: () => instantOf(0),
      clock: () => 0,
    });
    const log = at.logs[0];
    const answer = (state: unknown) => ({ ok: true, view: 'v', epoch: 'e', seq: 0, state, events: [] });
    client.connected();
    follow(client);
    client.disconnected();
    client.connected();
    answers[1]?.(answer(log?.state('operational.1')));
    await flush();
    answers[0]?.({ ok: false, error: { code: 'not_found', message: 'no' } });
    await flush();
    expect(client.topic(topic).get().status).toBe('current');
    client.clear();
  });

  test('a connection that goes in the middle of a join is asked anew', async () => {
    const at = world();
    at.server.connect(at.client);
    follow(at.client);
    at.server.work(true);
    at.server.disconnect();
    await flush();
    expect(at.reading(topic).status).toBe('loading');
    at.server.connect(at.client);
    await at.settle();
    expectEqual(at);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('rights', () => {
  test('a withdrawn right takes the state away, and is missing until it is asked for again', async () => {
    const at = await followed();
    at.server.allow(topic, undefined);
    await at.settle();
    expect(at.reading(topic)).toMatchObject({ status: 'missing', state: undefined, seq: 0 });
    at.server.allow(topic, 'clinical.1');
    for (let n = 0; n < 5; n += 1) await at.beat();
    expect(at.reading(topic).status).toBe('missing');
    at.client.listed(['unit/other/beds']);
    expect(subscribes(at)).toHaveLength(1);
    at.client.listed([topic]);
    expect(at.reading(topic).status).toBe('missing');
    await at.settle();
    expectEqual(at);
  });

  test('another view discards the state before the new one comes', async () => {
    const at = await followed();
    at.server.allow(topic, 'operational.1');
    at.server.deliver();
    expect(at.reading(topic)).toMatchObject({ status: 'loading', state: undefined });
    await at.settle();
    expectEqual(at);
    expect(subscribes(at).at(-1)).toEqual({ topic });
  });

  test('a right that was withdrawn while away is missed at the return', async () => {
    const at = await followed();
    at.server.disconnect();
    at.server.allow(topic, undefined);
    at.server.connect(at.client);
    await at.settle();
    expect(at.reading(topic)).toMatchObject({ status: 'missing', state: undefined });
    at.server.disconnect();
    at.server.allow(topic, 'operational.1');
    at.server.connect(at.client);
    await at.settle();
    expectEqual(at);
  });

  test('a right that went while a large snapshot was fetched is missing', async () => {
    const at = world({ large: true });
    at.server.connect(at.client);
    follow(at.client);
    at.server.work();
    at.server.deliver();
    await flush();
    at.server.allow(topic, undefined);
    await at.settle();
    expect(at.reading(topic).status).toBe('missing');
  });

  test('what no context knows is missing, and is not asked for', async () => {
    const at = world();
    at.server.connect(at.client);
    follow(at.client, 'ward/x/ghosts');
    expect(at.reading('ward/x/ghosts').status).toBe('missing');
    expect(at.server.asked).toEqual([]);
  });

  test('forgetting everything leaves nothing of anybody', async () => {
    const at = await followed();
    at.server.disconnect();
    at.client.clear();
    expect(at.reading(topic)).toMatchObject({ status: 'loading', state: undefined, confirmedAt: undefined });
    at.server.connect(at.client);
    await at.settle();
    expect(subscribes(at).at(-1)).toEqual({ topic });
    expectEqual(at);
  });
});

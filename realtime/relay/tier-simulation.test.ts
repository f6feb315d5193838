import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { modules, topicDefinition } from '#domain/modules.ts';
import { createMetrics } from '../metrics.ts';
import { orderOf } from './simulation/orders.ts';
import { plans } from './simulation/plans.ts';
import { play, type Setting } from './simulation/world.ts';

vi.mock('./redis.ts', async () => {
  const { openModelLink } = await import('./simulation/model-redis.ts');
  return { openRedis: openModelLink };
});

const topics = ['unit/4w/beds', 'unit/4e/beds'];
let setting: Setting;
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const kind = topicDefinition(topics[0] ?? '')?.definition.kind;
  const module = modules.find((each) => each.topics.some((topic) => topic.kind === kind));
  const [event] = (module?.events ?? [])
    .filter((each) => each.topic === kind)
    .sort((a, b) => JSON.stringify(a.example).length - JSON.stringify(b.example).length);
  if (module === undefined || event === undefined) throw new Error('no context has such a topic');
  setting = {
    org: 'demo',
    topics,
    module,
    type: event.type,
    data: event.example,
    path: ['demo', '4w'],
    grants: [{ role: 'nurse', place: 'demo' }],
    metrics: createMetrics(),
    passTime: (ms) => vi.advanceTimersByTime(ms),
    clearTimers: () => vi.clearAllTimers(),
  };
});
afterAll(() => {
  vi.useRealTimers();
});

test('first', { timeout: 600_000 }, async () => {
  const began = performance.now();
  let n = 0,
    steps = 0,
    most = 0;
  const out = await fc.check(
    fc.asyncProperty(plans, fc.scheduler(), async (plan, s) => {
      const o = await play(plan, orderOf(s), setting, { hearing: process.env.HEARING === '1' });
      n++;
      steps += o.wildSteps;
      most = Math.max(most, o.healedMs);
      if (o.violations.length > 0) throw new Error(o.violations.join('\n') + '\n' + o.trace.join('\n'));
    }),
    {
      numRuns: Number(process.env.RUNS ?? 200),
      ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}),
    },
  );
  console.log(n, steps / n, most, performance.now() - began);
  if (out.failed)
    console.log(
      out.seed,
      out.counterexamplePath,
      JSON.stringify(out.counterexample?.[0]),
      String(out.errorInstance),
    );
});

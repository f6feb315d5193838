import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fault } from './testing/model-server.ts';
import { expectEqual, type World, world } from './testing/model-world.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const units = ['x', 'y'];
const topics = units.map((unit) => `unit/${unit}/beds`);
const anyTopic = fc.constantFrom(...topics);
const fault = fc.constantFrom<Fault>(
  { fault: 'refuse', code: 'unavailable' },
  { fault: 'refuse', code: 'rate_limited' },
  { fault: 'hang' },
  { fault: 'nonsense' },
);

type Happening = (at: World) => void;

/** Something that happens, told by its name where a run fails. */
function told(label: string, work: Happening): Happening {
  return Object.assign((at: World) => work(at), { [fc.toStringMethod]: () => label, toString: () => label });
}

const view = fc.constantFrom('clinical.1' as const, 'operational.1' as const, undefined);
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anyTopic, fc.nat({ max: 5_000 }))
      .map(([name, choice]) => told(`commit ${name} ${choice}`, (at) => at.server.commit(name, choice))),
  },
  { weight: 3, arbitrary: fc.constant(told('beat', (at) => at.server.beat())) },
  { weight: 2, arbitrary: fc.constant(told('lose a frame', (at) => at.server.loseFrame())) },
  { weight: 1, arbitrary: anyTopic.map((name) => told(`lose ${name}`, (at) => at.server.loseRoom(name))) },
  { weight: 1, arbitrary: fault.map((next) => told(JSON.stringify(next), (at) => at.server.fail(next))) },
  { weight: 1, arbitrary: fc.constant(told('time out', (at) => at.server.timeOut())) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyTopic, view)
      .map(([name, to]) => told(`allow ${name} ${to}`, (at) => at.server.allow(name, to))),
  },
  { weight: 2, arbitrary: fc.constant(told('disconnect', (at) => at.server.disconnect())) },
  { weight: 4, arbitrary: fc.constant(told('connect', connect)) },
  {
    weight: 1,
    arbitrary: fc.tuple(anyTopic, fc.nat({ max: 3 })).map(([name, back]) =>
      told(`restore ${name} by ${back}`, (at) => {
        const log = at.logs.find(({ topic }) => topic === name);
        at.server.disconnect();
        at.server.restore(name, Math.max(0, (log?.head() ?? 0) - back));
      }),
    ),
  },
  { weight: 2, arbitrary: fc.nat({ max: 6_000 }).map((ms) => told(`pass ${ms}`, (at) => at.pass(ms))) },
  {
    weight: 1,
    arbitrary: fc.boolean().map((lost) => told(`contact lost ${lost}`, (at) => at.client.contact(lost))),
  },
  { weight: 1, arbitrary: anyTopic.map((name) => told(`listed ${name}`, (at) => at.client.listed([name]))) },
);

function connect({ server, client }: World): void {
  if (!server.isConnected()) server.connect(client);
}

test('INV-1.2 however everything interleaves, each topic ends current and equal, and was never what it could not be', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(happening, { maxLength: 50 }),
      fc.boolean(),
      async (scheduler, happenings, large) => {
        vi.clearAllTimers();
        const at = world({ large, units });
        const violations: string[] = [];
        let lost = false;
        const check = (name: string): void => {
          const { status, state, seq } = at.reading(name);
          const held = status === 'behind' || status === 'current';
          if (held !== (state !== undefined)) violations.push(`${name} ${status} with ${String(state)}`);
          if (status === 'current' && (lost || !at.server.isConnected()))
            violations.push(`${name} current without contact`);
          const log = at.logs.find(({ topic }) => topic === name);
          if (held && log?.everHad(seq, state) !== true) violations.push(`${name} never was so at ${seq}`);
        };
        for (const name of topics) at.client.topic(name).subscribe(() => check(name));
        const { contact } = at.client;
        at.client.contact = (now) => {
          lost = now;
          contact(now);
        };

        // The wire and the server take their steps whenever the scheduler lets them.
        const steps = [
          () => at.server.work(true),
          () => at.server.acknowledge(),
          () => at.server.deliver(),
          () => at.server.answerFetch(),
        ];
        const wire = Array.from({ length: happenings.length * 8 }, (_, index) =>
          scheduler
            .schedule(Promise.resolve(), `wire ${index % steps.length}`)
            .then(() => steps[index % steps.length]?.()),
        );
        scheduler.scheduleSequence(
          happenings.map((happen) => ({
            label: String(happen),
            async builder() {
              const before = topics.map((name) => at.reading(name).state);
              const connected = at.server.isConnected();
              happen(at);
              const after = topics.map((name) => at.reading(name).state);
              if (connected && !at.server.isConnected() && before.some((state, n) => state !== after[n]))
                violations.push(`${String(happen)} took a state away`);
              for (const name of topics) check(name);
            },
          })),
        );
        await scheduler.waitIdle();
        await Promise.all(wire);

        // The faults are over.
        at.client.contact(false);
        connect(at);
        await at.settle();
        at.client.listed(topics.filter((name) => at.server.viewOf(name) !== undefined));
        for (let n = 0; n < 12; n += 1) await at.beat();
        for (const name of topics) {
          if (at.server.viewOf(name) === undefined) expect(at.reading(name).status).toBe('missing');
          else expectEqual(at, name);
        }
        expect(violations).toEqual([]);
      },
    ),
    { numRuns: 1_000 },
  );
});

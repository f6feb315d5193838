import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { modules, topicDefinition } from '#domain/modules.ts';
import { createMetrics } from '../metrics.ts';
import type { Broken } from './simulation/broken.ts';
import { exploreAll, orderOf, orderThrough } from './simulation/orders.ts';
import { plans } from './simulation/plans.ts';
import { type Manner, type Plan, play, type Setting } from './simulation/world.ts';

vi.mock('./redis.ts', async () => {
  const { openModelLink } = await import('./simulation/model-redis.ts');
  return { openRedis: openModelLink };
});

const topics = ['unit/4w/beds', 'unit/4e/beds'];
let setting: Setting;
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  // Compiling schemas takes longer than the few times that one simulation uses them.
  z.config({ jitless: true });
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

const runs = Number(process.env.SIMULATIONS ?? 1_500);
/** Runs that failed once, with the seed and path that fast-check printed: they hold for these plans as they are. */
const kept = [
  // What was published is published again under the same term.
  { seed: 7, path: '82' },
  // A node does not hear a topic after Redis was away.
  { seed: 7, path: '69' },
  // A mistake of the watch: what was committed before there was any relay is not missing.
  { seed: 338_089, path: '5662' },
];

interface Tally {
  schedules: number;
  steps: number;
  terms: number;
  mostHealingMs: number;
  readonly kinds: Map<string, number>;
}

function simulations(tally: Tally) {
  return fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
    const outcome = await play(plan, orderOf(scheduler), setting, { hearing: true });
    tally.schedules += 1;
    tally.steps += outcome.wildSteps;
    tally.terms += outcome.terms;
    tally.mostHealingMs = Math.max(tally.mostHealingMs, outcome.healedMs);
    for (const violation of outcome.violations) {
      const kind = violation.split(':')[0] ?? '';
      tally.kinds.set(kind, (tally.kinds.get(kind) ?? 0) + 1);
    }
    expect(outcome.violations).toEqual([]);
  });
}

const newTally = (): Tally => ({ schedules: 0, steps: 0, terms: 0, mostHealingMs: 0, kinds: new Map() });
const listed = (kinds: ReadonlyMap<string, number>): string =>
  [...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ');

async function countOf(counter: {
  get(): Promise<{ values: { value: number; labels: object }[] }>;
}): Promise<string> {
  const { values } = await counter.get();
  return values.map(({ value, labels }) => [...Object.values(labels), value].join(' ')).join(', ');
}

test(`INV-1.2 INV-1.3 ${runs} random schedules of the tier, with faults, break no promise`, {
  timeout: 60_000 + runs * 50,
}, async () => {
  const tally = newTally();
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  for (const failed of kept)
    await fc.assert(simulations(tally), { ...failed, numRuns: 1, endOnFailure: true });
  await fc.assert(simulations(tally), { seed, numRuns: runs });
  const { schedules, steps, terms, mostHealingMs } = tally;
  const { doubleDropped, gapFilled, staleTerm, subscribes } = setting.metrics;
  console.log(`${schedules} schedules, ${Math.round(steps / schedules)} wild steps each, ${terms} terms`);
  console.log(`whole again within ${mostHealingMs} ms`);
  console.log(
    `dropped ${await countOf(doubleDropped)} doubles and ${await countOf(staleTerm)} messages of old terms, filled ${await countOf(gapFilled)} events, let in ${await countOf(subscribes)} readers`,
  );
});

const still: Plan = {
  nodes: 1,
  topics: 1,
  transactions: [],
  readers: [],
  headsEarly: false,
  faults: [],
  fates: [],
};
const commit = { topics: [0], aborts: false };
const join = { node: 0, topic: 0, resume: false };
const mostOrders = Number(process.env.ORDERS ?? 8_000);

/** Plays a plan in every order of the steps that are counted; gives in how many of them what was seen. */
async function exploreEvery(plan: Plan, counted: RegExp, manner: Manner = {}) {
  const kinds = new Map<string, number>();
  let broken = 0;
  const explored = await exploreAll(async (order) => {
    const { violations } = await play(plan, order, setting, {
      toTheEnd: true,
      mostWildSteps: 1_000,
      counts: (label) => counted.test(label),
      ...manner,
    });
    if (violations.length > 0) broken += 1;
    for (const kind of new Set(violations.map((violation) => violation.split(':')[0] ?? '')))
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }, mostOrders);
  return { ...explored, broken, kinds };
}

const exhaustive: { about: string; plan: Plan; counted: RegExp }[] = [
  {
    about: 'two writers of a topic, and the relay',
    plan: { ...still, transactions: [commit, commit] },
    counted: /begins|appends|ends|read (runs|is)/,
  },
  {
    about: 'two writers, of which one gives up, and the relay',
    plan: { ...still, transactions: [commit, { topics: [0], aborts: true }] },
    counted: /begins|appends|ends|read (runs|is)/,
  },
  {
    about: 'two writers, the relay’s messages, and a join',
    plan: { ...still, transactions: [commit, commit], readers: [[join]] },
    counted: /ends|hears .*beds|heads runs|snapshot/,
  },
  {
    about: 'two writers, messages that are lost and doubled, and a join',
    plan: { ...still, transactions: [commit, commit], readers: [[join]], fates: ['lost', 'twice'] },
    counted: /ends|hears .*beds|heads runs|snapshot runs|events runs/,
  },
  {
    about: 'a writer, a reader that comes back, and messages',
    plan: {
      ...still,
      transactions: [commit, commit],
      readers: [[join, { ...join, resume: true }]],
    },
    counted: /ends|hears .*beds|comes|leaves|snapshot runs/,
  },
  {
    about: 'two writers, the relay’s reads and messages, and a join',
    plan: { ...still, transactions: [commit, commit], readers: [[join]] },
    counted: /ends|comes|read is|hears .*beds|snapshot/,
  },
  {
    about: 'a leader whose session ends, another node, and a writer',
    plan: {
      ...still,
      nodes: 2,
      transactions: [commit],
      faults: [{ fault: 'end session', node: 0 }],
    },
    counted: /claim|read|ends|fault|hears .*beds/,
  },
];

test.each(exhaustive)(
  'INV-1.3 in every order: $about',
  { timeout: 120_000 },
  async ({ about, plan, counted }) => {
    const { orders, complete, broken, kinds } = await exploreEvery(plan, counted);
    console.log(
      `${about}: ${orders} orders${complete ? ', all there are' : ''}${kinds.size === 0 ? '' : `; ${listed(kinds)}`}`,
    );
    expect(broken).toBe(0);
    expect(complete || orders === mostOrders).toBe(true);
  },
);

interface Variant {
  readonly broken: Broken;
  /** What must be seen of it. */
  readonly shows: RegExp;
  readonly manner?: Manner;
  readonly change?: (plan: Plan) => Plan;
}

const variants: Variant[] = [
  { broken: 'live after the snapshot', shows: /^gap:/ },
  { broken: 'joined too early', shows: /^double:/ },
  { broken: 'floor of the newest', shows: /^floor:/ },
  // With one transaction that appends, and others that hold the floor back, nothing that is known is seen.
  {
    broken: 'published forgotten',
    shows: /^again:/,
    change: (plan) => ({
      ...plan,
      transactions: [commit, ...plan.transactions.map(({ aborts }) => ({ topics: [], aborts }))],
    }),
  },
  { broken: 'gaps not filled', shows: /^gap:/ },
  // A bus that neither loses nor doubles nor lets overtake: what is seen comes of the leader that wakes late.
  {
    broken: 'messages trusted',
    shows: /^term:/,
    manner: { overtaking: false },
    change: (plan) => ({
      ...plan,
      fates: [],
      faults: plan.faults.filter(({ fault }) => fault === 'stop' || fault === 'go on'),
    }),
  },
  { broken: 'heads not read', shows: /^behind:/ },
  { broken: 'reads without the lead', shows: /^lead:/ },
];

test.each(variants)(
  'the simulation finds: $broken',
  { timeout: 120_000 },
  async ({ broken, shows, manner, change = (plan) => plan }) => {
    const search = async (variant: Manner, numRuns: number): Promise<{ after: number; seen?: string }> => {
      let after = 0;
      let seen: string | undefined;
      await fc.check(
        fc.asyncProperty(plans, fc.scheduler(), async (plan, scheduler) => {
          const outcome = await play(change(plan), orderOf(scheduler), setting, { ...manner, ...variant });
          after += 1;
          seen = outcome.violations.find((violation) => shows.test(violation));
          return seen === undefined;
        }),
        { seed: 1, numRuns, endOnFailure: true },
      );
      return seen === undefined ? { after } : { after, seen };
    };
    const found = await search({ broken }, 2_000);
    console.log(`${broken}: after ${found.after} schedules: ${found.seen}`);
    expect(found.seen).toBeDefined();
    expect((await search({}, Math.min(2 * found.after, 200))).seen).toBeUndefined();
  },
);

test('in how many orders of two writers, messages and a join a wrong join shows', async () => {
  const plan: Plan = { ...still, transactions: [commit, commit], readers: [[join]] };
  const counted = /ends|hears .*beds|heads runs|snapshot/;
  for (const broken of ['live after the snapshot', 'joined too early'] as const) {
    const explored = await exploreEvery(plan, counted, { broken });
    console.log(`${broken}: ${explored.broken} of ${explored.orders} orders; ${listed(explored.kinds)}`);
    expect(explored.broken).toBeGreaterThan(0);
  }
});

/** Plays one schedule, step by step, and gives what was seen. */
async function playThrough(plan: Plan, labels: readonly string[], counted: RegExp, manner: Manner = {}) {
  const { violations } = await play(plan, orderThrough(labels), setting, {
    toTheEnd: true,
    counts: (label) => counted.test(label),
    ...manner,
  });
  return violations;
}

// What the simulation found in the product, each in the shortest schedule that showed it.
const counted = /writer|read runs/;

test('what was published is known until the floor has passed all of it', async () => {
  // The topic's seq 1 is of a later transaction than its seq 2; a third one, between them, holds the floor back.
  const seen = await playThrough(
    { ...still, transactions: [commit, { topics: [], aborts: true }, commit] },
    [
      'node 0 read runs',
      'writer 0 begins',
      'writer 1 begins',
      'writer 2 begins',
      'writer 2 appends',
      'writer 2 ends',
      'writer 0 appends',
      'writer 0 ends',
      'node 0 read runs',
      'node 0 read runs',
    ],
    counted,
  );
  expect(seen).toEqual([]);
});

test('a batch that is full holds each topic’s events in the order of seq', async () => {
  const seen = await playThrough(
    { ...still, transactions: [commit, commit] },
    [
      'writer 0 begins',
      'writer 1 begins',
      'writer 1 appends',
      'writer 1 ends',
      'writer 0 appends',
      'writer 0 ends',
      'node 0 read runs',
    ],
    counted,
    { batch: 1 },
  );
  expect(seen).toEqual([]);
});

test('a topic that is opened while Redis is subscribed to anew is heard', async () => {
  const seen = await playThrough(
    {
      ...still,
      readers: [[join]],
      faults: [
        { fault: 'cut', node: 0 },
        { fault: 'mend', node: 0 },
      ],
    },
    ['fault: cut', 'fault: mend', 'reader 0 comes', 'node 0 listens to canary'],
    /comes|fault|listens/,
    { hearing: true },
  );
  expect(seen).toEqual([]);
});

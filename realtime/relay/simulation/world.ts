import type { Grant } from '#domain/identity/principal.ts';
import type { Module } from '#domain/module.ts';
import { topicDefinition } from '#domain/modules.ts';
import type { StageMetrics } from '../../metrics.ts';
import type { Broken } from './broken.ts';
import { createModelLog, type ModelLog } from './model-log.ts';
import { createModelRedis, type Fate } from './model-redis.ts';
import { createModelNode, type ModelNode } from './node.ts';
import { createReader, type Reader } from './reader.ts';
import { createSteps, type Order, type Steps } from './steps.ts';
import { createWatch } from './watch.ts';

export type Fault = 'stop' | 'go on' | 'cut' | 'mend' | 'end session';

/** What happens in one simulation; in which order, is another matter. Nodes and topics are named by number. */
export interface Plan {
  readonly nodes: number;
  readonly topics: number;
  readonly transactions: readonly { readonly topics: readonly number[]; readonly aborts: boolean }[];
  readonly readers: readonly (readonly Visit[])[];
  /** Whether heads are read while it is wild: they mend much before it can be seen. */
  readonly headsEarly: boolean;
  readonly faults: readonly { readonly fault: Fault; readonly node: number }[];
  /** What becomes of each message to a node; the rest arrives. */
  readonly fates: readonly Fate[];
}

export interface Visit {
  readonly node: number;
  readonly topic: number;
  readonly resume: boolean;
}

/** What is the same in all simulations of a run. */
export interface Setting {
  readonly org: string;
  readonly topics: readonly string[];
  readonly module: Module;
  readonly type: string;
  readonly data: unknown;
  readonly path: readonly string[];
  readonly grants: readonly Grant[];
  readonly metrics: StageMetrics;
  /** The timers of product code, which stand still but for this. */
  readonly passTime: (ms: number) => void;
  readonly clearTimers: () => void;
}

export interface Manner {
  readonly broken?: Broken;
  readonly batch?: number;
  readonly mostWildSteps?: number;
  readonly counts?: (label: string) => boolean;
  readonly overtaking?: boolean;
  /** Whether the tier is expected to hear of everything through Redis alone, once it is whole. */
  readonly hearing?: boolean;
  /** Whether it stays wild until nothing waits but sleepers. */
  readonly toTheEnd?: boolean;
}

export interface Outcome {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly wildSteps: number;
  /** How often the lead was given. */
  readonly terms: number;
  /** Simulated time from the end of the faults until everybody was at the head, one node led and all was published. */
  readonly healedMs: number;
}

const patienceMs = 1_000;
/** The beat of heads, and a poll. */
const mostHealingMs = 2_200;

/** Plays a plan in one order, wild first and then calm, and gives what went wrong. */
export async function play(
  plan: Plan,
  order: Order,
  setting: Setting,
  manner: Manner = {},
): Promise<Outcome> {
  const { org, module, metrics, path, grants } = setting;
  const topics = setting.topics.slice(0, plan.topics);
  const definition = topicDefinition(topics[0] ?? '')?.definition;
  if (definition === undefined) throw new Error(`no ${topics[0]}`);
  const { broken } = manner;
  const watch = createWatch((topic, seq) => log.committed(topic)[seq - 1]?.tx);
  const steps = createSteps({
    order,
    onPassed: setting.passTime,
    ...(manner.counts === undefined ? {} : { counts: manner.counts }),
  });
  const { type, data } = setting;
  const log = createModelLog({
    org,
    topics,
    type,
    data,
    steps,
    watch,
    patienceMs,
    checksSession: broken !== 'reads without the lead',
  });
  const fates = [...plan.fates];
  let faulty = true;
  const redis = createModelRedis({
    steps,
    watch,
    fate: () => (faulty ? (fates.shift() ?? 'arrives') : 'arrives'),
    overtaking: manner.overtaking ?? true,
    tellsTerm: broken !== 'messages trusted',
  });
  let becalm: () => void = () => undefined;
  const calm = new Promise<void>((resolve) => {
    becalm = resolve;
  });
  const nodes = Array.from({ length: plan.nodes }, (_, index) =>
    createModelNode({
      name: `node ${index}`,
      log,
      redis,
      steps,
      watch,
      metrics,
      module,
      definition,
      path,
      grants,
      batch: manner.batch ?? 100,
      headsBegin: plan.headsEarly ? Promise.resolve() : calm,
      broken,
    }),
  );
  const readers = plan.readers.map((_, index) => createReader(`reader ${index}`, log, watch));
  const ring = async (): Promise<void> => {
    await steps.park(undefined, 'the bell rings');
    for (const node of nodes) node.wake();
  };

  const scripts = [
    ...plan.transactions.map((transaction, index) =>
      write(`writer ${index}`, transaction, { log, steps, topics, ring }),
    ),
    ...plan.readers.map((visits, index) =>
      read(`reader ${index}`, visits, { reader: readers[index], nodes, topics, steps }),
    ),
    meddle(plan.faults, { log, redis, steps, nodes }),
  ];
  let playing = scripts.length;
  for (const script of scripts)
    script
      .catch((error: unknown) => watch.note(`script: ${String(error)}`))
      .finally(() => {
        playing -= 1;
      });

  await steps.runWild(manner.mostWildSteps ?? 160, () => playing === 0 && !manner.toTheEnd);
  const wildSteps = steps.trace().length;
  faulty = false;
  becalm();
  for (const { name } of nodes) {
    steps.goOn(name);
    redis.mend(name);
  }
  if (!(await steps.runCalm(() => playing === 0, 10_000))) watch.note('stuck: what was begun does not end');
  const healing = steps.now();
  const oneLeads = (): boolean => nodes.filter((node) => node.leads()).length === 1;
  const atHead = (): boolean => readers.every((reader) => reader.atHead());
  const allPublished = (): boolean => watch.hasAll(topics.flatMap((topic) => log.committed(topic)));
  const whole = (): boolean => oneLeads() && atHead() && allPublished();
  if (!(await steps.runCalm(whole, mostHealingMs))) {
    if (!oneLeads()) watch.note('leaderless: nobody leads, or more than one');
    if (!atHead()) watch.note('behind: not everybody is at the head in time');
    if (!allPublished()) watch.note('unpublished: what is committed was never published');
  }
  const healedMs = steps.now() - healing;
  if (manner.hearing) {
    // What Redis was asked for when the faults ended is still under way.
    if (plan.faults.length > 0) await steps.runCalm(() => false, 300);
    for (const node of nodes)
      for (const topic of node.deaf()) watch.note(`deaf: ${node.name} does not hear ${topic}`);
  }
  setting.clearTimers();
  return { violations: watch.violations(), trace: steps.trace(), wildSteps, terms: watch.terms(), healedMs };
}

async function write(
  name: string,
  { topics, aborts }: Plan['transactions'][number],
  world: { log: ModelLog; steps: Steps; topics: readonly string[]; ring: () => Promise<void> },
): Promise<void> {
  const { log, steps } = world;
  await steps.park(undefined, `${name} begins`);
  const transaction = log.begin();
  for (const index of topics) {
    const topic = world.topics[index % world.topics.length] ?? '';
    await steps.park(undefined, `${name} appends to ${topic}`);
    await transaction.append(topic);
  }
  await steps.park(undefined, `${name} ends`);
  if (aborts) {
    transaction.abort();
    return;
  }
  transaction.commit();
  await world.ring();
}

async function read(
  name: string,
  visits: readonly Visit[],
  world: {
    reader: Reader | undefined;
    nodes: readonly ModelNode[];
    topics: readonly string[];
    steps: Steps;
  },
): Promise<void> {
  for (const [index, visit] of visits.entries()) {
    const node = world.nodes[visit.node % world.nodes.length];
    const topic = world.topics[visit.topic % world.topics.length] ?? '';
    if (index > 0) {
      await world.steps.park(undefined, `${name} leaves`);
      world.reader?.leave();
    }
    await world.steps.park(undefined, `${name} comes to ${node?.name}`);
    if (node !== undefined) await world.reader?.visit(node, topic, visit.resume);
  }
}

async function meddle(
  faults: Plan['faults'],
  world: {
    log: ModelLog;
    redis: { cut(node: string): void; mend(node: string): void };
    steps: Steps;
    nodes: readonly ModelNode[];
  },
): Promise<void> {
  for (const { fault, node } of faults) {
    const name = world.nodes[node % world.nodes.length]?.name ?? '';
    await world.steps.park(undefined, `fault: ${fault} ${name}`);
    if (fault === 'stop') world.steps.stop(name);
    else if (fault === 'go on') world.steps.goOn(name);
    else if (fault === 'cut') world.redis.cut(name);
    else if (fault === 'mend') world.redis.mend(name);
    else world.log.endSession(name);
  }
}

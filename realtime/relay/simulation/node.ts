import type { LoggedEvent, TopicKey } from '#db/event-log.ts';
import { readHeads } from '#db/event-log.ts';
import type { RelayLog } from '#db/relay-log.ts';
import { readTopic } from '#db/topics.ts';
import type { Vault } from '#db/vault.ts';
import type { Grant } from '#domain/identity/principal.ts';
import type { Module, TopicDefinition, ViewName } from '#domain/module.ts';
import type { Frame, Position, Subscribed } from '#domain/protocol.ts';
import type { StageMetrics } from '../../metrics.ts';
import { startCatchUp } from '../../rooms/catch-up.ts';
import { opaqueViewName, projectEvent } from '../../rooms/projection.ts';
import { createSequencers } from '../../rooms/sequencers.ts';
import { createSharedStates } from '../../rooms/shared-states.ts';
import { createSubscriptions, type Subscriber } from '../../rooms/subscribe.ts';
import { createTopicPaths } from '../../rooms/topic-paths.ts';
import { type Bus, channelOf } from '../bus.ts';
import { createRedisBus } from '../redis-bus.ts';
import { createRelay } from '../relay.ts';
import type { Broken } from './broken.ts';
import type { ModelLog } from './model-log.ts';
import { type ModelRedis, offerLink } from './model-redis.ts';
import { createModelSql, createModelStore, modelEpoch } from './model-sql.ts';
import type { Steps } from './steps.ts';
import type { Watch } from './watch.ts';

/** One node of the tier: the product's relay, bus, sequencers and joins, over models of Postgres and Redis. */
export interface ModelNode {
  readonly name: string;
  wake(): void;
  leads(): boolean;
  /** Joins a room; what the room brings goes to `take`. */
  subscribe(
    topic: string,
    after: Position | undefined,
    take: (frame: Frame) => void,
  ): Promise<{ answer: Subscribed; leave: () => void }>;
  /** The topics that are live here and do not hear what is published. */
  deaf(): string[];
}

export interface ModelNodeOptions {
  readonly name: string;
  readonly log: ModelLog;
  readonly redis: ModelRedis;
  readonly steps: Steps;
  readonly watch: Watch;
  readonly metrics: StageMetrics;
  readonly module: Module;
  readonly definition: TopicDefinition;
  readonly path: readonly string[];
  readonly grants: readonly Grant[];
  readonly batch: number;
  /** Resolves when the node begins to read heads. */
  readonly headsBegin: Promise<void>;
  readonly broken: Broken | undefined;
}

let addresses = 0;

export function createModelNode(options: ModelNodeOptions): ModelNode {
  const { name, log, redis, steps, watch, metrics, definition, broken } = options;
  const sql = createModelSql({ node: name, log, steps, path: options.path, grants: options.grants });
  const stores = [createModelStore(options.module)];
  const vault: Vault = {
    forget: () => undefined,
    seal: async (_org, values) => values.map(({ value }) => value),
    async open(_org, values) {
      await steps.park(name, `${name} opens`);
      return values.map(({ value }) => value);
    },
  };
  const views = definition.views.map(({ name: view }) => view);

  const rooms = new Map<string, Set<(frame: Frame) => void>>();
  const roomOf = (key: TopicKey, view: ViewName): string => `${channelOf(key)} ${view}`;
  const toRoom = (key: TopicKey, view: ViewName, frame: Frame): void => {
    for (const take of rooms.get(roomOf(key, view)) ?? []) take(frame);
  };

  addresses += 1;
  const url = `model://${addresses}`;
  offerLink(url, redis.connect(name));
  const real = createRedisBus({
    url,
    clock: steps.now,
    onFault: () => undefined,
    onPublishFailed: () => undefined,
    onStaleTerm: () => metrics.staleTerm.inc(),
  });
  const unsequenced = broken === 'gaps not filled' || broken === 'messages trusted';
  const lasts = new Map<string, number>();
  /** What a node without sequencers would do with a message. */
  function trust(key: TopicKey, event: LoggedEvent): void {
    const last = lasts.get(key.topic) ?? 0;
    if (broken === 'gaps not filled' && event.seq <= last) return;
    lasts.set(key.topic, event.seq);
    for (const view of views) toRoom(key, view, projectEvent(key.topic, modelEpoch, view, event));
  }
  const bus: Bus = {
    ...real,
    subscribe: (key, hear) =>
      real.subscribe(key, (event) => {
        watch.delivered(name, event);
        if (unsequenced) trust(key, event);
        hear(event);
      }),
  };

  const relay = createRelay({
    log: brokenLog(log.openRelayLog(name), broken),
    publish(term, event) {
      watch.published(term, event);
      bus.publish(term, event);
    },
    publishCanary: bus.publishCanary,
    pollMs: 200,
    beatMs: 350,
    claimMs: 250,
    batch: options.batch,
    clock: steps.now,
    onFault: () => undefined,
    sleep: (ms, woken) => steps.sleep(name, `${name} relay sleeps`, ms, woken),
  });
  relay.start();

  const onFault = (error: unknown): void => {
    // Whoever waited for a topic that was let go hears so; anything else is a promise of the log that was broken.
    if (!(error instanceof Error && error.message.endsWith('has stopped')))
      watch.note(`fault: ${name}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const sequencers = createSequencers({
    sql,
    vault,
    bus,
    maySend: async () => undefined,
    broadcast: (key, view, frame) => {
      if (!unsequenced) toRoom(key, view, frame);
    },
    metrics,
    onFault,
    ringSize: 3,
    lingerMs: 400,
    fillPage: 2,
  });
  const subscriptions = createSubscriptions({
    pathOf: createTopicPaths(sql),
    sqlApp: sql,
    sqlRelay: sql,
    vault,
    stores,
    sharedStates: createSharedStates({ sqlApp: sql, sqlRelay: sql, vault, stores, metrics }),
    sequencers,
    metrics,
    mostReplayed: 4,
  });
  if (broken !== 'heads not read') {
    const catchUp = startCatchUp({
      sql,
      sequencers,
      isFed: () => bus.isConnected() && steps.now() - bus.canaryAt() < 1_500,
      everyMs: 300,
      onFault,
    });
    bus.onReconnected(catchUp.now);
    readHeadsForEver().catch(onFault);
  }

  /** What the beat of heads does for the node itself. */
  async function readHeadsForEver(): Promise<void> {
    await options.headsBegin;
    for (;;) {
      await steps.sleep(name, `${name} heads sleep`, 2_000);
      const { heads } = await readHeads(
        sql,
        sequencers.live().map(({ key }) => key),
      );
      const seqs = new Map(heads.map((head) => [channelOf(head), head.seq]));
      for (const sequencer of sequencers.live()) {
        const head = seqs.get(channelOf(sequencer.key));
        if (head !== undefined && head > sequencer.last()) sequencer.reach(head).catch(onFault);
      }
    }
  }

  const principal = {
    kind: 'person' as const,
    id: 'reader',
    org: log.org,
    name: 'reader',
    grants: options.grants,
  };

  /** A join put together by hand, in the wrong order or without its wait. */
  async function joinWrongly(reader: Subscriber, topic: string): Promise<Subscribed> {
    const key = { org: log.org, topic };
    const late = broken === 'live after the snapshot';
    let sequencer = late ? undefined : await sequencers.acquire(key);
    const { found } = await readTopic({ sql, vault, stores }, key);
    sequencer ??= await sequencers.acquire(key);
    const view = views[0];
    if (found === undefined || view === undefined) throw new Error(`no ${topic}`);
    if (late) await sequencer.reach(found.seq);
    const events = sequencer.framesSince(view, found.seq) ?? [];
    reader.join(key, view);
    const { seq, state } = found;
    return { view: opaqueViewName(definition, view), epoch: modelEpoch, seq, state, events };
  }

  return {
    name,
    wake: relay.wake,
    leads: relay.leads,
    async subscribe(topic, after, take) {
      let leave = (): void => undefined;
      const reader: Subscriber = {
        principal,
        rightsKnown: () => Promise.resolve(true),
        recorded: () => Promise.resolve(undefined),
        join(key, view) {
          const room = rooms.get(roomOf(key, view)) ?? new Set();
          rooms.set(roomOf(key, view), room.add(take));
          leave = () => {
            room.delete(take);
            sequencers.release(key);
          };
          return undefined;
        },
      };
      if (broken === 'live after the snapshot' || broken === 'joined too early')
        return { answer: await joinWrongly(reader, topic), leave };
      const given = await subscriptions.subscribe(reader, topic, after);
      if (!given.ok || !('view' in given)) throw new Error(`${name} answered ${JSON.stringify(given)}`);
      return { answer: given.answer, leave };
    },
    deaf: () =>
      sequencers
        .live()
        .filter(({ key }) => ![...redis.heardBy(name)].some((channel) => channel.endsWith(channelOf(key))))
        .map(({ key }) => key.topic),
  };
}

function brokenLog(log: RelayLog, broken: Broken | undefined): RelayLog {
  if (broken === 'published forgotten')
    return { ...log, read: (floor, _published, limit) => log.read(floor, [], limit) };
  if (broken !== 'floor of the newest') return log;
  return {
    ...log,
    async read(floor, published, limit) {
      const tail = await log.read(floor, published, limit);
      const newest = tail.events.reduce((most, { tx }) => (tx >= most ? tx + 1n : most), floor);
      return { ...tail, floor: newest };
    },
  };
}

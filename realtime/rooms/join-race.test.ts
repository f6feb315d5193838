import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TopicKey } from '#db/event-log.ts';
import { createOwnLog } from '#db/relay-log.ts';
import { stores } from '#db/stores/stores.ts';
import { createTestHospital, type TestHospital } from '#db/testing/test-hospital.ts';
import { readTopic } from '#db/topics.ts';
import type { ViewName } from '#domain/module.ts';
import { topicDefinition } from '#domain/modules.ts';
import { type Frame, isEvent, type Position } from '#domain/protocol.ts';
import { createMetrics } from '../metrics.ts';
import { type Bus, channelOf, createLocalBus } from '../relay/bus.ts';
import { createRelay } from '../relay/relay.ts';
import { projectState } from './projection.ts';
import { createSequencers } from './sequencers.ts';
import { createSharedStates } from './shared-states.ts';
import { createSubscriptions } from './subscribe.ts';
import { createTopicPaths } from './topic-paths.ts';

const rounds = 10_000;
const topics = ['unit/4w/beds', 'unit/4e/beds', 'unit/5s/beds', 'unit/icu/beds', 'unit/4w/alerts'];
const roles = ['nurse', 'command_center'] as const;

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

/** Numbers that the seed alone decides, so that a failure can be tried again. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test(`INV-1.3 ${rounds} random interleavings of subscribe, commit and publish end with the database’s state`, {
  timeout: 240_000,
}, async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  console.log(`seed ${seed}`);
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const { databases, vault } = hospital;
  const metrics = createMetrics();
  const faults: unknown[] = [];

  /** A bus that loses, doubles and holds back messages, as Redis and the network may. */
  const local = createLocalBus();
  const bus: Bus = {
    ...local,
    publish(term, event) {
      const fate = random();
      if (fate < 0.1) return;
      const copies = fate < 0.2 ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1)
        later(Math.floor(random() * 4), () => local.publish(term, event));
    },
  };

  /** The rooms, with those who are in them. */
  const rooms = new Map<string, Set<(frame: Frame) => void>>();
  const roomOf = (key: TopicKey, view: ViewName): string => `${channelOf(key)} ${view}`;
  const sequencers = createSequencers({
    sql: databases.relay,
    vault,
    bus,
    maySend: async () => undefined,
    broadcast: (key, view, frame) => {
      for (const take of rooms.get(roomOf(key, view)) ?? []) take(frame);
    },
    metrics,
    onFault: (error) => faults.push(error),
    lingerMs: 5,
    ringSize: 8,
    fillPage: 5,
  });
  const subscriptions = createSubscriptions({
    pathOf: createTopicPaths(databases.relay),
    sqlApp: databases.app,
    sqlRelay: databases.relay,
    vault,
    stores,
    sharedStates: createSharedStates({
      sqlApp: databases.app,
      sqlRelay: databases.relay,
      vault,
      stores,
      metrics,
    }),
    sequencers,
    metrics,
    mostReplayed: 40,
  });
  const relay = createRelay({
    log: createOwnLog(databases.relay),
    publish: bus.publish,
    publishCanary: bus.publishCanary,
    pollMs: 5,
    beatMs: 100,
    claimMs: 5,
    batch: 50,
    clock: Date.now,
    onFault: (error) => faults.push(error),
  });
  relay.start();

  let left = rounds;
  let compared = 0;
  const kept = new Map<string, { position: Position; state: unknown }>();

  async function writer(): Promise<void> {
    while (left > 0) {
      const unit = pick(['4w', '4e', '5s', 'icu']);
      const bed = `${unit}-0${1 + Math.floor(random() * 9)}`;
      const visit = `V${Math.floor(random() * 20)}`;
      await hospital.as('nurse', pick(['bed.claim', 'bed.release', 'bed.occupy', 'bed.vacate']), {
        bed,
        ...(random() < 0.3 ? { visit } : {}),
      });
      if (random() < 0.2) await hospital.as('nurse', 'bed.isolate', { bed, precaution: 'contact' });
    }
  }

  async function reader(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const topic = pick(topics);
      const role = pick(roles);
      const definition = topicDefinition(topic)?.definition;
      const session = await hospital.session(role);
      if (definition === undefined) throw new Error(`no ${topic}`);
      const key = { org: 'demo', topic };
      const principal = {
        kind: 'person' as const,
        id: session.account,
        org: 'demo',
        name: role,
        grants: [{ role, place: 'demo' }],
      };
      const memory = kept.get(`${role} ${topic}`);
      const after = random() < 0.5 ? memory?.position : undefined;

      let position: Position | undefined;
      let state: unknown;
      const states = new Map<number, unknown>();
      const early: Frame[] = [];
      const take = (frame: Frame): void => {
        if (position === undefined) {
          early.push(frame);
          return;
        }
        if (frame.seq <= position.seq) return;
        // In a room with nothing between it and the sequencer there is no gap to mend: one would be a broken promise.
        expect(frame.seq).toBe(position.seq + 1);
        position = { ...position, seq: frame.seq };
        if (isEvent(frame)) state = definition.evolve(state, { type: frame.type, data: frame.data });
        states.set(frame.seq, state);
      };
      let room: Set<(frame: Frame) => void> | undefined;
      const answer = await subscriptions.subscribe(
        {
          principal,
          rightsKnown: () => Promise.resolve(true),
          recorded: () => Promise.resolve(undefined),
          join(joined, view) {
            const name = roomOf(joined, view);
            room = rooms.get(name) ?? new Set();
            rooms.set(name, room.add(take));
            return undefined;
          },
        },
        topic,
        after,
      );
      if (!answer.ok || 'fetch' in answer.answer)
        throw new Error(`subscribe answered ${JSON.stringify(answer)}`);
      const { answer: given, view } = answer as Extract<typeof answer, { view: ViewName }>;
      position = { view: given.view, epoch: given.epoch, seq: given.seq };
      state = given.state ?? memory?.state;
      states.set(given.seq, state);
      for (const frame of [...given.events, ...early]) take(frame);

      const moment = await readTopic({ sql: databases.app, vault, stores }, key, session);
      const found = moment.found;
      if (found === undefined) throw new Error('the topic has gone');
      const sequencer = await sequencers.acquire(key);
      await sequencer.reach(found.seq);
      sequencers.release(key);
      if (states.has(found.seq)) {
        expect(states.get(found.seq)).toEqual(projectState(definition, view, found.state));
        compared += 1;
      } else {
        // It began beyond what was read just after: only a snapshot taken later than the read could do that.
        expect(given.seq).toBeGreaterThan(found.seq);
      }
      kept.set(`${role} ${topic}`, { position, state });
      room?.delete(take);
      sequencers.release(key);
    }
  }

  await Promise.all([...Array.from({ length: 6 }, writer), ...Array.from({ length: 16 }, reader)]);
  await relay.stop();
  sequencers.stop();
  expect(compared).toBeGreaterThan(rounds * 0.99);
  expect(faults).toEqual([]);
  expect(hospital.faults).toEqual([]);
  const served = await metrics.subscribes.get();
  console.log(served.values.map(({ labels, value }) => `${labels.by} ${value}`).join(', '));
});

function later(turns: number, work: () => void): void {
  if (turns === 0) work();
  else setImmediate(() => later(turns - 1, work));
}

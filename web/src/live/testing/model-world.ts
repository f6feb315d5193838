import { expect, vi } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { createTopicSubscriptions, type TopicSubscriptions } from '../subscriptions.ts';
import { createModelLog, type ModelLog } from './model-log.ts';
import { createModelServer, type ModelServer } from './model-server.ts';

/** A client of the model server, with the time of both in the test's hands. */
export interface World {
  readonly server: ModelServer;
  readonly logs: readonly ModelLog[];
  readonly client: TopicSubscriptions;
  /** Lets time pass on every clock. */
  pass(ms: number): void;
  reading(topic: string): ReturnType<ReturnType<TopicSubscriptions['topic']>['get']>;
  /** Works and delivers until nothing is under way. */
  settle(): Promise<void>;
  /** Two seconds, and the heads that come with them. */
  beat(): Promise<void>;
}

/** Nobody is connected yet. Timers have to be fake. */
export function world(options: { large?: boolean; units?: readonly string[] } = {}): World {
  const logs = (options.units ?? ['x']).map((unit) => createModelLog(unit));
  let ms = Date.parse('2026-03-01T08:00:00.000Z');
  const clock = () => ms;
  const server = createModelServer({ logs, clock, isLarge: () => options.large === true });
  const client = createTopicSubscriptions({
    ask: server.ask,
    fetchSnapshot: server.fetchSnapshot,
    now: () => instantOf(clock()),
    clock,
    random: () => 0.5,
  });
  return {
    server,
    logs,
    client,
    pass(passed) {
      ms += passed;
      vi.advanceTimersByTime(passed);
      client.check();
    },
    reading: (topic) => client.topic(topic).get(),
    async settle() {
      await flush();
      for (let turns = 0; turns < 200 && !server.idle(); turns += 1) {
        server.work();
        server.acknowledge();
        server.deliver();
        server.answerFetch();
        server.timeOut();
        await flush();
      }
    },
    async beat() {
      this.pass(2_000);
      server.beat();
      await this.settle();
    },
  };
}

/** Lets every promise that can go on go on. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

/** The topic that the model has unless another is asked for. */
export const topic = 'unit/x/beds';
/** Follows a topic as a component does; gives what ends it. */
export const follow = (client: TopicSubscriptions, name = topic) =>
  client.topic(name).subscribe(() => undefined);

/** A world in which the topic is followed and current. */
export async function followed(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const at = world(options);
  at.server.commit(topic, 0);
  at.server.connect(at.client);
  follow(at.client);
  await at.settle();
  expect(at.reading(topic).status).toBe('current');
  return at;
}

/** The reading is current, and is what the server has in the view of this person. */
export function expectEqual({ reading, server, logs }: World, name = topic): void {
  const log = logs.find((log) => log.topic === name);
  const view = server.viewOf(name);
  expect(reading(name)).toMatchObject({ status: 'current', seq: log?.head() });
  expect(reading(name).state).toEqual(view && log?.state(view));
}

/** What the client asked to subscribe to, from where. */
export const subscribes = ({ server }: World) =>
  server.asked.filter(({ name }) => name === 'subscribe').map(({ payload }) => payload);

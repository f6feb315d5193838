import { type Refusal, refuse } from '#domain/errors.ts';
import { instantOf } from '#domain/instant.ts';
import { type Snapshot, subscribeSchema, unsubscribeSchema } from '#domain/protocol.ts';
import type { TopicSubscriptions } from '../subscriptions.ts';
import type { ModelLog, ModelView } from './model-log.ts';

/** What the model server does wrong next. */
export type Fault =
  | { readonly fault: 'refuse'; readonly code: 'unavailable' | 'rate_limited' }
  | { readonly fault: 'hang' }
  | { readonly fault: 'nonsense' };

/**
 * The server's half of the contract for one client, in memory, moved step by step. What the client says is worked off
 * in order, and what the server says arrives in order, as on one socket; everything else is up to the test.
 */
export interface ModelServer {
  /** The client's side of the socket. */
  readonly ask: (name: 'subscribe' | 'unsubscribe', payload: unknown) => Promise<unknown>;
  readonly fetchSnapshot: (path: string) => Promise<Snapshot | Refusal>;
  /** Every message that the client sent. */
  readonly asked: readonly { readonly name: string; readonly payload: unknown }[];
  connect(client: TopicSubscriptions): void;
  disconnect(): void;
  isConnected(): boolean;
  /** Works off one message: the room is joined now, the acknowledgement is sent now or, held back, by `acknowledge`. */
  work(holdBack?: boolean): void;
  acknowledge(): void;
  /** Lets one message arrive at the client. */
  deliver(): void;
  /** Answers one request for a snapshot. */
  answerFetch(): void;
  commit(topic: string, choice: number): void;
  /** Sends the heads of the rooms. */
  beat(): void;
  loseFrame(): void;
  loseRoom(topic: string): void;
  fail(fault: Fault): void;
  /** Rejects what has been left without an answer, as time does. */
  timeOut(): void;
  /** What the person may see of a topic from now on. */
  allow(topic: string, view: ModelView | undefined): void;
  viewOf(topic: string): ModelView | undefined;
  restore(topic: string, seq: number): void;
  idle(): boolean;
}

export interface ModelServerOptions {
  readonly logs: readonly ModelLog[];
  readonly clock: () => number;
  /** Whether a topic's snapshot is too large for the socket. */
  readonly isLarge?: (topic: string) => boolean;
  readonly ringSize?: number;
}

interface Asked {
  readonly name: 'subscribe' | 'unsubscribe';
  readonly payload: unknown;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export function createModelServer(options: ModelServerOptions): ModelServer {
  const { clock, isLarge = () => false, ringSize = 4 } = options;
  const logs = new Map(options.logs.map((log) => [log.topic, log]));
  const views = new Map<string, ModelView>(options.logs.map((log) => [log.topic, 'clinical.1']));
  const rooms = new Map<string, ModelView>();
  const asked: { name: string; payload: unknown }[] = [];
  const faults: Fault[] = [];
  let client: TopicSubscriptions | undefined;
  let inbox: Asked[] = [];
  let held: (() => void)[] = [];
  let outbox: { readonly frame: boolean; arrive(): void }[] = [];
  let hanging: Asked[] = [];
  const fetches: (() => void)[] = [];

  const notFound = { ok: false, error: refuse('not_found', 'there is no such topic') };

  function logOf(topic: string): ModelLog {
    const log = logs.get(topic);
    if (log === undefined) throw new Error(`the model has no ${topic}`);
    return log;
  }

  function send(arrive: (to: TopicSubscriptions) => void, frame = false): void {
    outbox.push({ frame, arrive: () => client !== undefined && arrive(client) });
  }

  function answer(message: Asked): unknown {
    if (message.name === 'unsubscribe') {
      rooms.delete(unsubscribeSchema.parse(message.payload).topic);
      return { ok: true };
    }
    const { topic, after } = subscribeSchema.parse(message.payload);
    rooms.delete(topic);
    const fault = faults.shift();
    if (fault?.fault === 'refuse') return { ok: false, error: refuse(fault.code, 'not now') };
    if (fault?.fault === 'nonsense') return { ok: true, view: 7 };
    const [view, log] = [views.get(topic), logs.get(topic)];
    if (view === undefined || log === undefined) return notFound;
    const [epoch, head] = [log.epoch(), log.head()];
    if (
      after !== undefined &&
      after.view === view &&
      after.epoch === epoch &&
      after.seq <= head &&
      head - after.seq <= ringSize
    ) {
      rooms.set(topic, view);
      return { ok: true, view, epoch, seq: after.seq, events: log.framesSince(view, after.seq) };
    }
    if (isLarge(topic)) return { ok: true, fetch: `/api/v1/topics/${encodeURIComponent(topic)}` };
    rooms.set(topic, view);
    // The state may be read a little before the room is joined.
    const seq = Math.max(0, head - 1);
    return { ok: true, view, epoch, seq, state: log.state(view, seq), events: log.framesSince(view, seq) };
  }

  return {
    asked,
    ask(name, payload) {
      asked.push({ name, payload });
      if (client === undefined) return Promise.reject(new Error('there is no connection'));
      return new Promise((resolve, reject) => inbox.push({ name, payload, resolve, reject }));
    },
    fetchSnapshot(path) {
      const topic = decodeURIComponent(path.slice('/api/v1/topics/'.length));
      return new Promise((resolve) => {
        fetches.push(() => {
          const view = views.get(topic);
          if (view === undefined) return resolve(notFound.error);
          if (faults.shift() !== undefined) return resolve(refuse('unavailable', 'not now'));
          const log = logOf(topic);
          resolve({
            topic,
            view,
            epoch: log.epoch(),
            seq: log.head(),
            at: instantOf(clock()),
            state: log.state(view),
          });
        });
      });
    },
    connect(to) {
      client = to;
      to.connected();
    },
    disconnect() {
      const gone = client;
      client = undefined;
      rooms.clear();
      outbox = [];
      held = [];
      gone?.disconnected();
      for (const { reject } of [...inbox, ...hanging]) reject(new Error('the socket has been disconnected'));
      inbox = [];
      hanging = [];
    },
    isConnected: () => client !== undefined,
    work(holdBack = false) {
      // The next is not begun before the last has been answered.
      if (held.length > 0) return;
      const message = inbox.shift();
      if (message === undefined) return;
      if (message.name === 'subscribe' && faults[0]?.fault === 'hang') {
        faults.shift();
        hanging.push(message);
        return;
      }
      const given = JSON.stringify(answer(message));
      const acknowledge = (): void => send(() => message.resolve(JSON.parse(given)));
      if (holdBack) held.push(acknowledge);
      else acknowledge();
    },
    acknowledge: () => held.shift()?.(),
    deliver: () => outbox.shift()?.arrive(),
    answerFetch: () => fetches.shift()?.(),
    commit(topic, choice) {
      const log = logOf(topic);
      log.commit(choice);
      const view = rooms.get(topic);
      if (view === undefined) return;
      const frame = log.frame(view, log.head());
      send((to) => to.frame(frame), true);
    },
    beat() {
      const heads = Object.fromEntries([...rooms.keys()].map((topic) => [topic, logOf(topic).head()]));
      const at = instantOf(clock());
      if (client !== undefined) send((to) => to.heads({ at, heads }));
    },
    loseFrame() {
      const index = outbox.findIndex(({ frame }) => frame);
      if (index !== -1) outbox.splice(index, 1);
    },
    loseRoom: (topic) => void rooms.delete(topic),
    fail: (fault) => void faults.push(fault),
    timeOut() {
      for (const { reject } of hanging) reject(new Error('operation has timed out'));
      hanging = [];
    },
    allow(topic, view) {
      if (view === undefined) views.delete(topic);
      else views.set(topic, view);
      const before = rooms.get(topic);
      if (before === undefined || before === view) return;
      rooms.delete(topic);
      send((to) => to.revoked({ topic, reason: view === undefined ? 'right' : 'view' }));
    },
    viewOf: (topic) => views.get(topic),
    restore(topic, seq) {
      logOf(topic).restore(seq);
    },
    idle: () =>
      inbox.length + held.length + outbox.length + fetches.length + hanging.length + faults.length === 0,
  };
}

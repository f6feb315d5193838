import type { z } from 'zod';
import type { Refusal } from '#domain/errors.ts';
import type { Instant } from '#domain/instant.ts';
import { topicDefinition } from '#domain/modules.ts';
import {
  acknowledgementOf,
  clientMessages,
  type Frame,
  frameSchema,
  type headsSchema,
  type revokedSchema,
  type Snapshot,
} from '#domain/protocol.ts';
import { createStore, type WritableStore } from './external-store.ts';
import type { ExternalStore, TopicReading } from './live.ts';
import {
  emptyReplica,
  type Replica,
  type Taken,
  takeAnswer,
  takeFrame,
  takeFrames,
} from './topic-replica.ts';

/** The topics that somebody on this page looks at, each followed by the contract. */
export interface TopicSubscriptions {
  topic(name: string): ExternalStore<TopicReading<unknown>>;
  connected(): void;
  disconnected(): void;
  contact(lost: boolean): void;
  frame(payload: unknown): void;
  heads(heads: z.infer<typeof headsSchema>): void;
  revoked(notice: z.infer<typeof revokedSchema>): void;
  /** Forgets everything: somebody else may be signing in. */
  clear(): void;
}

export interface TopicSubscriptionsOptions {
  /** Sends a message and gives its acknowledgement; rejects where none comes. */
  readonly ask: (name: 'subscribe' | 'unsubscribe', payload: unknown) => Promise<unknown>;
  readonly fetchSnapshot: (path: string) => Promise<Snapshot | Refusal>;
  readonly now: () => Instant;
  /** How long a topic that nobody looks at any more is still followed: screens change back and forth. */
  readonly lingerMs?: number;
  readonly retryMs?: number;
}

interface Entry {
  readonly name: string;
  readonly store: WritableStore<TopicReading<unknown>>;
  replica: Replica;
  listeners: number;
  linger: ReturnType<typeof setTimeout> | undefined;
  retry: ReturnType<typeof setTimeout> | undefined;
  joined: boolean;
  /** The attempt under way, by number: an answer to an older one is nobody's. */
  attempt: number | undefined;
  early: Frame[];
  missing: boolean;
  /** Heads in a row that were ahead of what is held. */
  lag: number;
  confirmedAt: Instant | undefined;
}

const answerSchema = acknowledgementOf(clientMessages.subscribe.answer);

export function createTopicSubscriptions(options: TopicSubscriptionsOptions): TopicSubscriptions {
  const { ask, fetchSnapshot, now, lingerMs = 10_000, retryMs = 1_000 } = options;
  const entries = new Map<string, Entry>();
  let online = false;
  let contactLost = false;
  let attempts = 0;

  function publish(entry: Entry): void {
    const held = entry.replica.phase === 'held' ? entry.replica : undefined;
    const status = entry.missing
      ? 'missing'
      : held === undefined
        ? 'loading'
        : entry.joined && online && !contactLost
          ? 'current'
          : 'behind';
    const next: TopicReading<unknown> = {
      status,
      state: held?.state,
      seq: held?.position.seq ?? 0,
      confirmedAt: entry.confirmedAt,
    };
    const last = entry.store.get();
    const same =
      last.status === next.status &&
      last.state === next.state &&
      last.seq === next.seq &&
      last.confirmedAt === next.confirmedAt;
    if (!same) entry.store.set(next);
  }

  /** Keeps what was taken; a gap is filled and a misfit replaced, by subscribing again. */
  function keep(entry: Entry, taken: Taken): boolean {
    if (taken.ok) {
      entry.replica = taken.replica;
      return true;
    }
    if (taken.why === 'misfit') entry.replica = emptyReplica;
    entry.joined = false;
    return false;
  }

  async function join(entry: Entry): Promise<void> {
    const definition = topicDefinition(entry.name)?.definition;
    if (definition === undefined) {
      entry.missing = true;
      publish(entry);
      return;
    }
    if (!online || entry.attempt !== undefined) return;
    attempts += 1;
    const attempt = attempts;
    entry.attempt = attempt;
    entry.early = [];
    let again: 'now' | 'later' | undefined;
    try {
      const after = entry.replica.phase === 'held' ? { after: entry.replica.position } : {};
      const parsed = answerSchema.safeParse(await ask('subscribe', { topic: entry.name, ...after }));
      if (entry.attempt !== attempt) return;
      if (!parsed.success) again = 'later';
      else if (!parsed.data.ok) {
        entry.missing = parsed.data.error.code === 'not_found' || parsed.data.error.code === 'forbidden';
        if (entry.missing) entry.replica = emptyReplica;
        else again = 'later';
      } else if ('fetch' in parsed.data) {
        const snapshot = await fetchSnapshot(parsed.data.fetch);
        if (entry.attempt !== attempt) return;
        again = 'code' in snapshot ? 'later' : 'now';
        if (!('code' in snapshot))
          keep(entry, takeAnswer(emptyReplica, definition, { ...snapshot, events: [] }));
      } else {
        const answered = takeAnswer(entry.replica, definition, parsed.data);
        const taken = answered.ok ? takeFrames(answered.replica, definition, entry.early) : answered;
        entry.joined = true;
        entry.missing = false;
        entry.lag = 0;
        if (keep(entry, taken)) entry.confirmedAt = now();
        else again = 'later';
      }
    } catch {
      again = 'later';
    }
    if (entry.attempt !== attempt) return;
    entry.attempt = undefined;
    entry.early = [];
    publish(entry);
    if (again === 'now') await join(entry);
    else if (again === 'later') retryLater(entry);
  }

  function retryLater(entry: Entry): void {
    clearTimeout(entry.retry);
    // Spread out: many pages may have lost the same thing at the same moment.
    entry.retry = setTimeout(() => void join(entry), retryMs * (0.5 + Math.random()));
  }

  function leave(entry: Entry): void {
    clearTimeout(entry.linger);
    clearTimeout(entry.retry);
    entries.delete(entry.name);
    entry.attempt = undefined;
    if (online && entry.joined) ask('unsubscribe', { topic: entry.name }).catch(() => undefined);
  }

  function entryOf(name: string): Entry {
    const known = entries.get(name);
    if (known !== undefined) return known;
    const entry: Entry = {
      name,
      store: createStore<TopicReading<unknown>>({
        status: 'loading',
        state: undefined,
        seq: 0,
        confirmedAt: undefined,
      }),
      replica: emptyReplica,
      listeners: 0,
      linger: undefined,
      retry: undefined,
      joined: false,
      attempt: undefined,
      early: [],
      missing: false,
      lag: 0,
      confirmedAt: undefined,
    };
    entries.set(name, entry);
    return entry;
  }

  function rejoin(entry: Entry): void {
    entry.joined = false;
    publish(entry);
    void join(entry);
  }

  return {
    topic: (name) => ({
      get: () => entryOf(name).store.get(),
      subscribe(listener) {
        const entry = entryOf(name);
        entry.listeners += 1;
        clearTimeout(entry.linger);
        if (!entry.joined) void join(entry);
        const stop = entry.store.subscribe(listener);
        let stopped = false;
        return () => {
          stop();
          if (stopped) return;
          stopped = true;
          entry.listeners -= 1;
          if (entry.listeners === 0) entry.linger = setTimeout(() => leave(entry), lingerMs);
        };
      },
    }),
    connected() {
      online = true;
      for (const entry of entries.values()) rejoin(entry);
    },
    disconnected() {
      online = false;
      for (const entry of entries.values()) {
        entry.joined = false;
        entry.attempt = undefined;
        publish(entry);
      }
    },
    contact(lost) {
      contactLost = lost;
      for (const entry of entries.values()) publish(entry);
    },
    frame(payload) {
      const parsed = frameSchema.safeParse(payload);
      // What it was about cannot be known; the heads will tell that something is missing.
      if (!parsed.success) return;
      const entry = entries.get(parsed.data.topic);
      const definition = entry && topicDefinition(entry.name)?.definition;
      if (entry === undefined || definition === undefined) return;
      if (entry.attempt !== undefined) entry.early.push(parsed.data);
      else if (keep(entry, takeFrame(entry.replica, definition, parsed.data))) publish(entry);
      else rejoin(entry);
    },
    heads({ at, heads }) {
      for (const entry of entries.values()) {
        if (!entry.joined || entry.replica.phase !== 'held') continue;
        const head = heads[entry.name];
        if (head !== undefined && head <= entry.replica.position.seq) {
          entry.lag = 0;
          entry.confirmedAt = at;
          publish(entry);
          continue;
        }
        // Once may be a crossing on the way; twice running, something was lost, or the room was.
        entry.lag += 1;
        if (entry.lag >= 2) rejoin(entry);
      }
    },
    revoked({ topic, reason }) {
      const entry = entries.get(topic);
      if (entry === undefined || reason === 'session') return;
      entry.joined = false;
      entry.attempt = undefined;
      entry.replica = emptyReplica;
      entry.missing = reason === 'right';
      publish(entry);
      if (reason === 'view') void join(entry);
    },
    clear() {
      for (const entry of [...entries.values()]) {
        entry.replica = emptyReplica;
        entry.joined = false;
        entry.attempt = undefined;
        entry.missing = false;
        entry.confirmedAt = undefined;
        publish(entry);
      }
    },
  };
}

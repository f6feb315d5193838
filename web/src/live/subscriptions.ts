import type { z } from 'zod';
import { frameSchema, type headsSchema, type revokedSchema } from '#domain/protocol.ts';
import { createFollowedTopic, type FollowedTopic, type FollowOptions, nothingYet } from './followed-topic.ts';
import type { ExternalStore, TopicReading } from './live.ts';

/** The topics that somebody on this page looks at, each followed by the contract. */
export interface TopicSubscriptions {
  /** The topic's reading. Merely to `get` it follows nothing. */
  topic(name: string): ExternalStore<TopicReading<unknown>>;
  connected(): void;
  disconnected(): void;
  contact(lost: boolean): void;
  frame(payload: unknown): void;
  heads(heads: z.infer<typeof headsSchema>): void;
  revoked(notice: z.infer<typeof revokedSchema>): void;
  /** Looks at the clock: what nothing has confirmed for a while is not believed any more. */
  check(): void;
  /** Takes the names of what this person may see: what was missing and is among them is asked for again. */
  listed(topics: Iterable<string>): void;
  /** Forgets everything: somebody else may be signing in. */
  clear(): void;
}

export interface TopicSubscriptionsOptions extends FollowOptions {
  /** How long a topic that nobody looks at any more is still followed: screens change back and forth. */
  readonly lingerMs?: number;
}

interface Entry {
  readonly followed: FollowedTopic;
  listeners: number;
  linger: ReturnType<typeof setTimeout> | undefined;
}

export function createTopicSubscriptions(options: TopicSubscriptionsOptions): TopicSubscriptions {
  const { lingerMs = 10_000, ...follow } = options;
  const entries = new Map<string, Entry>();
  let online = false;
  let contactLost = false;

  function entryOf(name: string): Entry {
    const known = entries.get(name);
    if (known !== undefined) return known;
    const followed = createFollowedTopic({
      ...follow,
      name,
      isOnline: () => online,
      isContactLost: () => contactLost,
    });
    const entry: Entry = { followed, listeners: 0, linger: undefined };
    entries.set(name, entry);
    return entry;
  }

  function leave(name: string, entry: Entry): void {
    clearTimeout(entry.linger);
    entries.delete(name);
    entry.followed.stop();
  }

  function each(work: (followed: FollowedTopic, name: string) => void): void {
    // A copy: who hears of a change may begin or end to follow.
    for (const [name, { followed }] of [...entries]) work(followed, name);
  }

  return {
    topic: (name) => ({
      get: () => entries.get(name)?.followed.store.get() ?? nothingYet,
      subscribe(listener) {
        const entry = entryOf(name);
        entry.listeners += 1;
        clearTimeout(entry.linger);
        entry.followed.follow();
        const stop = entry.followed.store.subscribe(listener);
        let stopped = false;
        return () => {
          if (stopped) return;
          stopped = true;
          stop();
          entry.listeners -= 1;
          if (entry.listeners === 0) entry.linger = setTimeout(() => leave(name, entry), lingerMs);
        };
      },
    }),
    connected() {
      online = true;
      each((followed) => followed.connected());
    },
    disconnected() {
      online = false;
      each((followed) => followed.disconnected());
    },
    contact(lost) {
      contactLost = lost;
      each((followed) => followed.check());
    },
    frame(payload) {
      const parsed = frameSchema.safeParse(payload);
      // What it was about cannot be known; the heads will tell that something is missing.
      if (parsed.success) entries.get(parsed.data.topic)?.followed.frame(parsed.data);
    },
    heads({ at, heads }) {
      each((followed, name) => followed.heads(at, heads[name]));
    },
    revoked({ topic, reason }) {
      // The end of the session is the whole page's affair.
      if (reason !== 'session') entries.get(topic)?.followed.revoked(reason);
    },
    check() {
      each((followed) => followed.check());
    },
    listed(topics) {
      for (const name of topics) {
        const followed = entries.get(name)?.followed;
        if (followed?.store.get().status === 'missing') followed.follow();
      }
    },
    clear() {
      for (const [name, entry] of [...entries]) {
        entry.followed.clear();
        if (entry.listeners === 0) leave(name, entry);
      }
    },
  };
}

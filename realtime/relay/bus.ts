import type { LoggedEvent, TopicKey } from '#db/event-log.ts';

/** What carries committed events from the relay to every node that has an audience for their topic. */
export interface Bus {
  /** Sends once, and does not promise to arrive: what is missed is in the log. */
  publish(term: number, event: LoggedEvent): void;
  publishCanary(term: number): void;
  /**
   * Hears a topic once this resolves, until the function it gives is called; while the bus is cut off, as soon as it is
   * there again. Doubles and gaps are the hearer's to mend.
   */
  subscribe(key: TopicKey, hear: (event: LoggedEvent) => void): Promise<() => void>;
  /** Whether messages can be expected to arrive now. */
  isConnected(): boolean;
  /** When the relay's canary was last heard, in milliseconds since 1970; 0 before the first time. */
  canaryAt(): number;
  /** Called when it is connected again: what was published meanwhile was missed. */
  onReconnected(listener: () => void): void;
  stop(): Promise<void>;
}

/** Lets through what the newest leader publishes: one that wakes late, under an older term, is no longer believed. */
export function createTermGuard(): (term: number) => boolean {
  let newest = Number.NEGATIVE_INFINITY;
  return (term) => {
    newest = Math.max(newest, term);
    return term === newest;
  };
}

/** Those who hear topics on one node, by channel. */
export interface Hearers {
  /** True for the first of a channel. */
  add(channel: string, hear: (event: LoggedEvent) => void): boolean;
  /** True for the last of a channel. */
  remove(channel: string, hear: (event: LoggedEvent) => void): boolean;
  tell(channel: string, event: LoggedEvent): void;
  channels(): string[];
}

export function createHearers(): Hearers {
  const hearers = new Map<string, Set<(event: LoggedEvent) => void>>();
  return {
    add(channel, hear) {
      const set = hearers.get(channel);
      if (set !== undefined) {
        set.add(hear);
        return false;
      }
      hearers.set(channel, new Set([hear]));
      return true;
    },
    remove(channel, hear) {
      const set = hearers.get(channel);
      if (set === undefined || !set.delete(hear) || set.size > 0) return false;
      return hearers.delete(channel);
    },
    tell(channel, event) {
      for (const hear of hearers.get(channel) ?? []) hear(event);
    },
    channels: () => [...hearers.keys()],
  };
}

/** The bus of a node that is alone: from the relay to the sequencers of the same process. */
export function createLocalBus(clock: () => number = Date.now): Bus {
  const hearers = createHearers();
  let canaryAt = 0;
  return {
    publish: (_term, event) => hearers.tell(channelOf(event), event),
    publishCanary() {
      canaryAt = clock();
    },
    async subscribe(key, hear) {
      const channel = channelOf(key);
      hearers.add(channel, hear);
      return () => hearers.remove(channel, hear);
    },
    isConnected: () => true,
    canaryAt: () => canaryAt,
    onReconnected: () => undefined,
    stop: async () => undefined,
  };
}

/** The channel of a topic, apart for each organisation. */
export function channelOf({ org, topic }: TopicKey): string {
  return `${org}:${topic}`;
}

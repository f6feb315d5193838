import type { LoggedEvent, TopicKey } from '#db/event-log.ts';

/** What carries committed events from the relay to every node that has an audience for their topic. */
export interface Bus {
  publish(event: LoggedEvent): void;
  /** Hears a topic once this resolves, until the function it gives is called. Doubles and gaps are the hearer's to mend. */
  subscribe(key: TopicKey, hear: (event: LoggedEvent) => void): Promise<() => void>;
}

/** The bus of a node that is alone: from the relay to the sequencers of the same process. */
export function createLocalBus(): Bus {
  const hearers = new Map<string, Set<(event: LoggedEvent) => void>>();
  return {
    publish(event) {
      for (const hear of hearers.get(channelOf(event)) ?? []) hear(event);
    },
    async subscribe(key, hear) {
      const channel = channelOf(key);
      const set = hearers.get(channel) ?? new Set();
      hearers.set(channel, set);
      set.add(hear);
      return () => {
        set.delete(hear);
        if (set.size === 0 && hearers.get(channel) === set) hearers.delete(channel);
      };
    },
  };
}

/** The channel of a topic, apart for each organisation. */
export function channelOf({ org, topic }: TopicKey): string {
  return `${org}:${topic}`;
}

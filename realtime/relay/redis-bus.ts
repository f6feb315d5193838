import { z } from 'zod';
import { type LoggedEvent, loggedEventSchema } from '#db/event-log.ts';
import { type Bus, channelOf, createHearers, createTermGuard } from './bus.ts';
import { openRedis, type RedisLink } from './redis.ts';

const messageSchema = z.object({ term: z.int(), event: loggedEventSchema });
const canarySchema = z.object({ term: z.int() });

export interface RedisBusOptions {
  readonly url: string;
  /** The authority that signed Redis's certificate, as a path of a PEM file. */
  readonly ca?: string | undefined;
  readonly clock?: () => number;
  readonly onFault: (error: unknown) => void;
  readonly onPublishFailed: () => void;
  readonly onStaleTerm: () => void;
  /** Called once with the connections, for what else goes through Redis. */
  readonly onLink?: (link: RedisLink) => void;
}

const prefix = 'carewall:';
const canaryChannel = `${prefix}canary`;

/**
 * The bus of a tier: one Redis message an event, encoded once, on the channel of its topic. Does not wait for Redis: a
 * node that starts without it serves from the log until it is there.
 */
export function createRedisBus(options: RedisBusOptions): Bus {
  const { url, ca, clock = Date.now, onFault } = options;
  const hearers = createHearers();
  const isCurrent = createTermGuard();
  const gone = new AbortController();
  const reconnected: (() => void)[] = [];
  let link: RedisLink | undefined;
  let ready = false;
  let canaryAt = 0;

  function isBelieved(term: number): boolean {
    const current = isCurrent(term);
    if (!current) options.onStaleTerm();
    return current;
  }

  // Whoever else writes to this Redis cannot make a node fail, nor show what is not of the log's shape.
  function hear(name: string, text: string): void {
    if (name === canaryChannel) {
      const canary = canarySchema.safeParse(parse(text));
      if (canary.success && isBelieved(canary.data.term)) canaryAt = clock();
      return;
    }
    const message = messageSchema.safeParse(parse(text));
    if (!message.success || !isBelieved(message.data.term)) return;
    hearers.tell(channelOf(message.data.event), message.data.event);
  }

  function listen(opened: RedisLink, channels: string[]): Promise<unknown> {
    const { subscriber, sharded } = opened;
    if (!sharded) return subscriber.subscribe(...channels);
    // On a cluster each channel may be on another shard.
    return Promise.all(channels.map((channel) => subscriber.ssubscribe(channel)));
  }

  async function resubscribe(opened: RedisLink): Promise<void> {
    const heard = new Set<string>();
    // A topic may be opened while the others are subscribed to: then it is not among them yet.
    for (let missing = [canaryChannel]; missing.length > 0; ) {
      await listen(opened, missing);
      for (const channel of missing) heard.add(channel);
      missing = hearers
        .channels()
        .map((channel) => prefix + channel)
        .filter((channel) => !heard.has(channel));
    }
    ready = true;
    for (const listener of reconnected) listener();
  }

  openRedis(url, gone.signal, onFault, ca).then(
    (opened) => {
      link = opened;
      if (gone.signal.aborted) {
        opened.close();
        return;
      }
      const { subscriber } = opened;
      subscriber.on('message', hear);
      subscriber.on('smessage', hear);
      const begin = (): void => {
        resubscribe(opened).catch(onFault);
      };
      subscriber.on('ready', begin);
      subscriber.on('close', () => {
        ready = false;
      });
      if (subscriber.status === 'ready') begin();
      options.onLink?.(opened);
    },
    (error: unknown) => {
      if (!gone.signal.aborted) onFault(error);
    },
  );

  function send(channel: string, message: unknown): void {
    if (link === undefined) {
      options.onPublishFailed();
      return;
    }
    const text = JSON.stringify(message);
    const sent = link.sharded
      ? link.publisher.spublish(channel, text)
      : link.publisher.publish(channel, text);
    sent.catch(options.onPublishFailed);
  }

  return {
    publish: (term, { org, topic, seq, type, at, by, data }) =>
      send(prefix + channelOf({ org, topic }), {
        term,
        event: { org, topic, seq, type, at, by, data } satisfies LoggedEvent,
      }),
    publishCanary: (term) => send(canaryChannel, { term }),
    async subscribe(key, listener) {
      const channel = channelOf(key);
      const first = hearers.add(channel, listener);
      if (first && link !== undefined && ready) {
        // A failure means that the connection is going: then all are subscribed again when it is back.
        await listen(link, [prefix + channel]).catch(onFault);
      }
      return () => {
        if (!hearers.remove(channel, listener) || link === undefined || !ready) return;
        const { subscriber, sharded } = link;
        const left = sharded
          ? subscriber.sunsubscribe(prefix + channel)
          : subscriber.unsubscribe(prefix + channel);
        left.catch(onFault);
      };
    },
    isConnected: () => ready,
    canaryAt: () => canaryAt,
    onReconnected: (listener) => {
      reconnected.push(listener);
    },
    async stop() {
      gone.abort();
      ready = false;
      link?.close();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { EventEmitter } from 'node:events';
import { z } from 'zod';
import type { Steps } from './steps.ts';
import type { Watch } from './watch.ts';

/** What becomes of one message on its way to one node. */
export type Fate = 'arrives' | 'lost' | 'twice';

/** A Redis server for a simulation, with a connection for each node; each message to each node is a step. */
export interface ModelRedis {
  connect(node: string): ModelLink;
  cut(node: string): void;
  mend(node: string): void;
  /** The channels on which a node hears. */
  heardBy(node: string): ReadonlySet<string>;
}

/** As much of a link to Redis as the bus uses. */
export interface ModelLink {
  readonly publisher: { publish(channel: string, text: string): Promise<number> };
  readonly subscriber: ModelSubscriber;
  readonly sharded: false;
  readonly major: 7;
  close(): void;
}

export interface ModelSubscriber {
  readonly status: string;
  on(name: string, listener: (...args: string[]) => void): unknown;
  subscribe(...channels: string[]): Promise<number>;
  unsubscribe(...channels: string[]): Promise<number>;
}

export interface ModelRedisOptions {
  readonly steps: Steps;
  readonly watch: Watch;
  readonly fate: () => Fate;
  /** Whether messages to one node may overtake each other. */
  readonly overtaking: boolean;
  /** Whether messages tell their term; a broken variant hides it. */
  readonly tellsTerm: boolean;
}

const messageSchema = z.looseObject({ term: z.number() });

interface End {
  readonly node: string;
  readonly emitter: EventEmitter;
  readonly live: Set<string>;
  /** Grows with each word on a channel: what was asked for before another word has no effect. */
  readonly words: Map<string, number>;
  queue: (() => void)[];
  connection: number;
  connected: boolean;
  /** Whether it has listened to anything yet. */
  begun: boolean;
}

export function createModelRedis(options: ModelRedisOptions): ModelRedis {
  const { steps, watch } = options;
  const ends = new Map<string, End>();

  function endOf(node: string): End {
    const known = ends.get(node);
    if (known !== undefined) return known;
    const end: End = {
      node,
      emitter: new EventEmitter(),
      live: new Set(),
      words: new Map(),
      queue: [],
      connection: 0,
      connected: true,
      begun: false,
    };
    ends.set(node, end);
    return end;
  }

  function send(end: End, channel: string, text: string): void {
    const { connection } = end;
    const { term, ...rest } = messageSchema.parse(JSON.parse(text));
    const carried = options.tellsTerm ? text : JSON.stringify({ ...rest, term: 1 });
    const hand = (): void => {
      // What was under way when the connection went is lost.
      if (end.connection !== connection || !end.live.has(channel)) return;
      watch.heard(end.node, term);
      end.emitter.emit('message', channel, carried);
    };
    end.queue.push(hand);
    steps.park(end.node, `${end.node} hears ${nameOf(channel, text)}`).then(() => {
      const next = options.overtaking ? hand : end.queue[0];
      end.queue = end.queue.filter((other) => other !== next);
      next?.();
    });
  }

  return {
    connect(node) {
      const end = endOf(node);
      const say = (channel: string): number => {
        const word = (end.words.get(channel) ?? 0) + 1;
        end.words.set(channel, word);
        return word;
      };
      return {
        publisher: {
          async publish(channel, text) {
            if (!end.connected) throw new Error('there is no connection');
            let heard = 0;
            for (const other of ends.values()) {
              if (!other.connected || !other.live.has(channel)) continue;
              const fate = channel.endsWith('canary') ? 'arrives' : options.fate();
              if (fate !== 'lost') send(other, channel, text);
              if (fate === 'twice') send(other, channel, text);
              heard += 1;
            }
            return heard;
          },
        },
        subscriber: {
          status: 'ready',
          on: (name, listener) => end.emitter.on(name, listener),
          async subscribe(...channels) {
            const { connection } = end;
            if (!end.begun) {
              // A node listens long before its first reader comes.
              end.begun = true;
              for (const channel of channels) end.live.add(channel);
              return end.live.size;
            }
            const words = channels.map((channel) => [channel, say(channel)] as const);
            const names = channels.map((channel) => nameOf(channel, '')).join(', ');
            await steps.park(undefined, `${node} listens to ${names}`);
            if (!end.connected || end.connection !== connection) throw new Error('the connection went');
            for (const [channel, word] of words) if (end.words.get(channel) === word) end.live.add(channel);
            await steps.park(node, `${node} knows that it listens to ${names}`);
            if (end.connection !== connection) throw new Error('the connection went');
            return end.live.size;
          },
          async unsubscribe(...channels) {
            for (const channel of channels) {
              say(channel);
              end.live.delete(channel);
            }
            return end.live.size;
          },
        },
        sharded: false,
        major: 7,
        close: () => undefined,
      };
    },
    cut(node) {
      const end = endOf(node);
      if (!end.connected) return;
      end.connected = false;
      end.connection += 1;
      end.live.clear();
      end.queue = [];
      end.emitter.emit('close');
    },
    mend(node) {
      const end = endOf(node);
      if (end.connected) return;
      end.connected = true;
      end.connection += 1;
      end.emitter.emit('ready');
    },
    heardBy: (node) => endOf(node).live,
  };
}

const namedSchema = z.looseObject({
  term: z.number(),
  event: z.looseObject({ seq: z.number() }).optional(),
});

function nameOf(channel: string, text: string): string {
  const short = channel.split(':').at(-1) ?? channel;
  if (text === '') return short;
  const { term, event } = namedSchema.parse(JSON.parse(text));
  return `${short} ${event?.seq ?? ''} of term ${term}`;
}

const links = new Map<string, ModelLink>();

/** Keeps a link for the node that will open this address. */
export function offerLink(url: string, link: ModelLink): void {
  links.set(url, link);
}

/** Stands in for `openRedis`. */
export async function openModelLink(url: string): Promise<ModelLink> {
  const link = links.get(url);
  links.delete(url);
  if (link === undefined) throw new Error(`nobody offers ${url}`);
  return link;
}

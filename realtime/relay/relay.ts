import type { TailEvent, TopicKey } from '#db/event-log.ts';
import type { Leadership, RelayLog } from '#db/relay-log.ts';
import { channelOf } from './bus.ts';

/*
 *   following ──claim granted──► leading
 *       ▲                           │
 *       └── lost the lead, or the database ──┘
 */
/** Turns committed events into messages, each topic's in the order of seq, as soon as they can be seen. */
export interface Relay {
  start(): void;
  /** Reads now; what rang the bell calls it. */
  wake(): void;
  /** Gives the lead up and stops. */
  stop(): Promise<void>;
  leads(): boolean;
}

export interface RelayOptions {
  readonly log: RelayLog;
  readonly publish: (term: number, event: TailEvent) => void;
  /** Called after each sign of life that the database took, under the term that leads: what hears it knows that the path works. */
  readonly publishCanary: (term: number) => void;
  /** How long it sleeps when nobody rings. */
  readonly pollMs: number;
  /** How often a leader gives a sign of life. */
  readonly beatMs: number;
  /** How often a follower asks for the lead. */
  readonly claimMs: number;
  readonly batch: number;
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
  readonly onLead?: (term: number) => void;
  /** Sleeps, or until woken; a simulation has its own idea of time. */
  readonly sleep?: (ms: number, woken: Promise<void>) => Promise<void>;
}

const mostBreathMs = 25;

export function createRelay(options: RelayOptions): Relay {
  const { log, sleep = sleepOrWake } = options;
  let running: Promise<void> | undefined;
  let stopped = false;
  let leading = false;
  let woken = false;
  let rouse: () => void = () => undefined;

  /** Publishes until there is nothing more to see; gives the floor below which nothing is missing. */
  async function publishTail(
    { term, floor: from }: Leadership,
    published: Map<string, TopicKey & { seq: number; tx: bigint }>,
  ): Promise<bigint> {
    for (let floor = from; ; ) {
      const tail = await log.read(floor, published.values(), options.batch);
      for (const event of tail.events) {
        options.publish(term, event);
        const { org, topic, seq, tx } = event;
        // An earlier seq may be of a later transaction: as long as any of them can be read again, the last must be known.
        const before = published.get(channelOf(event))?.tx ?? tx;
        published.set(channelOf(event), { org, topic, seq, tx: tx > before ? tx : before });
      }
      if (tail.events.length === options.batch && !stopped) continue;
      floor = tail.events.length === options.batch ? floor : tail.floor;
      // What was published at or above the floor will be read again, and must be known again.
      for (const [channel, { tx }] of published) if (tx < floor) published.delete(channel);
      return floor;
    }
  }

  async function lead(first: Leadership): Promise<void> {
    /** The last seq published of each topic at or above the floor. */
    const published = new Map<string, TopicKey & { seq: number; tx: bigint }>();
    let leadership = first;
    let beatAt = Number.NEGATIVE_INFINITY;
    while (!stopped) {
      woken = false;
      const began = options.clock();
      leadership = { ...leadership, floor: await publishTail(leadership, published) };
      if (options.clock() - beatAt >= options.beatMs) {
        if (!(await log.beat(leadership))) return;
        beatAt = options.clock();
        options.publishCanary(leadership.term);
      }
      if (woken) await breathe(options.clock() - began);
      else await rest(options.pollMs);
    }
  }

  /**
   * Reads at most a third of the time: a database that answers slowly is one with much to write, and what waits meanwhile
   * is read at once.
   */
  async function breathe(readMs: number): Promise<void> {
    const ms = Math.min(Math.max(2 * readMs, 0), mostBreathMs);
    if (ms > 0 && !stopped) await sleep(ms, new Promise(() => undefined));
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        const leadership = await log.claim();
        if (leadership !== undefined) {
          leading = true;
          options.onLead?.(leadership.term);
          await lead(leadership);
        }
      } catch (error) {
        options.onFault(error);
      }
      if (leading) await log.close();
      leading = false;
      if (!stopped) await rest(options.claimMs);
    }
    await log.close();
  }

  async function rest(ms: number): Promise<void> {
    if (stopped) return;
    await sleep(
      ms,
      new Promise((resolve) => {
        rouse = resolve;
      }),
    );
  }

  return {
    start() {
      running ??= run();
    },
    wake() {
      woken = true;
      // A follower has nothing to read: it is not woken by what others publish.
      if (leading) rouse();
    },
    async stop() {
      stopped = true;
      rouse();
      await running;
    },
    leads: () => leading,
  };
}

async function sleepOrWake(ms: number, woken: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, woken]);
  clearTimeout(timer);
}

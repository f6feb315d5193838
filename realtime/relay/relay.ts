import type { Database } from '#db/connect.ts';
import { currentFloor, readTail, type TailEvent, type TopicKey } from '#db/event-log.ts';
import { channelOf } from './bus.ts';

/** Turns committed events into messages, each topic's in the order of seq, as soon as they can be seen. */
export interface Relay {
  start(): Promise<void>;
  /** Reads now; what rang the bell calls it. */
  wake(): void;
  stop(): Promise<void>;
  /** When the log was last read to its end, in milliseconds of this process's clock; 0 before the first time. */
  readAt(): number;
}

export interface RelayOptions {
  readonly sql: Database;
  readonly publish: (event: TailEvent) => void;
  /** How long it sleeps when nobody rings. */
  readonly pollMs: number;
  readonly batch: number;
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
  readonly onPublished?: (event: TailEvent) => void;
}

export function createRelay(options: RelayOptions): Relay {
  /** The last seq published of each topic, with its transaction: needed as long as that is not below the floor. */
  const published = new Map<string, TopicKey & { seq: number; tx: bigint }>();
  let floor: bigint | undefined;
  let readAt = 0;
  let running: Promise<void> | undefined;
  let stopped = false;
  let woken = false;
  let rouse: (() => void) | undefined;

  async function readToEnd(): Promise<void> {
    floor ??= await currentFloor(options.sql);
    for (let more = true; more && !stopped; ) {
      const tail = await readTail(options.sql, floor, published.values(), options.batch);
      for (const event of tail.events) {
        options.publish(event);
        options.onPublished?.(event);
        published.set(channelOf(event), { org: event.org, topic: event.topic, seq: event.seq, tx: event.tx });
      }
      more = tail.events.length === options.batch;
      if (!more) floor = tail.floor;
    }
    for (const [channel, { tx }] of published) if (tx < floor) published.delete(channel);
    readAt = options.clock();
  }

  async function run(): Promise<void> {
    while (!stopped) {
      woken = false;
      let pause = options.pollMs;
      try {
        await readToEnd();
      } catch (error) {
        options.onFault(error);
        // A database that is away is asked again soon, but not in a spin.
        pause = 250;
      }
      if (woken || stopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        rouse = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      rouse = undefined;
    }
  }

  return {
    async start() {
      // From here on: what is committed later is published, what was before is in every snapshot.
      floor = await currentFloor(options.sql);
      readAt = options.clock();
      running = run();
    },
    wake() {
      woken = true;
      rouse?.();
    },
    async stop() {
      stopped = true;
      rouse?.();
      await running;
    },
    readAt: () => readAt,
  };
}

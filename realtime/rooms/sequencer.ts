import type { LoggedEvent, OpenEvent, TopicKey } from '#db/event-log.ts';
import type { ViewName } from '#domain/module.ts';
import type { Frame } from '#domain/protocol.ts';
import { projectEvent } from './projection.ts';

/**
 * One topic on one node. Whatever reaches it, and however often, it gives each event to its rooms once and in order:
 * it drops what it has had, fills what it has missed from the log, projects once for each view.
 */
export interface Sequencer {
  readonly key: TopicKey;
  readonly epoch: string;
  /** The seq up to which every room has been given all there is. */
  last(): number;
  /** Takes a message of the bus. */
  receive(event: LoggedEvent): void;
  /** Resolves once `last` has reached a seq that is known to be committed, from the log where the bus is behind. */
  reach(seq: number): Promise<void>;
  /** The frames of a view after a seq up to `last`; nothing where the ring does not go back so far. */
  framesSince(view: ViewName, seq: number): Frame[] | undefined;
  /** Whether the ring goes back to a seq. */
  covers(seq: number): boolean;
  /**
   * Lets the ring go back to a seq, from the log, once for all who ask at the same time. False where the log itself no
   * longer goes back so far.
   */
  reachBack(seq: number): Promise<boolean>;
  stop(): void;
}

export interface SequencerOptions {
  readonly key: TopicKey;
  readonly epoch: string;
  readonly start: number;
  readonly ringSize: number;
  readonly views: readonly ViewName[];
  /** Events of the log after a seq, in order, at most a page of them. */
  readonly readLog: (after: number) => Promise<LoggedEvent[]>;
  readonly open: (events: readonly LoggedEvent[]) => Promise<OpenEvent[]>;
  /** Waits for the moment at which this node may send: not before it knows of withdrawn rights. */
  readonly maySend: () => Promise<void>;
  readonly broadcast: (view: ViewName, frame: Frame) => void;
  readonly onFilled?: (count: number) => void;
  /** Hears of each reading of the log for those who come back. */
  readonly onReadBack?: () => void;
  readonly onDropped?: () => void;
  readonly onDelivered?: (event: OpenEvent) => void;
  readonly onFault: (error: unknown) => void;
}

interface RingEntry {
  readonly seq: number;
  readonly frames: ReadonlyMap<ViewName, Frame>;
}

export function createSequencer(options: SequencerOptions): Sequencer {
  const { key, epoch, views } = options;
  const ring: RingEntry[] = [];
  const inbox: LoggedEvent[] = [];
  const waiting: { seq: number; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let last = options.start;
  let working = false;
  let backward: Promise<void> = Promise.resolve();
  let stopped = false;

  async function work(): Promise<void> {
    while (!stopped) {
      const wanted = Math.max(last, ...waiting.map(({ seq }) => seq));
      if (inbox.length === 0 && wanted === last) return;
      const next = takeNext();
      if (next.length > 0) await deliver(next);
      // A later message has come, or somebody knows of a later seq: what lies between is in the log.
      else if (wanted > last || inbox.length > 0) await fill();
    }
  }

  /** The run of messages in the inbox that follows on `last`. */
  function takeNext(): LoggedEvent[] {
    const run: LoggedEvent[] = [];
    let expected = last + 1;
    while (inbox[0] !== undefined && inbox[0].seq <= expected) {
      const event = inbox.shift();
      if (event === undefined) break;
      if (event.seq < expected) {
        options.onDropped?.();
        continue;
      }
      run.push(event);
      expected += 1;
    }
    return run;
  }

  async function fill(): Promise<void> {
    const events = await options.readLog(last);
    // A gap that the log does not close would be a broken promise of the log itself.
    if (events[0]?.seq !== last + 1) throw new Error(`the log has no ${last + 1} of ${key.topic}`);
    options.onFilled?.(events.length);
    await deliver(events);
  }

  async function deliver(events: readonly LoggedEvent[]): Promise<void> {
    const opened = await options.open(events);
    await options.maySend();
    if (stopped) return;
    for (const event of opened) {
      const entry = entryOf(event);
      last = event.seq;
      ring.push(entry);
      // What was read back for those who came is let go again little by little.
      if (ring.length > options.ringSize) ring.splice(0, Math.min(2, ring.length - options.ringSize));
      for (const [view, frame] of entry.frames) options.broadcast(view, frame);
      options.onDelivered?.(event);
    }
    for (let i = waiting.length - 1; i >= 0; i -= 1) {
      const waiter = waiting[i];
      if (waiter !== undefined && waiter.seq <= last) {
        waiting.splice(i, 1);
        waiter.resolve();
      }
    }
  }

  function entryOf(event: OpenEvent): RingEntry {
    return {
      seq: event.seq,
      frames: new Map(views.map((view) => [view, projectEvent(key.topic, epoch, view, event)])),
    };
  }

  const covers = (seq: number): boolean => seq <= last && (ring[0]?.seq ?? last + 1) <= seq + 1;

  async function readBack(seq: number): Promise<void> {
    while (!covers(seq) && seq <= last && !stopped) {
      const first = ring[0]?.seq ?? last + 1;
      const older: RingEntry[] = [];
      for (let after = seq; after < first - 1; ) {
        const events = await options.readLog(after);
        options.onReadBack?.();
        // So old that it is no longer kept.
        if (events[0]?.seq !== after + 1) return;
        const opened = await options.open(events);
        older.push(...opened.filter((event) => event.seq < first).map(entryOf));
        after = opened.at(-1)?.seq ?? first;
      }
      // Meanwhile the ring may have let go of its own oldest: then what was read does not join on to it.
      if ((ring[0]?.seq ?? last + 1) === first) ring.unshift(...older);
    }
  }

  function begin(): void {
    if (working || stopped) return;
    working = true;
    work()
      .catch((error: unknown) => {
        options.onFault(error);
        // Nothing is lost: the next message, or the next beat of heads, finds the gap again.
        inbox.length = 0;
        for (const { reject } of waiting.splice(0)) reject(error);
      })
      .finally(() => {
        working = false;
        if (inbox.length > 0 || waiting.length > 0) begin();
      });
  }

  return {
    key,
    epoch,
    last: () => last,
    receive(event) {
      if (event.seq <= last) {
        options.onDropped?.();
        return;
      }
      const at = inbox.findIndex(({ seq }) => seq > event.seq);
      if (at === -1) inbox.push(event);
      else inbox.splice(at, 0, event);
      begin();
    },
    reach(seq) {
      if (seq <= last) return Promise.resolve();
      if (stopped) return Promise.reject(new Error('the sequencer has stopped'));
      return new Promise((resolve, reject) => {
        waiting.push({ seq, resolve, reject });
        begin();
      });
    },
    framesSince(view, seq) {
      const first = ring[0]?.seq ?? last + 1;
      if (!covers(seq)) return undefined;
      return ring.slice(seq + 1 - first).flatMap(({ frames }) => frames.get(view) ?? []);
    },
    covers,
    reachBack(seq) {
      // One after the other: the second of two finds what the first has read.
      const reading = backward.then(() => readBack(seq));
      backward = reading.catch(() => undefined);
      return reading.then(() => covers(seq));
    },
    stop() {
      stopped = true;
      for (const { reject } of waiting.splice(0)) reject(new Error('the sequencer has stopped'));
    },
  };
}

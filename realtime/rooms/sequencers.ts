import type { Database } from '#db/connect.ts';
import { openEvents, readEvents, readHeads, type TopicKey } from '#db/event-log.ts';
import type { Vault } from '#db/vault.ts';
import type { ViewName } from '#domain/module.ts';
import { topicDefinition } from '#domain/modules.ts';
import type { Frame } from '#domain/protocol.ts';
import type { StageMetrics } from '../metrics.ts';
import { type Bus, channelOf } from '../relay/bus.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';

/** The sequencers of one node: one for each topic that somebody here listens to, and for a while after. */
export interface Sequencers {
  /** The live sequencer of a topic, held until released. Raises an Error for a topic that does not exist. */
  acquire(key: TopicKey): Promise<Sequencer>;
  release(key: TopicKey): void;
  /** All that are live now. */
  live(): Sequencer[];
  /** Forgets everything: the history has changed beneath it. */
  reset(): void;
  stop(): void;
}

export interface SequencersOptions {
  readonly sql: Database;
  readonly vault: Vault;
  readonly bus: Bus;
  readonly maySend: () => Promise<void>;
  readonly broadcast: (key: TopicKey, view: ViewName, frame: Frame) => void;
  readonly metrics: StageMetrics;
  readonly onFault: (error: unknown) => void;
  readonly ringSize?: number;
  /** How long a topic that nobody listens to is kept: those who come back soon cost no read. */
  readonly lingerMs?: number;
  readonly fillPage?: number;
}

interface Slot {
  holders: number;
  readonly ready: Promise<{ sequencer: Sequencer; leave: () => void }>;
  sequencer: Sequencer | undefined;
  timer: NodeJS.Timeout | undefined;
}

export function createSequencers(options: SequencersOptions): Sequencers {
  const { sql, bus, metrics, ringSize = 512, lingerMs = 30_000, fillPage = 500 } = options;
  const slots = new Map<string, Slot>();

  async function open(key: TopicKey): Promise<{ sequencer: Sequencer; leave: () => void }> {
    const views = topicDefinition(key.topic)?.definition.views.map(({ name }) => name) ?? [];
    let sequencer: Sequencer | undefined;
    const early: Parameters<Sequencer['receive']>[0][] = [];
    // Listening comes first: what is committed after the head is read is then heard, or found missing.
    const leave = await bus.subscribe(key, (event) => {
      if (sequencer === undefined) early.push(event);
      else sequencer.receive(event);
    });
    try {
      const { epoch, heads } = await readHeads(sql, [key]);
      const head = heads[0];
      if (head === undefined) throw new Error('there is no such topic');
      sequencer = createSequencer({
        key,
        epoch,
        start: head.seq,
        ringSize,
        views,
        readLog: (after) => readEvents(sql, key, after, fillPage),
        open: (events) => openEvents(options.vault, key.org, events),
        maySend: options.maySend,
        broadcast: (view, frame) => options.broadcast(key, view, frame),
        onFilled: (count) => metrics.gapFilled.inc(count),
        onReadBack: () => metrics.topicReads.inc({ for: 'replay' }),
        onDropped: () => metrics.doubleDropped.inc(),
        onDelivered: ({ at }) => metrics.commitToRoom.observe((Date.now() - Date.parse(at)) / 1000),
        onFault: options.onFault,
      });
      for (const event of early) sequencer.receive(event);
      return { sequencer, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  function slotOf(key: TopicKey): Slot {
    const channel = channelOf(key);
    const known = slots.get(channel);
    if (known !== undefined) return known;
    const slot: Slot = { holders: 0, ready: open(key), sequencer: undefined, timer: undefined };
    slots.set(channel, slot);
    slot.ready.then(
      ({ sequencer }) => {
        slot.sequencer = sequencer;
      },
      () => {
        if (slots.get(channel) === slot) slots.delete(channel);
      },
    );
    return slot;
  }

  function close(channel: string, slot: Slot): void {
    if (slots.get(channel) === slot) slots.delete(channel);
    clearTimeout(slot.timer);
    slot.ready.then(
      ({ sequencer, leave }) => {
        leave();
        sequencer.stop();
      },
      () => undefined,
    );
  }

  return {
    async acquire(key) {
      const slot = slotOf(key);
      slot.holders += 1;
      clearTimeout(slot.timer);
      slot.timer = undefined;
      return (await slot.ready).sequencer;
    },
    release(key) {
      const channel = channelOf(key);
      const slot = slots.get(channel);
      if (slot === undefined) return;
      slot.holders -= 1;
      if (slot.holders > 0) return;
      clearTimeout(slot.timer);
      slot.timer = setTimeout(() => close(channel, slot), lingerMs);
      slot.timer.unref();
    },
    live: () => [...slots.values()].flatMap(({ sequencer }) => sequencer ?? []),
    reset() {
      for (const [channel, slot] of slots) close(channel, slot);
    },
    stop() {
      for (const [channel, slot] of slots) close(channel, slot);
    },
  };
}

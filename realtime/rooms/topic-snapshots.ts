import type { TopicKey } from '#db/event-log.ts';
import type { TopicMoment } from '#db/topics.ts';
import type { TopicDefinition, ViewName } from '#domain/module.ts';
import { channelOf } from '../relay/bus.ts';
import { projectState } from './projection.ts';
import type { Sequencer } from './sequencer.ts';
import { isShared, type SharedStates } from './shared-states.ts';

/** A topic's state at a seq, with everything in it, and as each view shows it. */
export interface SharedSnapshot {
  readonly seq: number;
  readonly epoch: string;
  /** The state in a view, with its length as JSON. */
  in(view: ViewName): { readonly state: unknown; readonly bytes: number };
}

/**
 * Snapshots shared by all who join a topic: however many come at once, the database is read once. One is good for as
 * long as the ring goes back to it, since what came after it is given with it.
 */
export interface TopicSnapshots {
  /** Nothing where there is no such topic. Waits until the sequencer has reached the snapshot's seq. */
  get(sequencer: Sequencer, definition: TopicDefinition): Promise<SharedSnapshot | undefined>;
}

export interface TopicSnapshotsOptions {
  readonly read: (key: TopicKey) => Promise<TopicMoment>;
  readonly sharedStates: SharedStates;
  readonly onRead: () => void;
  /** So many events may come after a snapshot before a new one is read. */
  readonly mostAfter?: number;
  readonly mostKept?: number;
}

export function createTopicSnapshots(options: TopicSnapshotsOptions): TopicSnapshots {
  const { mostAfter = 64, mostKept = 1_000 } = options;
  const kept = new Map<string, SharedSnapshot>();
  const reading = new Map<string, Promise<SharedSnapshot | undefined>>();

  async function read(
    { key, epoch, last }: Sequencer,
    definition: TopicDefinition,
  ): Promise<SharedSnapshot | undefined> {
    if (isShared(definition)) {
      const shared = await options.sharedStates.at(key, definition, { epoch, seq: last() });
      return (
        shared && {
          seq: shared.seq,
          epoch: shared.epoch,
          in: () => ({ state: shared.state, bytes: shared.json().bytes }),
        }
      );
    }
    options.onRead();
    const { found } = await options.read(key);
    return found && sharedSnapshot(definition, found);
  }

  function isGood(snapshot: SharedSnapshot, sequencer: Sequencer): boolean {
    const behind = sequencer.last() - snapshot.seq;
    return snapshot.epoch === sequencer.epoch && behind <= mostAfter && sequencer.covers(snapshot.seq);
  }

  return {
    async get(sequencer, definition) {
      const channel = channelOf(sequencer.key);
      const known = kept.get(channel);
      if (known !== undefined && isGood(known, sequencer)) return known;
      const flight =
        reading.get(channel) ??
        read(sequencer, definition).finally(() => {
          reading.delete(channel);
        });
      reading.set(channel, flight);
      const snapshot = await flight;
      if (snapshot === undefined) return undefined;
      await sequencer.reach(snapshot.seq);
      kept.delete(channel);
      kept.set(channel, snapshot);
      if (kept.size > mostKept) {
        const oldest = kept.keys().next();
        if (!oldest.done) kept.delete(oldest.value);
      }
      return snapshot;
    },
  };
}

function sharedSnapshot(
  definition: TopicDefinition,
  found: NonNullable<TopicMoment['found']>,
): SharedSnapshot {
  const views = new Map<ViewName, { state: unknown; bytes: number }>();
  return {
    seq: found.seq,
    epoch: found.epoch,
    in(view) {
      const known = views.get(view);
      if (known !== undefined) return known;
      const state = projectState(definition, view, found.state);
      const shown = { state, bytes: Buffer.byteLength(JSON.stringify(state)) };
      views.set(view, shown);
      return shown;
    },
  };
}

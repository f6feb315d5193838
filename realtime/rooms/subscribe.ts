import type { Database } from '#db/connect.ts';
import { readHeads, type TopicKey } from '#db/event-log.ts';
import type { ContextStore } from '#db/store.ts';
import { readTopic, topicPath } from '#db/topics.ts';
import type { Vault } from '#db/vault.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Grant, Principal } from '#domain/identity/principal.ts';
import type { TopicDefinition, ViewName } from '#domain/module.ts';
import { topicDefinition, viewFor } from '#domain/modules.ts';
import type { Frame, Position, Subscribed } from '#domain/protocol.ts';
import type { StageMetrics } from '../metrics.ts';
import { opaqueViewName } from './projection.ts';
import type { Sequencer } from './sequencer.ts';
import type { Sequencers } from './sequencers.ts';
import { createTopicSnapshots } from './topic-snapshots.ts';

/**
 * Who subscribes: the principal as this node has it, whose rights are never older than a second, and what puts them
 * into a room.
 */
export interface Subscriber {
  readonly principal: Principal;
  /** Puts the subscriber into a room, in this very tick. False where it has gone, or its rights are others, meanwhile. */
  join(key: TopicKey, view: ViewName): boolean;
}

export type SubscribeAnswer =
  | { readonly ok: true; readonly answer: Subscribed; readonly view: ViewName }
  | { readonly ok: true; readonly answer: { readonly fetch: string } }
  | { readonly ok: false; readonly error: Refusal };

export interface SubscriptionsOptions {
  readonly sqlApp: Database;
  readonly sqlRelay: Database;
  readonly vault: Vault;
  readonly stores: readonly ContextStore[];
  readonly sequencers: Sequencers;
  readonly metrics: StageMetrics;
  /** A snapshot above this is fetched over HTTP. */
  readonly mostSnapshotBytes?: number;
  /** A reader further behind than this takes a snapshot. */
  readonly mostReplayed?: number;
}

const noSuchTopic = refuse('not_found', 'there is no such topic');

/** Lets readers into rooms with nothing lost between what they are given and what the room brings. */
export interface Subscriptions {
  /**
   * Joins the room of a topic in the fullest view the reader may have. The caller holds the topic's sequencer
   * afterwards, unless the answer is a refusal or a `fetch`.
   */
  subscribe(reader: Subscriber, topic: string, after: Position | undefined): Promise<SubscribeAnswer>;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { sequencers, metrics, mostSnapshotBytes = 256 * 1024, mostReplayed = 2_000 } = options;
  const paths = new Map<string, Promise<string[] | undefined>>();
  const snapshots = createTopicSnapshots({
    read: (key) => readTopic({ sql: options.sqlApp, vault: options.vault, stores: options.stores }, key),
    onRead: () => metrics.topicReads.inc({ for: 'snapshot' }),
  });

  /** Where a topic stands never changes: it is read once, however many ask at the same time. */
  function pathOf(key: TopicKey): Promise<string[] | undefined> {
    const name = `${key.org}:${key.topic}`;
    const known = paths.get(name);
    if (known !== undefined) return known;
    const reading = topicPath(options.sqlRelay, key);
    paths.set(name, reading);
    // What failed, or is not there yet, is asked again.
    reading.then(
      (path) => path ?? paths.delete(name),
      () => paths.delete(name),
    );
    return reading;
  }

  async function resume(
    reader: Subscriber,
    sequencer: Sequencer,
    definition: TopicDefinition,
    view: ViewName,
    after: Position,
  ): Promise<SubscribeAnswer | undefined> {
    const { key, epoch } = sequencer;
    const name = opaqueViewName(definition, view);
    if (after.view !== name || after.epoch !== epoch) return undefined;
    if (after.seq > sequencer.last()) {
      // The reader comes from a node, or from a snapshot, that was ahead of this one. Beyond the head there is nothing.
      const [head] = (await readHeads(options.sqlRelay, [key])).heads;
      if (head === undefined || head.seq < after.seq) return undefined;
      await sequencer.reach(after.seq);
    }
    const answer = (events: Frame[], by: string): SubscribeAnswer => {
      if (!reader.join(key, view))
        return { ok: false, error: refuse('unavailable', 'the connection has gone') };
      metrics.subscribes.inc({ by });
      return { ok: true, view, answer: { view: name, epoch, seq: after.seq, events } };
    };
    const inRing = sequencer.covers(after.seq);
    if (!inRing) {
      if (sequencer.last() - after.seq > mostReplayed) return undefined;
      if (!(await sequencer.reachBack(after.seq))) return undefined;
    }
    const events = sequencer.framesSince(view, after.seq);
    return events && answer(events, inRing ? 'ring' : 'log');
  }

  async function snapshot(
    reader: Subscriber,
    sequencer: Sequencer,
    definition: TopicDefinition,
    view: ViewName,
  ): Promise<SubscribeAnswer> {
    const { key, epoch } = sequencer;
    const shared = await snapshots.get(sequencer, definition);
    if (shared === undefined) return { ok: false, error: noSuchTopic };
    if (shared.epoch !== epoch)
      return { ok: false, error: refuse('unavailable', 'the history is changing; try again') };
    const { state, bytes } = shared.in(view);
    if (bytes > mostSnapshotBytes) {
      metrics.subscribes.inc({ by: 'fetch' });
      return { ok: true, answer: { fetch: `/api/v1/topics/${encodeURIComponent(key.topic)}` } };
    }
    const { seq } = shared;
    const events = sequencer.framesSince(view, seq);
    // So much has happened since the snapshot was read that the ring no longer goes back to it.
    if (events === undefined) return snapshot(reader, sequencer, definition, view);
    if (!reader.join(key, view))
      return { ok: false, error: refuse('unavailable', 'the connection has gone') };
    metrics.subscribes.inc({ by: 'snapshot' });
    return { ok: true, view, answer: { view: opaqueViewName(definition, view), epoch, seq, state, events } };
  }

  return {
    async subscribe(reader, topic, after) {
      const known = topicDefinition(topic);
      if (known === undefined) return { ok: false, error: noSuchTopic };
      const { definition } = known;
      const key = { org: reader.principal.org, topic };
      const path = await pathOf(key);
      const view = path && viewFor(definition, reader.principal.grants, path);
      if (view === undefined) return { ok: false, error: noSuchTopic };
      const sequencer = await sequencers.acquire(key);
      let held = false;
      try {
        const resumed = after && (await resume(reader, sequencer, definition, view, after));
        const answer = resumed ?? (await snapshot(reader, sequencer, definition, view));
        held = answer.ok && 'view' in answer;
        return answer;
      } finally {
        if (!held) sequencers.release(key);
      }
    },
  };
}

/** The view in which a principal may read a topic now, or none. */
export function viewOf(
  topic: string,
  grants: readonly Grant[],
  path: readonly string[],
): ViewName | undefined {
  const known = topicDefinition(topic);
  return known && viewFor(known.definition, grants, path);
}

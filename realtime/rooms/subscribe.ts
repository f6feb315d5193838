import type { Database } from '#db/connect.ts';
import { readHeads, type TopicKey } from '#db/event-log.ts';
import type { ContextStore } from '#db/store.ts';
import { readTopic } from '#db/topics.ts';
import type { Vault } from '#db/vault.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Grant, Principal } from '#domain/identity/principal.ts';
import type { TopicDefinition, ViewName } from '#domain/module.ts';
import { topicDefinition, viewFor } from '#domain/modules.ts';
import type { Position, Subscribed } from '#domain/protocol.ts';
import type { StageMetrics } from '../metrics.ts';
import { opaqueViewName } from './projection.ts';
import type { Sequencer } from './sequencer.ts';
import type { Sequencers } from './sequencers.ts';
import type { SharedStates } from './shared-states.ts';
import type { PathOf } from './topic-paths.ts';
import { createTopicSnapshots } from './topic-snapshots.ts';

/**
 * Who subscribes: the principal as this node has it, whose rights are never older than a second, and what puts them
 * into a room.
 */
export interface Subscriber {
  readonly principal: Principal;
  /** Resolves once this node knows the rights of everybody as they were within the last second; false where it cannot. */
  rightsKnown(): Promise<boolean>;
  /** Writes down that this is about to be read in a view; or says why it may not be. */
  recorded(topic: string, view: ViewName, why: 'subscribe' | 'resume'): Promise<Refusal | undefined>;
  /** Puts the subscriber into a room, in this very tick; or says what has come between. */
  join(key: TopicKey, view: ViewName): Refusal | undefined;
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
  readonly sharedStates: SharedStates;
  readonly pathOf: PathOf;
  readonly sequencers: Sequencers;
  readonly metrics: StageMetrics;
  /** A snapshot above this is fetched over HTTP. */
  readonly mostSnapshotBytes?: number;
  /** A reader further behind than this takes a snapshot. */
  readonly mostReplayed?: number;
}

const noSuchTopic = refuse('not_found', 'there is no such topic');
const rightsUnknown = refuse('unavailable', 'rights cannot be read now; try again');

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
  const snapshots = createTopicSnapshots({
    read: (key) => readTopic({ sql: options.sqlApp, vault: options.vault, stores: options.stores }, key),
    sharedStates: options.sharedStates,
    onRead: () => metrics.topicReads.inc({ for: 'snapshot' }),
  });

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
    const inRing = sequencer.covers(after.seq);
    if (!inRing) {
      if (sequencer.last() - after.seq > mostReplayed) return undefined;
      if (!(await sequencer.reachBack(after.seq))) return undefined;
    }
    if (!(await reader.rightsKnown())) return { ok: false, error: rightsUnknown };
    const events = sequencer.framesSince(view, after.seq);
    if (events === undefined) return undefined;
    const refusal = reader.join(key, view);
    if (refusal !== undefined) return { ok: false, error: refusal };
    metrics.subscribes.inc({ by: inRing ? 'ring' : 'log' });
    return { ok: true, view, answer: { view: name, epoch, seq: after.seq, events } };
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
    if (!(await reader.rightsKnown())) return { ok: false, error: rightsUnknown };
    const { seq } = shared;
    const events = sequencer.framesSince(view, seq);
    // So much has happened since the snapshot was read that the ring no longer goes back to it.
    if (events === undefined) return snapshot(reader, sequencer, definition, view);
    const refusal = reader.join(key, view);
    if (refusal !== undefined) return { ok: false, error: refusal };
    metrics.subscribes.inc({ by: 'snapshot' });
    return { ok: true, view, answer: { view: opaqueViewName(definition, view), epoch, seq, state, events } };
  }

  return {
    async subscribe(reader, topic, after) {
      const known = topicDefinition(topic);
      if (known === undefined) return { ok: false, error: noSuchTopic };
      const { definition } = known;
      const key = { org: reader.principal.org, topic };
      const path = await options.pathOf(key);
      const view = path && viewFor(definition, reader.principal.grants, path);
      if (view === undefined) return { ok: false, error: noSuchTopic };
      const recorded = reader.recorded(topic, view, after === undefined ? 'subscribe' : 'resume');
      const sequencer = await sequencers.acquire(key);
      let held = false;
      try {
        const unrecorded = await recorded;
        if (unrecorded !== undefined) return { ok: false, error: unrecorded };
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

import type { Database } from '#db/connect.ts';
import { oldestSeq, openEvents, readEvents, readHeads, type TopicKey } from '#db/event-log.ts';
import type { ContextStore } from '#db/store.ts';
import { readTopic, topicPath } from '#db/topics.ts';
import type { Vault } from '#db/vault.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Grant, Principal } from '#domain/identity/principal.ts';
import type { TopicDefinition, ViewName } from '#domain/module.ts';
import { topicDefinition, viewFor } from '#domain/modules.ts';
import type { Frame, Position, Subscribed } from '#domain/protocol.ts';
import type { StageMetrics } from '../metrics.ts';
import { opaqueViewName, projectEvent, projectState } from './projection.ts';
import type { Sequencer } from './sequencer.ts';
import type { Sequencers } from './sequencers.ts';

/** Who subscribes: the principal as this node last read it, and what puts them into a room. */
export interface Subscriber {
  readonly principal: Principal;
  readonly session: string;
  /** Puts the subscriber into a room, in this very tick. False where it has gone meanwhile. */
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
  const paths = new Map<string, string[]>();

  /** Where a topic stands never changes, so what was read once holds. */
  async function pathOf(key: TopicKey): Promise<string[] | undefined> {
    const name = `${key.org}:${key.topic}`;
    const known = paths.get(name);
    if (known !== undefined) return known;
    const path = await topicPath(options.sqlRelay, key);
    if (path !== undefined) paths.set(name, path);
    return path;
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
    const fromRing = sequencer.framesSince(view, after.seq);
    if (fromRing !== undefined) return answer(fromRing, 'ring');
    if (sequencer.last() - after.seq > mostReplayed) return undefined;
    const oldest = await oldestSeq(options.sqlRelay, key);
    if (oldest === undefined || oldest > after.seq + 1) return undefined;
    const logged = await readEvents(options.sqlRelay, key, after.seq, mostReplayed);
    const opened = await openEvents(options.vault, key.org, logged);
    const fromLog = opened.map((event) => projectEvent(key.topic, epoch, view, event));
    const reached = fromLog.at(-1)?.seq ?? after.seq;
    // The log may be ahead of the rooms: what it brought is left to them from where they stand.
    await sequencer.reach(reached);
    const rest = sequencer.framesSince(view, reached);
    return rest === undefined ? undefined : answer([...fromLog, ...rest], 'log');
  }

  async function snapshot(
    reader: Subscriber,
    sequencer: Sequencer,
    definition: TopicDefinition,
  ): Promise<SubscribeAnswer> {
    const { key } = sequencer;
    const moment = await readTopic(
      { sql: options.sqlApp, vault: options.vault, stores: options.stores },
      key,
      { id: reader.session, account: reader.principal.id },
    );
    if (moment.grants === undefined) return { ok: false, error: refuse('unauthenticated', 'sign in again') };
    if (moment.found === undefined) return { ok: false, error: noSuchTopic };
    const { path, seq, epoch } = moment.found;
    const view = viewFor(definition, moment.grants, path);
    if (view === undefined) return { ok: false, error: noSuchTopic };
    if (epoch !== sequencer.epoch)
      return { ok: false, error: refuse('unavailable', 'the history is changing; try again') };
    const state = projectState(definition, view, moment.found.state);
    if (JSON.stringify(state).length > mostSnapshotBytes) {
      metrics.subscribes.inc({ by: 'fetch' });
      return { ok: true, answer: { fetch: `/api/v1/topics/${encodeURIComponent(key.topic)}` } };
    }
    await sequencer.reach(seq);
    const events = sequencer.framesSince(view, seq);
    // So much has happened since the snapshot was read that the ring no longer goes back to it.
    if (events === undefined) return snapshot(reader, sequencer, definition);
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
        const answer = resumed ?? (await snapshot(reader, sequencer, definition));
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

import type { Database } from '#db/connect.ts';
import { openEvents, readEvents, readHeads, type TopicKey } from '#db/event-log.ts';
import type { ContextStore } from '#db/store.ts';
import { readTopic } from '#db/topics.ts';
import type { Vault } from '#db/vault.ts';
import type { TopicDefinition } from '#domain/module.ts';
import { modules } from '#domain/modules.ts';
import { taggedPaths } from '#domain/phi.ts';
import type { StageMetrics } from '../metrics.ts';
import { channelOf } from '../relay/bus.ts';
import { stateJson } from './state-json.ts';

/** The state of a topic at a seq, for everybody who may see it at all: there is nothing in it that a view takes away. */
export interface SharedState {
  readonly epoch: string;
  readonly seq: number;
  readonly state: unknown;
  /** The state as JSON, with its length in bytes. Written when first asked for. */
  json(): { readonly text: string; readonly bytes: number };
}

/** How far a topic has come. */
interface Head {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * States that are the same in every view, read once for all who come at the same time. A large one is kept and carried on
 * with the events that came since, which is the promise that `evolve` makes: a snapshot folded with the events after it is
 * the later snapshot. Who may see it is the caller's to ask, each time.
 */
export interface SharedStates {
  /** The state at the seq named or later, or nothing where there is no such topic. */
  at(key: TopicKey, definition: TopicDefinition, head: Head): Promise<SharedState | undefined>;
  /**
   * Carries on what is kept, so that whoever asks next waits for the newest events alone, and lets go of what nobody has
   * asked for in a while. To be called every few seconds.
   */
  carryOn(): Promise<void>;
}

export interface SharedStatesOptions {
  readonly sqlApp: Database;
  readonly sqlRelay: Database;
  readonly vault: Vault;
  readonly stores: readonly ContextStore[];
  readonly metrics: StageMetrics;
  /** From so many bytes on a state is kept. */
  readonly leastKeptBytes?: number;
  /** So many bytes, of all that is kept together. */
  readonly mostKeptBytes?: number;
  /** So many events are folded; further behind, the state is read anew. */
  readonly mostFolded?: number;
}

/** For so long after somebody asked for it a state is kept. */
const keptForMs = 600_000;

interface Kept {
  readonly key: TopicKey;
  readonly definition: TopicDefinition;
  readonly state: SharedState;
  /** As JSON, when it was last read from the database: what is kept is bounded, not weighed each time. */
  readonly bytes: number;
  readonly askedAt: number;
}

const sharing = new Map<string, boolean>();

/** Whether a kind of topic is the same in every view: no field of its state or its events is tagged, and no event hidden. */
export function isShared({ kind, state }: TopicDefinition): boolean {
  const known = sharing.get(kind);
  if (known !== undefined) return known;
  const events = modules.flatMap((module) => module.events).filter(({ topic }) => topic === kind);
  const shared =
    [state, ...events.map(({ data }) => data)].every((schema) => taggedPaths(schema).length === 0) &&
    events.every(({ hiddenIn = [] }) => hiddenIn.length === 0);
  sharing.set(kind, shared);
  return shared;
}

export function createSharedStates(options: SharedStatesOptions): SharedStates {
  const { leastKeptBytes = 64 * 1024, mostKeptBytes = 48 * 1024 * 1024, mostFolded = 100 } = options;
  /** In the order in which they were last asked for. */
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Promise<SharedState | undefined>>();

  async function read(key: TopicKey): Promise<SharedState | undefined> {
    options.metrics.topicReads.inc({ for: 'snapshot' });
    const { sqlApp: sql, vault, stores } = options;
    const { found } = await readTopic({ sql, vault, stores }, key);
    return found && sharedState(found);
  }

  /** The state after all that the log holds since; nothing where that is too much, or not there. */
  async function carriedOn(
    key: TopicKey,
    definition: TopicDefinition,
    from: SharedState,
    to: number,
  ): Promise<SharedState | undefined> {
    if (to - from.seq > mostFolded) return undefined;
    const events = await readEvents(options.sqlRelay, key, from.seq, mostFolded);
    if (events[0]?.seq !== from.seq + 1) return undefined;
    let { state } = from;
    for (const { type, data } of await openEvents(options.vault, key.org, events))
      state = definition.evolve(state, { type, data });
    return sharedState({ epoch: from.epoch, seq: events.at(-1)?.seq ?? from.seq, state });
  }

  function keep(entry: Kept): void {
    const channel = channelOf(entry.key);
    kept.delete(channel);
    if (entry.bytes < leastKeptBytes) return;
    kept.set(channel, entry);
    let bytes = [...kept.values()].reduce((sum, one) => sum + one.bytes, 0);
    for (const [oldest, one] of kept) {
      if (bytes <= mostKeptBytes || oldest === channel) break;
      bytes -= one.bytes;
      kept.delete(oldest);
    }
  }

  async function newer(
    key: TopicKey,
    definition: TopicDefinition,
    head: Head,
  ): Promise<SharedState | undefined> {
    const known = kept.get(channelOf(key));
    const folded =
      known !== undefined && known.state.epoch === head.epoch
        ? await carriedOn(key, definition, known.state, head.seq)
        : undefined;
    const state = folded ?? (await read(key));
    if (state === undefined) return undefined;
    const bytes = folded !== undefined && known !== undefined ? known.bytes : state.json().bytes;
    keep({ key, definition, state, bytes, askedAt: known?.askedAt ?? performance.now() });
    return state;
  }

  /** One at a time for each topic; `own` says whether this one left after it was asked for. */
  function flightTo(
    key: TopicKey,
    definition: TopicDefinition,
    head: Head,
  ): { own: boolean; landed: Promise<SharedState | undefined> } {
    const channel = channelOf(key);
    const under = flights.get(channel);
    if (under !== undefined) return { own: false, landed: under };
    const landed = newer(key, definition, head).finally(() => {
      flights.delete(channel);
    });
    flights.set(channel, landed);
    return { own: true, landed };
  }

  return {
    async at(key, definition, head) {
      for (;;) {
        const known = kept.get(channelOf(key));
        if (known !== undefined && known.state.epoch === head.epoch && known.state.seq >= head.seq) {
          keep({ ...known, askedAt: performance.now() });
          return known.state;
        }
        const { own, landed } = flightTo(key, definition, head);
        const state = await landed;
        // A flight that somebody else began may have left before what this caller has heard of.
        if (own || state === undefined || state.epoch !== head.epoch || state.seq >= head.seq) return state;
      }
    },
    async carryOn() {
      for (const [channel, { askedAt }] of kept)
        if (performance.now() - askedAt > keptForMs) kept.delete(channel);
      if (kept.size === 0) return;
      const standing = [...kept.values()];
      const { epoch, heads } = await readHeads(
        options.sqlRelay,
        standing.map(({ key }) => key),
      );
      for (const { key, definition, state } of standing) {
        const head = heads.find(({ org, topic }) => org === key.org && topic === key.topic);
        if (head !== undefined && head.seq > state.seq)
          await flightTo(key, definition, { epoch, seq: head.seq }).landed;
      }
    },
  };
}

function sharedState(found: { epoch: string; seq: number; state: unknown }): SharedState {
  const { epoch, seq, state } = found;
  let json: { text: string; bytes: number } | undefined;
  return {
    epoch,
    seq,
    state,
    json() {
      if (json === undefined) {
        const text = stateJson(state);
        json = { text, bytes: Buffer.byteLength(text) };
      }
      return json;
    },
  };
}

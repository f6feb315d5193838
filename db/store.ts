import type postgres from 'postgres';
import { z } from 'zod';
import { type Refusal, refuseInvalid } from '#domain/errors.ts';
import type { PlacePath, Principal } from '#domain/identity/principal.ts';
import type { Decision, DecisionContext, Module, NewEvent } from '#domain/module.ts';
import type { Connection, Database } from './connect.ts';
import type { KeyRing } from './key-ring.ts';
import type { Tagged, Vault } from './vault.ts';

/** A JSON value as the driver takes it. */
export type Json = postgres.JSONValue;

/** What a store works with inside one organisation. */
export interface StoreContext {
  readonly org: string;
  readonly connection: Connection;
}

/** A command whose data has been parsed by its context. */
export interface Prepared {
  /**
   * Locks and reads what the decision needs, in sorted order; `by` is who asks, for what depends on that. Sends its
   * queries before it first waits.
   */
  load(context: StoreContext, by: Pick<Principal, 'kind' | 'id'>): Promise<Loaded>;
}

/** The state that one command is about, locked until the transaction ends. */
export interface Loaded {
  /** Where the command acts: the principal needs its right there. Nothing where what it names does not exist. */
  readonly path: PlacePath | undefined;
  /** The kind of topic that shows what it acts on: whoever may see that may know that it exists. */
  readonly topicKind: string;
  /** The version of the entity the command is about, to compare with what the client saw. */
  readonly version?: number;
  decide(context: DecisionContext): Decision;
  /** The rows to write after events of this context. */
  writes(events: readonly NewEvent[]): readonly Write[];
}

/** One row to write: an entity with its tags, which reaches `save` sealed. */
export interface Write extends Tagged {
  /** Sends its query before it first waits. */
  save(context: StoreContext, sealed: Json): Promise<unknown>;
}

/** What a store opens sealed fields and makes pseudonyms with. */
export interface StoreKeys {
  readonly vault: Vault;
  readonly ring: KeyRing;
}

/** A topic that is computed from others: its context's store computes it anew after events that may have changed it. */
export interface Projection {
  /** Names its place in the log, for good. */
  readonly name: string;
  /** The types of events that may change it. */
  readonly after: readonly string[];
  /**
   * What has changed, from the rows as they are now; nothing where nothing has. `topics` are those on which such events
   * came since it was last asked. May run again for the same events.
   */
  project(
    context: StoreContext,
    topics: readonly string[],
    decision: DecisionContext,
  ): Promise<{ readonly events: readonly NewEvent[]; readonly writes: readonly Write[] }>;
}

/** A command that has come due, such as the end of a claim. */
export interface DueCommand {
  readonly org: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly expect?: number;
}

/** The rows of one context. */
export interface ContextStore {
  readonly module: Module;
  /** The command with its data parsed, or `invalid`. */
  prepare(command: { type: string; data: unknown }, keys: StoreKeys): Prepared | Refusal;
  /** The rows to write after events that another context's decision put on this one's topics. */
  project(events: readonly NewEvent[]): readonly Write[];
  /** The state of a topic, sealed as it is stored, with its schema. Sends its query before it first waits. */
  snapshot(context: StoreContext, kind: string, id: string | undefined): Promise<Tagged | undefined>;
  readonly projections?: readonly Projection[];
  /** What the clock asks for, over all organisations. */
  due?(relay: Database): Promise<DueCommand[]>;
}

/** Tells a refusal from what a store prepared. */
export function isRefusal(value: Prepared | Refusal): value is Refusal {
  return 'code' in value;
}

/** Gives what `parse` gives; a ZodError it raises becomes an `invalid` refusal that names the fields. */
export function parseOr<Command, Result>(
  parse: (command: { type: string; data: unknown }) => Command,
  command: { type: string; data: unknown },
  then: (command: Command) => Result,
): Result | Refusal {
  let parsed: Command;
  try {
    parsed = parse(command);
  } catch (error) {
    if (error instanceof z.ZodError) return refuseInvalid(error, 'the data does not fit the command');
    throw error;
  }
  return then(parsed);
}

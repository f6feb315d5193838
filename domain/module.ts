import type { z } from 'zod';
import type { Refusal } from './errors.ts';
import type { Holder, Role } from './identity/roles.ts';
import type { Instant } from './instant.ts';
import type { Source } from './source.ts';

/** A command of a context: what may be asked for, by holders of which right, with one example of it. */
export interface CommandDefinition<Data = unknown> {
  /** `<context>.<verb>`, such as `bed.claim`. */
  readonly type: string;
  readonly summary: string;
  readonly right: string;
  readonly data: z.ZodType<Data>;
  /** What the acknowledgement's `result` holds, where there is one. */
  readonly result?: z.ZodType;
  /** The result holds a secret: it is told once and kept nowhere. The same command again is answered without it. */
  readonly tellsOnce?: true;
  /** Asked of those alone who have proved themselves within the last ten minutes: others are answered `step_up`. */
  readonly stepUp?: true;
  readonly example: CommandExample;
}

/**
 * A command that is accepted in the demo network after the `given` ones, tried by the generic tests as it stands. `as`
 * says by whose demo account, where the right is held by a relation rather than by a role.
 */
export interface CommandExample {
  readonly given?: readonly { readonly type: string; readonly data: unknown; readonly as?: Role }[];
  readonly data: unknown;
  readonly as?: Role;
}

/** A fact of a context, on one kind of topic. */
export interface EventDefinition {
  readonly type: string;
  readonly summary: string;
  /** The kind of topic it is on. */
  readonly topic: string;
  readonly data: z.ZodType;
  /** Views in which the whole event is hidden: there it is a skip. It must not change those views' state. */
  readonly hiddenIn?: readonly ViewName[];
  readonly example: unknown;
}

/** Something volatile that whoever is in a topic's room may say there: it is sent, not kept, and may be lost. */
export interface SignalDefinition {
  /** `<context>.<what>`, such as `conversation.typing`. */
  readonly type: string;
  readonly summary: string;
  /** The kind of topic in whose room it is said. */
  readonly topic: string;
  /** Holds nothing that identifies a patient. */
  readonly data: z.ZodType;
  readonly example: unknown;
}

/**
 * How much of a topic a reader sees. The name says whether tagged fields are in it; nothing else differs.
 */
export const viewHoldsPhi = {
  clinical: true,
  operational: false,
  full: true,
  own: true,
  public: false,
} as const;
export type ViewName = keyof typeof viewHoldsPhi;

/** A kind of topic: the unit of ordering and of authorisation. */
export interface TopicDefinition {
  /** The topic's name with `*` where the id stands. */
  readonly kind: string;
  readonly summary: string;
  readonly state: z.ZodType;
  /** The views from the most to the least, each with the right that opens it. A reader gets the first they may. */
  readonly views: readonly { readonly name: ViewName; readonly right: string }[];
  /**
   * The topic that tells of all of these at once. Whoever sees it needs no list of each of them: a country has thousands.
   */
  readonly toldBy?: string;
  /**
   * What its clinical view holds of patients: who they are and nothing of their record, for roles that reach
   * demographics alone. Left out, it holds of the record too.
   */
  readonly holds?: 'demographics';
  /**
   * The state after an event. Works on every view's state with that view's events, and never throws for an
   * event of this kind of topic: a reader must be able to fold what the log holds.
   */
  evolve(state: unknown, event: TopicEvent): unknown;
  /** The state before the topic's first event; what is not the topic's own, such as a unit's name, is as in a later one. */
  beginning(later: unknown): unknown;
}

/**
 * A topic's `evolve` from one that knows the state's type. A state passes the schema when it first comes in; what this
 * made itself needs no second look, and keeps the entities an event did not touch as the same objects.
 */
export function evolveOf<State extends object>(
  schema: z.ZodType<State>,
  evolve: (state: State, event: TopicEvent) => State,
): TopicDefinition['evolve'] {
  const made = new WeakMap<object, State>();
  readers.set(schema, (value) => {
    const state = schema.parse(value);
    made.set(state, state);
    return state;
  });
  return (state, event) => {
    const known = typeof state === 'object' && state !== null ? made.get(state) : undefined;
    const next = evolve(known ?? schema.parse(state), event);
    made.set(next, next);
    return next;
  };
}

const readers = new WeakMap<z.ZodType, (value: unknown) => unknown>();

/**
 * A topic's state that comes in from outside. Raises a ZodError where it does not fit. What `evolve` is then given has been
 * looked at and is not parsed once more: the state of a country's network takes a while.
 */
export function parseState(schema: z.ZodType, value: unknown): unknown {
  const read = readers.get(schema);
  return read === undefined ? schema.parse(value) : read(value);
}

/** An event as a topic's reader folds it. */
export interface TopicEvent {
  readonly type: string;
  readonly data: unknown;
}

/** An event that a decision made, before it has a place in its topic. */
export interface NewEvent {
  readonly topic: string;
  readonly type: string;
  readonly data: unknown;
}

/** What a decision comes to: facts to record, or the reason why not. */
export type Decision =
  | { readonly ok: true; readonly events: readonly NewEvent[]; readonly result?: unknown }
  | { readonly ok: false; readonly refusal: Refusal };

/** What `decide` needs besides state and command; everything that is not a rule is passed in. */
export interface DecisionContext {
  readonly now: Instant;
  readonly by: Source;
  newId(): string;
}

/** One bounded context, as the rest of the system sees it. */
export interface Module {
  readonly name: string;
  /** Who holds each of the context's rights. */
  readonly rights: Readonly<Record<string, readonly Holder[]>>;
  readonly commands: readonly CommandDefinition[];
  readonly events: readonly EventDefinition[];
  readonly topics: readonly TopicDefinition[];
  readonly signals?: readonly SignalDefinition[];
}

/** Gives the module back; refuses at start what the compiler cannot see: a name twice, a right or topic that is not there. */
export function defineModule(module: Module): Module {
  const rights = new Set(Object.keys(module.rights));
  const topics = new Set(module.topics.map(({ kind }) => kind));
  const names = [...module.commands, ...module.events, ...(module.signals ?? [])].map(({ type }) => type);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${module.name}: ${twice} is declared twice`);
  for (const { type, right } of module.commands) {
    if (!rights.has(right))
      throw new Error(`${module.name}: ${type} asks for the right ${right}, which nobody holds`);
  }
  for (const { type, topic } of [...module.events, ...(module.signals ?? [])]) {
    if (!topics.has(topic))
      throw new Error(`${module.name}: ${type} is on ${topic}, which is not a topic here`);
  }
  for (const { kind, views } of module.topics) {
    for (const { right } of views) {
      if (!rights.has(right))
        throw new Error(`${module.name}: ${kind} is opened by ${right}, which nobody holds`);
    }
  }
  return module;
}

/** A decision that records facts. */
export function accept(events: readonly NewEvent[], result?: unknown): Decision {
  return result === undefined ? { ok: true, events } : { ok: true, events, result };
}

/** A decision that records nothing. */
export function reject(refusal: Refusal): Decision {
  return { ok: false, refusal };
}

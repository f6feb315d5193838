import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Refusal, refusalSchema, refuse } from '#domain/errors.ts';
import { grantSchema, type Principal } from '#domain/identity/principal.ts';
import type { Module, NewEvent } from '#domain/module.ts';
import { commandDefinition, eventDefinition } from '#domain/modules.ts';
import { type Command, headSchema } from '#domain/protocol.ts';
import { sourceOf } from '#domain/source.ts';
import { canonicalJson } from './canonical.ts';
import { missingRight, staleVersion, unfitId, unstorableText } from './command-checks.ts';
import { type Connection, type Database, failureOf } from './connect.ts';
import { toJson } from './json.ts';
import {
  type ContextStore,
  isRefusal,
  type Loaded,
  type Prepared,
  type StoreKeys,
  type Write,
} from './store.ts';
import { inOrganisation, type Step, together } from './transaction.ts';

/** Who sends a command: the principal as the session had it, and the session whose rights are read anew. */
export interface Actor {
  readonly principal: Pick<Principal, 'kind' | 'id' | 'org' | 'name'>;
  readonly session: string | undefined;
}

/** What a command comes to. `replayed` tells the first answer from the same answer given again. */
export type Outcome =
  | {
      readonly ok: true;
      readonly heads: readonly { topic: string; seq: number }[];
      readonly result?: unknown;
      readonly replayed: boolean;
    }
  | { readonly ok: false; readonly error: Refusal; readonly replayed: boolean };

/** An outcome, and whether no transaction was there to audit it. */
type Ended = Outcome & { readonly unaudited?: true };

export interface CommandRunner {
  /** Decides a command in one transaction; answers after its commit. Never raises for what a client can cause. */
  run(actor: Actor, command: Command): Promise<Outcome>;
}

export interface CommandRunnerOptions {
  readonly sql: Database;
  readonly stores: readonly ContextStore[];
  readonly keys: StoreKeys;
  /** Called after each commit that appended events. */
  readonly onCommit: () => void;
  readonly onRetry?: () => void;
  /** Called for what is refused with no transaction that would audit it. */
  readonly onUnaudited?: (actor: Actor, type: string, error: Refusal) => void;
  readonly onFault?: (error: unknown) => void;
}

const attempts = 8;

const storedAnswerSchema = z.union([
  z.object({ ok: z.literal(true), heads: z.array(headSchema), result: z.unknown().optional() }),
  z.object({ ok: z.literal(false), error: refusalSchema }),
]);
type StoredAnswer = z.infer<typeof storedAnswerSchema>;

const entrySchema = z.union([
  z.object({ refused: z.literal('unauthenticated') }),
  z.object({
    now: z.string().transform((moment) => new Date(moment).toISOString()),
    grants: z.array(grantSchema),
    steppedUp: z.boolean(),
    same: z.boolean().optional(),
    answer: z.unknown().optional(),
  }),
]);

export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const { sql, stores, keys } = options;
  const storeOfCommand = ownerIndex(stores, (module) => module.commands);
  const storeOfEvent = ownerIndex(stores, (module) => module.events);

  async function attempt(actor: Actor, command: Command, prepared: Prepared): Promise<Ended> {
    const { org, kind, id: principal } = actor.principal;
    const { id, type, data, expect } = command;
    const hash = keys.ring.fingerprint(canonicalJson({ type, data, expect }));
    return inOrganisation(
      sql,
      org,
      (connection) =>
        Promise.all([
          connection`select carewall.enter_command(${org}, ${kind}, ${principal}, ${actor.session ?? null}, ${id}, ${type}, ${hash}) as entry`.execute(),
          prepared.load({ org, connection }, { kind, id: principal }),
        ]),
      async ([[row], loaded]): Promise<Step<Ended>> => {
        const entry = entrySchema.parse(row?.entry);
        if ('refused' in entry) return { abandon: refused(refuse('unauthenticated', 'sign in again')) };
        const missing = missingRight(type, entry.grants, loaded);
        if (missing !== undefined) {
          return {
            commit: (connection) =>
              finish(connection, actor, command, { error: missing, keep: entry.same !== undefined }),
          };
        }
        if (entry.same === false) {
          const issue = { path: 'id', message: 'was used for another command' };
          return { abandon: refused(refuse('conflict', 'this id was used for something else', [issue])) };
        }
        if (entry.same === true) {
          const answer = storedAnswerSchema.parse(entry.answer);
          return { abandon: { ...(await opened(org, type, answer)), replayed: true } };
        }
        if (commandDefinition(type)?.stepUp === true && kind !== 'system' && !entry.steppedUp) {
          const error = refuse('step_up', 'prove again that it is you');
          return { commit: (connection) => finish(connection, actor, command, { error, keep: false }) };
        }
        return decide(actor, command, loaded, entry.now);
      },
    );
  }

  async function decide(actor: Actor, command: Command, loaded: Loaded, now: string): Promise<Step<Outcome>> {
    const { org } = actor.principal;
    const stale = staleVersion(command, loaded);
    const decision =
      stale === undefined
        ? loaded.decide({ now, by: sourceOf({ ...actor.principal, grants: [] }), newId: randomUUID })
        : { ok: false as const, refusal: stale };
    if (!decision.ok) {
      return {
        commit: (connection) =>
          finish(connection, actor, command, { error: decision.refusal, keep: keepsRefusals(actor) }),
      };
    }
    const own = storeOfCommand.get(command.type);
    const writes = writesOf(decision.events, own, loaded);
    const definition = commandDefinition(command.type);
    const sealed = await keys.vault.seal(org, [
      ...decision.events.map(({ type, data }) => ({ schema: eventSchema(type), value: data })),
      ...writes,
      { schema: definition?.result ?? z.unknown(), value: decision.result },
    ]);
    const events = decision.events.map(({ topic, type }, index) => ({
      topic,
      type,
      data: toJson(sealed[index]),
    }));
    const result = definition?.tellsOnce === true ? undefined : sealed.at(-1);
    return {
      commit: async (connection) => {
        const saved = writes.map((write, index) =>
          write.save({ org, connection }, toJson(sealed[decision.events.length + index])),
        );
        const [outcome] = await together([finish(connection, actor, command, { events, result }), ...saved]);
        return outcome.ok && decision.result !== undefined
          ? { ...outcome, result: decision.result }
          : outcome;
      },
    };
  }

  function writesOf(events: readonly NewEvent[], own: ContextStore | undefined, loaded: Loaded): Write[] {
    // The command's own store is asked in any case: a fact may be remembered though it moves nothing that is shown.
    const groups = new Map<ContextStore, NewEvent[]>(own === undefined ? [] : [[own, []]]);
    for (const event of events) {
      const store = storeOfEvent.get(event.type);
      if (store === undefined) throw new Error(`nobody keeps ${event.type}`);
      groups.set(store, [...(groups.get(store) ?? []), event]);
    }
    return [...groups].flatMap(([store, group]) =>
      store === own ? loaded.writes(group) : store.project(group),
    );
  }

  /** An answer that was stored, its tagged fields opened. */
  async function opened(org: string, type: string, answer: StoredAnswer): Promise<StoredAnswer> {
    const schema = commandDefinition(type)?.result;
    if (!answer.ok || schema === undefined || answer.result === undefined) return answer;
    const [result] = await keys.vault.open(org, [{ schema, value: answer.result }]);
    return { ...answer, result };
  }

  async function run(actor: Actor, command: Command): Promise<Ended> {
    const unfit = unfitId(actor, command.id);
    if (unfit !== undefined) return refused(unfit);
    const store = storeOfCommand.get(command.type);
    if (store === undefined) {
      const issue = { path: 'type', message: 'is no command' };
      return refused(refuse('invalid', 'there is no such command', [issue]));
    }
    const unstorable = unstorableText(command.data, 'data');
    if (unstorable !== undefined) return refused(unstorable);
    const prepared = store.prepare(command, keys);
    if (isRefusal(prepared)) return refused(prepared);
    for (let tried = 1; ; tried += 1) {
      try {
        const outcome = await attempt(actor, command, prepared);
        if (outcome.ok && !outcome.replayed && outcome.heads.length > 0) options.onCommit();
        return outcome;
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'retry' && tried < attempts) {
          options.onRetry?.();
          // Those that met here must not meet again at the same moment.
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** tried));
          continue;
        }
        options.onFault?.(error);
        return refused(refuse('unavailable', 'the command could not be carried out now; send it again'));
      }
    }
  }

  return {
    async run(actor, command) {
      const { unaudited, ...outcome } = await run(actor, command);
      if (unaudited === true && !outcome.ok) {
        // A type that nobody declared is what a client made up: it is not repeated.
        options.onUnaudited?.(
          actor,
          storeOfCommand.has(command.type) ? command.type : 'command',
          outcome.error,
        );
      }
      return outcome;
    },
  };
}

/** The end of the transaction: events, answer, audit row, in one call. */
async function finish(
  connection: Connection,
  actor: Actor,
  command: Command,
  end:
    | { events: { topic: string; type: string; data: unknown }[]; result: unknown }
    | { error: Refusal; keep: boolean },
): Promise<Outcome> {
  const { principal, session } = actor;
  const failed = 'error' in end;
  const by = sourceOf({ ...principal, grants: [] });
  const answer = failed ? { ok: false, error: end.error } : { ok: true, result: end.result };
  const [row] = await connection`
    select carewall.finish_command(
      ${principal.org}, ${connection.json(by)}, ${session ?? null}, ${command.id}, ${command.type},
      ${failed ? end.error.code : 'ok'}, ${connection.json(toJson(failed ? [] : end.events))}, ${connection.json(toJson(answer))},
      ${failed ? end.keep : true}
    ) as answer`.execute();
  return { ...storedAnswerSchema.parse(row?.answer), replayed: false };
}

function refused(error: Refusal): Ended {
  return { ok: false, error, replayed: false, unaudited: true };
}

/**
 * A person's refusal is the answer for good. A feed sends a fact again until somebody has added the bed it names, under
 * the same control id: its refusals leave the id free.
 */
function keepsRefusals({ principal }: Actor): boolean {
  return principal.kind !== 'feed';
}

function eventSchema(type: string): z.ZodType {
  const definition = eventDefinition(type);
  if (definition === undefined) throw new Error(`${type} is no event`);
  return definition.data;
}

function ownerIndex(
  stores: readonly ContextStore[],
  named: (module: Module) => readonly { readonly type: string }[],
): Map<string, ContextStore> {
  return new Map(stores.flatMap((store) => named(store.module).map(({ type }) => [type, store] as const)));
}

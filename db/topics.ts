import { z } from 'zod';
import { type Grant, grantSchema } from '#domain/identity/principal.ts';
import type { Instant } from '#domain/instant.ts';
import { parseState } from '#domain/module.ts';
import { topicDefinition } from '#domain/modules.ts';
import { type Place, placeSchema } from '#domain/protocol.ts';
import type { Connection, Database } from './connect.ts';
import type { TopicKey } from './event-log.ts';
import type { ContextStore } from './store.ts';
import { snapshotOf } from './transaction.ts';
import type { Tagged, Vault } from './vault.ts';

/** What one moment of the database says of a topic: a principal's rights, the head, the state with everything in it. */
export interface TopicMoment {
  /** Nothing where the session has ended, or none was named. */
  readonly grants: readonly Grant[] | undefined;
  /** Nothing where there is no such topic. */
  readonly found:
    | {
        readonly path: readonly string[];
        readonly seq: number;
        readonly epoch: string;
        readonly at: Instant;
        readonly state: unknown;
      }
    | undefined;
}

const sessionRowsSchema = z.array(z.object({ grants: z.array(grantSchema) }));
const topicRowsSchema = z.array(
  z.object({ seq: z.int(), path: z.array(z.string()), epoch: z.string(), at: z.date() }),
);

/** A session whose rights are asked for. */
export interface AskingSession {
  readonly id: string;
  readonly account: string;
}

/** What one moment of the database says of a topic without its state: rights, and how far it has come. */
export interface TopicStanding {
  readonly grants: TopicMoment['grants'];
  readonly found: Omit<NonNullable<TopicMoment['found']>, 'state'> | undefined;
}

/** Reads head and state, and a session's rights where one is named, in one snapshot of the database and one round trip. */
export async function readTopic(
  { sql, vault, stores }: { sql: Database; vault: Vault; stores: readonly ContextStore[] },
  key: TopicKey,
  session?: AskingSession,
): Promise<TopicMoment> {
  const { org, topic } = key;
  const known = topicDefinition(topic);
  const store = stores.find(({ module }) =>
    module.topics.some(({ kind }) => kind === known?.definition.kind),
  );
  const kind = known?.definition.kind ?? '';
  const [{ grants, found }, tagged] = await snapshotOf(sql, org, (connection) =>
    Promise.all([
      standingOf(connection, key, session),
      store === undefined ? undefined : store.snapshot({ org, connection }, kind, known?.id),
    ]),
  );
  if (found === undefined || tagged === undefined) return { grants, found: undefined };
  return { grants, found: { ...found, state: await openState(vault, org, tagged) } };
}

/** Reads a session's rights and a topic's head in one snapshot of the database. */
export async function readStanding(
  sql: Database,
  key: TopicKey,
  session: AskingSession,
): Promise<TopicStanding> {
  return snapshotOf(sql, key.org, (connection) => standingOf(connection, key, session));
}

/** Sends its queries before it first waits. */
async function standingOf(
  connection: Connection,
  { org, topic }: TopicKey,
  session: AskingSession | undefined,
): Promise<TopicStanding> {
  const [sessions, topics] = await Promise.all([
    session === undefined
      ? []
      : connection`
          select carewall.scoped(carewall.grants_of(s.org_id, s.account), s.scope) as grants
          from carewall.sessions s
          where s.id = ${session.id} and s.account = ${session.account} and s.ended_at is null
            and s.expires_at > clock_timestamp()`.execute(),
    connection`
      select t.seq, p.path, carewall.epoch() as epoch, clock_timestamp() as at
      from carewall.topics t join carewall.places p on p.org_id = t.org_id and p.id = t.place
      where t.org_id = ${org} and t.topic = ${topic}`.execute(),
  ]);
  const [row] = topicRowsSchema.parse(topics);
  const grants = sessionRowsSchema.parse(sessions)[0]?.grants;
  return { grants, found: row === undefined ? undefined : { ...row, at: row.at.toISOString() } };
}

async function openState(vault: Vault, org: string, { schema, value }: Tagged): Promise<unknown> {
  const [state] = await vault.open(org, [{ schema, value }]);
  return parseState(schema, state);
}

const listedSchema = z.object({
  topic: z.string(),
  name: z.string(),
  place: z.string(),
  path: z.array(z.string()),
  places: z.array(placeSchema),
});

/** A topic as a list of them shows it. */
export interface ListedTopic {
  readonly topic: string;
  readonly name: string;
  readonly path: readonly string[];
  readonly places: readonly Place[];
}

/**
 * The topics of an organisation below a place that somebody with rights at these places may see some of, in order of
 * their places from the top, after a cursor. Those of one person or conversation are for who is related to it.
 */
export async function listTopics(
  sql: Database,
  org: string,
  {
    held,
    under,
    kinds,
    after,
    limit,
  }: {
    held: readonly string[];
    under: string | undefined;
    /** Of these kinds alone, with a star for the id; of all where it is left out. */
    kinds?: readonly string[] | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<ListedTopic[]> {
  const rows = await snapshotOf(sql, org, (connection) =>
    connection`
      select t.topic, t.name, t.place, p.path, (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', a.id, 'kind', a.kind, 'name', a.name, 'timezone', a.timezone)) order by array_position(p.path, a.id))
        from carewall.places a where a.org_id = t.org_id and a.id = any(p.path)) as places
      from carewall.topics t join carewall.places p on p.org_id = t.org_id and p.id = t.place
      where t.org_id = ${org}
        and (p.id = any(${[...held]}::text[])
          or (p.path && ${[...held]}::text[] and p.kind not in ('person', 'conversation')))
        and (${under ?? null}::text is null or p.path @> array[${under ?? null}::text])
        and (${kinds === undefined}::boolean or t.topic like any(${(kinds ?? []).map(patternOf)}::text[]))
        and (${after ?? null}::text is null or array_to_string(p.path, '/') || ' ' || t.topic > ${after ?? null})
      order by array_to_string(p.path, '/') || ' ' || t.topic
      limit ${limit}`.execute(),
  );
  return z.array(listedSchema).parse(rows);
}

/** A kind of topic as SQL's `like` finds it. An id holds nothing that it would take for a sign of its own. */
function patternOf(kind: string): string {
  return kind.replaceAll(/[%_\\]/g, '\\$&').replaceAll('*', '%');
}

/** Where a list of topics goes on after this one. */
export function cursorOf({ path, topic }: ListedTopic): string {
  return `${path.join('/')} ${topic}`;
}

/** The place at which a topic stands, for a reader whose rights are already known. */
export async function topicPath(relay: Database, { org, topic }: TopicKey): Promise<string[] | undefined> {
  const rows = await relay`
    select p.path from carewall.topics t join carewall.places p on p.org_id = t.org_id and p.id = t.place
    where t.org_id = ${org} and t.topic = ${topic}`;
  return z.array(z.object({ path: z.array(z.string()) })).parse(rows)[0]?.path;
}

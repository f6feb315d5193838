import { z } from 'zod';
import type { Instant } from '#domain/instant.ts';
import { eventDefinition } from '#domain/modules.ts';
import { type Source, sourceSchema } from '#domain/source.ts';
import type { Database } from './connect.ts';
import type { Vault } from './vault.ts';

/** A topic of one organisation. The same name in another organisation is another topic. */
export interface TopicKey {
  readonly org: string;
  readonly topic: string;
}

/** A committed event as it is stored and as it travels between nodes: what identifies patients is sealed. */
export const loggedEventSchema = z.object({
  org: z.string(),
  topic: z.string(),
  seq: z.int().min(1),
  type: z.string(),
  at: z.union([z.date().transform((date) => date.toISOString()), z.string()]),
  by: sourceSchema,
  data: z.unknown(),
});
export type LoggedEvent = z.output<typeof loggedEventSchema>;

/** An event with everything in it, before a view takes away what it may not hold. */
export interface OpenEvent {
  readonly seq: number;
  readonly type: string;
  readonly at: Instant;
  readonly by: Source;
  readonly data: unknown;
}

const loggedEventsSchema = z.array(loggedEventSchema);

/** Events of a topic after a seq, in order, at most `limit`. */
export async function readEvents(
  relay: Database,
  { org, topic }: TopicKey,
  after: number,
  limit: number,
): Promise<LoggedEvent[]> {
  return loggedEventsSchema.parse(
    await relay`
      select org_id as org, topic, seq, type, at, by, data from carewall.events
      where org_id = ${org} and topic = ${topic} and seq > ${after} order by seq limit ${limit}`,
  );
}

/** The oldest seq of a topic that is still kept; nothing where there is no event. */
export async function oldestSeq(relay: Database, { org, topic }: TopicKey): Promise<number | undefined> {
  const rows = await relay`
    select seq from carewall.events where org_id = ${org} and topic = ${topic} order by seq limit 1`;
  return z.array(z.object({ seq: z.int() })).parse(rows)[0]?.seq;
}

const headRowSchema = z.object({ org: z.string(), topic: z.string(), seq: z.int() });

/** The newest seq of each of the topics, with the database's clock and history. */
export async function readHeads(
  relay: Database,
  keys: readonly TopicKey[],
): Promise<{ at: Instant; epoch: string; heads: (TopicKey & { seq: number })[] }> {
  const orgs = keys.map(({ org }) => org);
  const topics = keys.map(({ topic }) => topic);
  const rows = await relay`
    select clock_timestamp() as at, carewall.epoch() as epoch, coalesce((
      select jsonb_agg(jsonb_build_object('org', t.org_id, 'topic', t.topic, 'seq', t.seq))
      from unnest(${orgs}::text[], ${topics}::text[]) as k(org, topic)
      join carewall.topics t on t.org_id = k.org and t.topic = k.topic), '[]') as heads`;
  const [row] = z
    .array(z.object({ at: z.date(), epoch: z.string(), heads: z.array(headRowSchema) }))
    .length(1)
    .parse(rows);
  if (row === undefined) throw new Error('no heads');
  return { at: row.at.toISOString(), epoch: row.epoch, heads: row.heads };
}

const tailEventSchema = loggedEventSchema.extend({ tx: z.string().transform(BigInt) });
/** A committed event with the transaction that appended it. */
export type TailEvent = z.output<typeof tailEventSchema>;
const tailSchema = z.array(
  z.object({ floor: z.string().transform(BigInt), events: z.array(tailEventSchema) }),
);

/**
 * What has been committed since a floor, by topic in the order of seq, beyond what the reader has: `published` names
 * the last seq it has of each topic that it has met at or above the floor. Also the next floor: every transaction below it has ended, and what
 * it appended was visible to this read.
 */
export async function readTail(
  relay: Database,
  floor: bigint,
  published: Iterable<TopicKey & { seq: number }>,
  limit: number,
): Promise<{ floor: bigint; events: TailEvent[] }> {
  const known = [...published];
  const rows = await relay`
    select pg_snapshot_xmin(pg_current_snapshot())::text as floor, coalesce((
      select jsonb_agg(jsonb_build_object(
        'org', e.org_id, 'topic', e.topic, 'seq', e.seq, 'type', e.type, 'by', e.by, 'data', e.data, 'tx', e.tx::text,
        'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by e.org_id, e.topic, e.seq)
      from (
        select e.* from carewall.events e
        left join unnest(${known.map(({ org }) => org)}::text[], ${known.map(({ topic }) => topic)}::text[], ${known.map(({ seq }) => seq)}::bigint[])
          as k(org, topic, seq) on k.org = e.org_id and k.topic = e.topic
        where e.tx >= ${String(floor)}::xid8 and e.seq > coalesce(k.seq, 0)
        -- Whatever the limit cuts off of a topic is its newest: an earlier seq may be of a later transaction.
        order by e.org_id, e.topic, e.seq limit ${limit}
      ) e), '[]') as events`;
  const [row] = tailSchema.parse(rows);
  if (row === undefined) throw new Error('no tail');
  return row;
}

/** The first floor of a reader that starts now: what was committed before is in the log and in snapshots. */
export async function currentFloor(relay: Database): Promise<bigint> {
  const rows = await relay`select pg_snapshot_xmin(pg_current_snapshot())::text as floor`;
  const [row] = z.array(z.object({ floor: z.string().transform(BigInt) })).parse(rows);
  if (row === undefined) throw new Error('no snapshot');
  return row.floor;
}

/** The events with what identifies patients opened. Raises an Error for an event that no context declares. */
export async function openEvents(
  vault: Vault,
  org: string,
  events: readonly LoggedEvent[],
): Promise<OpenEvent[]> {
  const definitions = events.map(({ type }) => {
    const definition = eventDefinition(type);
    if (definition === undefined) throw new Error(`the log holds ${type}, which no context declares`);
    return definition;
  });
  const opened = await vault.open(
    org,
    events.map(({ data }, index) => ({ schema: definitions[index]?.data ?? z.unknown(), value: data })),
  );
  return events.map(({ seq, type, at, by }, index) => ({
    seq,
    type,
    at,
    by,
    data: definitions[index]?.data.parse(opened[index]),
  }));
}

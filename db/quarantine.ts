import { z } from 'zod';
import type { Database } from './connect.ts';
import { keptMessageSchema } from './stores/quarantine-entries.ts';
import { atLeisureInOrganisation, snapshotOf } from './transaction.ts';
import type { Vault } from './vault.ts';

/** A kept message that this node is to apply. Its bytes are gone where the key they were sealed with is. */
export interface TakenEntry {
  readonly org: string;
  readonly id: string;
  readonly feed: string;
  readonly version: number;
  /** Code of HL7 table 0357 that it was last refused with. */
  readonly faultCode: string;
  /** How often this replay was put off. */
  readonly replays: number;
  readonly bytes: Buffer | undefined;
}

const keptForDays = 30;

const waitingFeedsSchema = z.array(z.object({ org: z.string(), feed: z.string() }));

/** The feeds of which something is to be replayed now. */
export async function feedsToReplay(relay: Database): Promise<{ org: string; feed: string }[]> {
  return waitingFeedsSchema.parse(
    await relay`
      select distinct org_id as org, feed from carewall.quarantine
      where status = 'replaying' and leased_until <= clock_timestamp()`,
  );
}

/** The organisations in which messages wait. */
export async function organisationsWithQuarantine(relay: Database): Promise<string[]> {
  const rows = await relay`
    select org_id as org from carewall.quarantine
    where status in ('waiting', 'replaying') or ended_at is not null group by org_id`;
  return z
    .array(z.object({ org: z.string() }))
    .parse(rows)
    .map(({ org }) => org);
}

const takenSchema = z.array(
  z.object({
    id: z.string(),
    version: z.int(),
    fault_code: z.string(),
    replays: z.int(),
    message: z.unknown(),
  }),
);

/**
 * Takes what is to be replayed of a feed, oldest first, for so long. While one node has some of a feed no other takes
 * any of it: messages are applied in the order in which they came.
 */
export async function takeReplays(
  { app, vault }: { app: Database; vault: Vault },
  { org, feed }: { org: string; feed: string },
  { leaseMs, limit }: { leaseMs: number; limit: number },
): Promise<TakenEntry[]> {
  const rows = await atLeisureInOrganisation(app, org, async (connection) => {
    const [lock] = await connection`
      select pg_try_advisory_xact_lock(hashtextextended(${`replay ${org} ${feed}`}, 0)) as mine`;
    if (lock?.mine !== true) return [];
    return connection`
      with due as (
        select q.id from carewall.quarantine q
        where q.org_id = ${org} and q.feed = ${feed} and q.status = 'replaying'
          and not exists (
            select from carewall.quarantine busy
            where busy.org_id = ${org} and busy.feed = ${feed} and busy.status = 'replaying'
              and busy.leased_until > clock_timestamp()
          )
        order by q.received_at, q.id limit ${limit} for update
      ), taken as (
        update carewall.quarantine q
        set leased_until = clock_timestamp() + ${`${leaseMs} milliseconds`}::interval
        from due where q.org_id = ${org} and q.id = due.id
        returning q.id, q.version, q.received_at, q.replays, q.entity -> 'fault' ->> 'code' as fault_code
      )
      select t.id, t.version, t.fault_code, t.replays, m.message
      from taken t left join carewall.quarantine_messages m on m.org_id = ${org} and m.entry = t.id
      order by t.received_at, t.id`;
  });
  return opened(vault, org, feed, takenSchema.parse(rows));
}

/**
 * Entries that wait although the command that they would be was carried out since: their sender sent them again, or
 * sent something else under the same id. What is known to be something else is not looked at again.
 */
export async function waitingThoughCarriedOut(
  { app, vault }: { app: Database; vault: Vault },
  org: string,
): Promise<TakenEntry[]> {
  const rows = await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      select q.id, q.feed, q.version, q.replays, q.entity -> 'fault' ->> 'code' as fault_code, m.message
      from carewall.quarantine q
      join carewall.commands c on c.org_id = q.org_id and c.principal = q.feed and c.id = q.command
      join carewall.quarantine_messages m on m.org_id = q.org_id and m.entry = q.id
      where q.org_id = ${org} and q.status = 'waiting' and c.at >= q.received_at and c.answer is not null
        and q.entity -> 'fault' ->> 'code' <> '205'
      order by q.received_at, q.id limit 100`,
  );
  const found = takenSchema.element.extend({ feed: z.string() }).array().parse(rows);
  const entries = await Promise.all(found.map((row) => opened(vault, org, row.feed, [row])));
  return entries.flat();
}

/** Lets a replay be taken again after a while. */
export async function postponeReplay(
  app: Database,
  { org, id }: Pick<TakenEntry, 'org' | 'id'>,
  forMs: number,
): Promise<void> {
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      update carewall.quarantine
      set leased_until = clock_timestamp() + ${`${forMs} milliseconds`}::interval, replays = replays + 1
      where org_id = ${org} and id = ${id} and status = 'replaying'`,
  );
}

/** Gives back what this node has taken and not come to. */
export async function giveBackReplays(
  app: Database,
  org: string,
  ids: readonly string[],
  forMs: number,
): Promise<void> {
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      update carewall.quarantine
      set leased_until = clock_timestamp() + ${`${forMs} milliseconds`}::interval
      where org_id = ${org} and id = any(${[...ids]}::text[]) and status = 'replaying'`,
  );
}

/** The bytes of a kept message, for whoever may see them; nothing where it is not kept any more. */
export async function readKeptMessage(
  { app, vault }: { app: Database; vault: Vault },
  org: string,
  entry: string,
): Promise<Buffer | undefined> {
  const rows = await snapshotOf(app, org, (connection) =>
    connection`
      select message from carewall.quarantine_messages where org_id = ${org} and entry = ${entry}`.execute(),
  );
  const [row] = z.array(z.object({ message: z.unknown() })).parse(rows);
  if (row === undefined) return undefined;
  return bytesOf((await vault.open(org, [{ schema: keptMessageSchema, value: row.message }]))[0]);
}

/** Destroys what was applied or dismissed a month ago: the message, the key it was sealed with, the entry. */
export async function eraseEndedEntries(app: Database, org: string): Promise<void> {
  await atLeisureInOrganisation(
    app,
    org,
    (connection) => connection`
      with ended as (
        delete from carewall.quarantine
        where org_id = ${org} and ended_at < clock_timestamp() - make_interval(days => ${keptForDays})
        returning id
      )
      delete from carewall.subject_keys k using ended where k.org_id = ${org} and k.subject = ended.id`,
  );
}

/** How much of each feed waits, and when it was last heard, over all organisations. */
export async function sourceFigures(
  relay: Database,
): Promise<{ source: string; waiting: number; lastContact: number | undefined }[]> {
  const rows = await relay`
    select e.id as source, coalesce(q.waiting, 0)::int as waiting,
      extract(epoch from (c.entity ->> 'at')::timestamptz)::float8 as last_contact
    from carewall.feed_entities e
    left join carewall.feed_contacts c on c.org_id = e.org_id and c.feed = e.id
    left join (
      select org_id, feed, count(*) as waiting from carewall.quarantine
      where status in ('waiting', 'replaying') group by org_id, feed
    ) q on q.org_id = e.org_id and q.feed = e.id`;
  return z
    .array(z.object({ source: z.string(), waiting: z.int(), last_contact: z.number().nullable() }))
    .parse(rows)
    .map(({ source, waiting, last_contact }) => ({
      source,
      waiting,
      lastContact: last_contact ?? undefined,
    }));
}

async function opened(
  vault: Vault,
  org: string,
  feed: string,
  rows: z.infer<typeof takenSchema>,
): Promise<TakenEntry[]> {
  const messages = await vault.open(
    org,
    rows.map(({ message }) => ({ schema: keptMessageSchema, value: message ?? {} })),
  );
  return rows.map(({ id, version, fault_code, replays }, index) => ({
    org,
    id,
    feed,
    version,
    faultCode: fault_code,
    replays,
    bytes: bytesOf(messages[index]),
  }));
}

function bytesOf(opened: unknown): Buffer | undefined {
  const { message } = keptMessageSchema.parse(opened);
  return message === undefined ? undefined : Buffer.from(message, 'base64');
}

import { z } from 'zod';
import { type Link, linkSchema } from '#domain/count-links/schema.ts';
import { isLive } from '#domain/count-links/states.ts';
import { type LevelOfCare, levelOfCareSchema, levelsOfCare } from '#domain/network/levels.ts';
import type { Database, Queries } from './connect.ts';
import { hashOfSecret, newSecret } from './secrets.ts';
import { snapshotOf } from './transaction.ts';

/** A link with where it asks. */
export interface LinkAsks {
  readonly link: Link;
  readonly facility: string;
  readonly zone: string;
  /** Who was sent it. */
  readonly contact: string;
}

const asksSchema = z.object({
  entity: linkSchema,
  facility: z.string(),
  zone: z.string(),
  contact: z.string(),
});

async function linkAsks(sql: Queries, org: string, id: string): Promise<LinkAsks | undefined> {
  const rows = await sql`
    select l.entity, p.name as facility, coalesce(p.timezone, 'UTC') as zone,
      c.entity ->> 'name' as contact
    from carewall.count_links l
    join carewall.count_contacts c on c.org_id = l.org_id and c.id = l.contact
    join carewall.places p on p.org_id = l.org_id and p.id = l.facility
    where l.org_id = ${org} and l.id = ${id}`.execute();
  const [row] = z.array(asksSchema).parse(rows);
  return row && { link: row.entity, facility: row.facility, zone: row.zone, contact: row.contact };
}

/** Makes a secret for a link that may still be used, and keeps its hash. Those it had before stay good. */
export async function newLinkSecret(
  sql: Queries,
  org: string,
  id: string,
): Promise<(LinkAsks & { secret: string }) | undefined> {
  const asks = await linkAsks(sql, org, id);
  if (asks === undefined || !isLive(asks.link) || Date.parse(asks.link.validUntil) < Date.now())
    return undefined;
  const { secret, hash } = newSecret();
  await sql`insert into carewall.count_link_secrets (hash, org_id, link) values (${hash}, ${org}, ${id})`.execute();
  return { ...asks, secret };
}

/** A link that was used, for those who are told of it. */
export async function usedLink(sql: Queries, org: string, id: string): Promise<LinkAsks | undefined> {
  const asks = await linkAsks(sql, org, id);
  return asks?.link.status === 'submitted' ? asks : undefined;
}

/** What is kept of the secret in a link. */
export function hashOfLinkSecret(secret: string): Buffer {
  return hashOfSecret(secret);
}

const countSchema = z.object({
  level: levelOfCareSchema,
  version: z.int().min(1),
  capacity: z.int(),
  available: z.int().optional(),
  asOf: z.string(),
  lapsed: z.boolean(),
});
/** A level of care as whoever answers for it last said. */
export type LastCount = z.infer<typeof countSchema>;

/** What a link shows: its facility and what was last counted there. Nothing else of anything. */
export async function readLinkAsks(
  app: Database,
  org: string,
  id: string,
): Promise<(LinkAsks & { counts: LastCount[] }) | undefined> {
  const [asks, rows] = await snapshotOf(app, org, (connection) =>
    Promise.all([
      linkAsks(connection, org, id),
      connection`
        select a.entity from carewall.availability a
        join carewall.count_links l on l.org_id = a.org_id and l.facility = a.facility
        where a.org_id = ${org} and l.id = ${id} and a.entity is not null`.execute(),
    ]),
  );
  if (asks === undefined) return undefined;
  const counts = z
    .array(z.object({ entity: countSchema }))
    .parse(rows)
    .map(({ entity }) => entity);
  const place = ({ level }: { level: LevelOfCare }): number => levelsOfCare.indexOf(level);
  return { ...asks, counts: counts.sort((a, b) => place(a) - place(b)) };
}

const neglectedSchema = z.object({
  org: z.string(),
  contact: z.string(),
  by: z.enum(['email', 'phone']),
  zone: z.string(),
  /** Of their newest link; 0 where they never had one. */
  version: z.int(),
});
/** Somebody to be asked for counts whose time has run out. */
export type Neglected = z.infer<typeof neglectedSchema>;

/**
 * Contacts of facilities of whose counts one has lapsed, over all organisations: those who were not asked within so many
 * hours, or have answered and something has run out since.
 */
export async function neglectedContacts(relay: Database, everyHours: number): Promise<Neglected[]> {
  const rows = await relay`
    with neglected as (
      select org_id, facility, max((entity ->> 'validUntil')::timestamptz) as ran_out from carewall.availability
      where (entity -> 'lapsed')::boolean or valid_until <= clock_timestamp() group by org_id, facility
    )
    select c.org_id as org, c.id as contact, c.channel as by, coalesce(p.timezone, 'UTC') as zone,
      coalesce(newest.version, 0) as version
    from neglected n
    join carewall.count_contacts c on c.org_id = n.org_id and c.facility = n.facility
    join carewall.places p on p.org_id = n.org_id and p.id = n.facility and p.status = 'active'
    left join lateral (
      select l.version, l.created_at, (l.entity ->> 'submittedAt')::timestamptz as submitted_at
      from carewall.count_links l
      where l.org_id = c.org_id and l.contact = c.id order by l.created_at desc, l.id limit 1
    ) newest on true
    where newest.version is null or newest.submitted_at < n.ran_out
      or newest.created_at < clock_timestamp() - make_interval(hours => ${everyHours}::int)
    order by c.channel, c.org_id, c.id limit 1000`;
  return z.array(neglectedSchema).parse(rows);
}

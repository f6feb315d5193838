import { z } from 'zod';
import type { Database } from './connect.ts';

/** A configured system that states facts. */
export interface Feed {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  /** Where its facts reach: this place and everything below it. */
  readonly place: string;
  /** The time zone of its facility: HL7 times without an offset are in it. */
  readonly timezone: string;
  /** The code of its facility; undefined for a feed of a whole organisation. */
  readonly facilityCode: string | undefined;
}

export interface NewFeed {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  /** MSH-3. */
  readonly application: string;
  /** MSH-4. */
  readonly facility: string;
  readonly place: string;
}

const feedSchema = z.object({
  id: z.string(),
  org: z.string(),
  name: z.string(),
  place: z.string(),
  timezone: z.string().min(1),
  facilityCode: z
    .string()
    .nullable()
    .transform((code) => code ?? undefined),
});

/** The feed that MSH-3 and MSH-4 name, by a pool of the relay; undefined for one that is unknown or disabled. */
export async function feedBySource(
  sql: Database,
  source: { readonly application: string; readonly facility: string },
): Promise<Feed | undefined> {
  const [row] = await sql`
    select f.id, f.org_id as org, f.name, f.place, coalesce(h.timezone, 'UTC') as timezone, h.code as "facilityCode"
    from carewall.feeds f
    join carewall.places p on p.org_id = f.org_id and p.id = f.place
    left join carewall.places h on h.org_id = p.org_id and h.id = p.facility
    where f.application = ${source.application} and f.facility = ${source.facility} and f.disabled_at is null`;
  return row === undefined ? undefined : feedSchema.parse(row);
}

/** Configures a feed, by a pool of identity. False where its id or its source is taken. Raises where there is no such place. */
export async function createFeed(sql: Database, feed: NewFeed): Promise<boolean> {
  const made = await sql`
    insert into carewall.feeds (id, org_id, name, application, facility, place)
      values (${feed.id}, ${feed.org}, ${feed.name}, ${feed.application}, ${feed.facility}, ${feed.place})
      on conflict do nothing returning id`;
  return made.length > 0;
}

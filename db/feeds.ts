import { z } from 'zod';
import { feedsTopic, newFeed } from '#domain/feeds/decide-feed.ts';
import { feedSchema } from '#domain/feeds/schema.ts';
import { instantOf } from '#domain/instant.ts';
import type { Source } from '#domain/source.ts';
import type { Database } from './connect.ts';
import { toJson } from './json.ts';

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

const feedRowSchema = z.object({
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
const namedFeedSchema = feedRowSchema.extend({ application: z.string(), facility: z.string() });
const placeRowsSchema = z.array(z.object({ name: z.string(), now: z.date() })).length(1);

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
  return row === undefined ? undefined : feedRowSchema.parse(row);
}

/** The feed of an id, by a pool of the relay; undefined for one that is unknown or disabled. */
export async function feedById(
  sql: Database,
  id: string,
): Promise<(Feed & Pick<NewFeed, 'application' | 'facility'>) | undefined> {
  const [row] = await sql`
    select f.id, f.org_id as org, f.name, f.place, coalesce(h.timezone, 'UTC') as timezone, h.code as "facilityCode",
      f.application, f.facility
    from carewall.feeds f
    join carewall.places p on p.org_id = f.org_id and p.id = f.place
    left join carewall.places h on h.org_id = p.org_id and h.id = p.facility
    where f.id = ${id} and f.disabled_at is null`;
  return row === undefined ? undefined : namedFeedSchema.parse(row);
}

const provisioning: Source = { kind: 'system', id: 'provisioning', name: 'Provisioning' };

/** Configures a feed, by a pool of identity. False where its id or its source is taken. Raises where there is no such place. */
export async function createFeed(sql: Database, feed: NewFeed): Promise<boolean> {
  const { id, org, name, application, facility } = feed;
  return sql.begin(async (transaction) => {
    const made = await transaction`
      insert into carewall.feeds (id, org_id, name, application, facility, place)
        values (${id}, ${org}, ${name}, ${application}, ${facility}, ${feed.place})
        on conflict do nothing returning id`;
    if (made.length === 0) return false;
    const [row] = placeRowsSchema.parse(
      await transaction`
        select name, clock_timestamp() as now from carewall.places where org_id = ${org} and id = ${feed.place}`,
    );
    const place = { id: feed.place, name: row?.name ?? feed.place };
    const now = instantOf(row?.now.getTime() ?? Date.now());
    const entity = feedSchema.parse(
      newFeed({ id, name, application, facility, place }, { now, by: provisioning }),
    );
    await transaction`
      insert into carewall.feed_entities (org_id, id, version, entity)
        values (${org}, ${id}, ${entity.version}, ${transaction.json(toJson(entity))})`;
    const event = { topic: feedsTopic(org), type: 'feed.added', data: { to: entity } };
    await transaction`
      select carewall.append_events(${org}, ${transaction.json(toJson(provisioning))}, ${transaction.json(toJson([event]))})`;
    return true;
  });
}

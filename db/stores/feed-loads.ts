import { z } from 'zod';
import type { FeedCommandOf } from '#domain/feeds/commands.ts';
import {
  decideAddFeed,
  decideConfigure,
  decideContact,
  decideFallSilent,
  decideMap,
  decideUnmap,
  type FeedPlace,
} from '#domain/feeds/decide-feed.ts';
import {
  type Codes,
  contactSchema,
  feedSchema,
  type MappingTarget,
  mappingSchema,
  presenceSchema,
} from '#domain/feeds/schema.ts';
import type { Loaded, StoreContext } from '../store.ts';
import { feedWrites } from './feed-writes.ts';

export const feedsTopicKind = 'org/*/feeds';

const feedRowsSchema = z.array(
  z.object({ entity: feedSchema, path: z.array(z.string()), timezone: z.string() }),
);
export type FeedRow = z.infer<typeof feedRowsSchema>[number];

/** A feed with the path of its place. Sends its query before it first waits. */
export async function readFeed({ org, connection }: StoreContext, id: string): Promise<FeedRow | undefined> {
  const rows = await connection`
    select e.entity, p.path, coalesce(h.timezone, 'UTC') as timezone
    from carewall.feed_entities e
    join carewall.feeds f on f.org_id = e.org_id and f.id = e.id
    join carewall.places p on p.org_id = f.org_id and p.id = f.place
    left join carewall.places h on h.org_id = p.org_id and h.id = p.facility
    where e.org_id = ${org} and e.id = ${id} for update of e`.execute();
  return feedRowsSchema.parse(rows)[0];
}

/** What a command comes to that names what is not there. */
export function nothing(): Loaded {
  const none = () => {
    throw new Error('nothing is decided about what is not there');
  };
  return { path: undefined, topicKind: feedsTopicKind, decide: none, writes: none };
}

/** What the decision to add a feed needs. */
export async function loadAddFeed(
  { org, connection }: StoreContext,
  command: FeedCommandOf<'feed.add'>,
): Promise<Loaded> {
  const { feed, application, facility, place: id } = command.data;
  const [places, taken] = await Promise.all([
    connection`
      select id, name, path from carewall.places
      where org_id = ${org} and id = ${id} and kind in ('organisation', 'region', 'facility', 'department', 'unit')`.execute(),
    connection`select carewall.feed_taken(${feed}, ${application}, ${facility}) as taken`.execute(),
  ]);
  const [place] = z
    .array(z.object({ id: z.string(), name: z.string(), path: z.array(z.string()) }))
    .parse(places);
  const [row] = z.array(z.object({ taken: z.enum(['id', 'source']).nullable() })).parse(taken);
  return {
    // Where there is no such place, whoever may add feeds at all is told so.
    path: place?.path ?? [org],
    topicKind: feedsTopicKind,
    decide: (decision) =>
      decideAddFeed(
        { org, place: place && { id: place.id, name: place.name }, taken: row?.taken ?? undefined },
        command,
        decision,
      ),
    writes: feedWrites,
  };
}

/** What decisions need about a feed that speaks, falls silent or is configured. */
export async function loadFeed(
  context: StoreContext,
  command: FeedCommandOf<'feed.configure' | 'feed.record-contact' | 'feed.fall-silent'>,
): Promise<Loaded> {
  const { org, connection } = context;
  const { feed: id } = command.data;
  const named = command.type === 'feed.record-contact' ? command.data.units : [];
  const [feed, contacts, presences, units] = await Promise.all([
    readFeed(context, id),
    connection`select entity from carewall.feed_contacts where org_id = ${org} and feed = ${id} for update`.execute(),
    connection`
      select unit, entity from carewall.feed_units where org_id = ${org} and feed = ${id} order by unit for update`.execute(),
    connection`
      select id from carewall.places
      where org_id = ${org} and id = any(${[...named]}::text[]) and kind = 'unit' order by id`.execute(),
  ]);
  if (feed === undefined) return nothing();
  const known = z.array(z.object({ unit: z.string(), entity: presenceSchema })).parse(presences);
  const [contact] = z.array(z.object({ entity: contactSchema })).parse(contacts);
  const place: FeedPlace = {
    org,
    feed: feed.entity,
    contact: contact?.entity,
    presences: known.map(({ unit, entity }) => ({ unit, presence: entity })),
    timezone: feed.timezone,
  };
  const newUnits = z
    .array(z.object({ id: z.string() }))
    .parse(units)
    .flatMap(({ id: unit }) => (known.some((one) => one.unit === unit) ? [] : [unit]));
  return {
    path: feed.path,
    topicKind: feedsTopicKind,
    version: command.type === 'feed.configure' ? feed.entity.version : (contact?.entity.version ?? 0),
    decide(decision) {
      switch (command.type) {
        case 'feed.configure':
          return decideConfigure(place, command, decision);
        case 'feed.record-contact':
          return decideContact({ ...place, newUnits }, command, decision);
        default:
          return decideFallSilent(place, decision);
      }
    },
    writes: (events) => feedWrites(events, feed.entity),
  };
}

/** What a decision about codes of a feed needs. A bed is only one where the feed reaches. */
export async function loadMapping(
  context: StoreContext,
  command: FeedCommandOf<'feed.map-location' | 'feed.unmap-location'>,
): Promise<Loaded> {
  const { org, connection } = context;
  const { feed: id, location } = command.data;
  const to = command.type === 'feed.map-location' ? command.data.to : undefined;
  const [feed, mappings, beds, named] = await Promise.all([
    readFeed(context, id),
    connection`
      select entity from carewall.feed_mappings
      where org_id = ${org} and feed = ${id} and ${sameCodes(connection, location)} for update`.execute(),
    connection`
      select b.id, b.entity ->> 'name' as name, u.id as unit, u.name as unit_name, u.path
      from carewall.beds b join carewall.places u on u.org_id = b.org_id and u.id = b.unit
      where b.org_id = ${org} and b.id = ${to?.kind === 'bed' ? to.bed : ''}`.execute(),
    connection`
      select id from carewall.beds where org_id = ${org} and ${sameCodes(connection, location)}`.execute(),
  ]);
  if (feed === undefined) return nothing();
  const [mapping] = z.array(z.object({ entity: mappingSchema })).parse(mappings);
  const [bed] = z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        unit: z.string(),
        unit_name: z.string(),
        path: z.array(z.string()),
      }),
    )
    .parse(beds)
    .filter(({ path }) => path.includes(feed.entity.place.id));
  const target: MappingTarget | undefined =
    to?.kind === 'nowhere'
      ? to
      : bed && { kind: 'bed', bed: bed.id, name: bed.name, unit: { id: bed.unit, name: bed.unit_name } };
  const place = { org, feed: feed.entity, mapping: mapping?.entity, target, isBed: named.length > 0 };
  return {
    path: feed.path,
    topicKind: feedsTopicKind,
    version: mapping?.entity.version ?? 0,
    decide: (decision) =>
      command.type === 'feed.map-location' ? decideMap(place, command, decision) : decideUnmap(place),
    writes: feedWrites,
  };
}

function sameCodes(connection: StoreContext['connection'], { pointOfCare, room, bed, facility }: Codes) {
  return connection`(facility = ${facility} and point_of_care = ${pointOfCare} and room = ${room} and bed = ${bed})`;
}

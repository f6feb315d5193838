import { z } from 'zod';
import { type FeedCommand, parseFeedCommand } from '#domain/feeds/commands.ts';
import { feedsModule } from '#domain/feeds/module.ts';
import { feedsSchema, unitFeedsSchema } from '#domain/feeds/schema.ts';
import { unitOf, unitRowSchema } from '../places.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext, type StoreKeys } from '../store.ts';
import type { Tagged } from '../vault.ts';
import { loadAddFeed, loadFeed, loadMapping } from './feed-loads.ts';
import { loadEntry, loadKeep, loadReplay } from './quarantine-entries.ts';

/** Feeds, when they were heard, what their codes mean, and what of theirs could not be applied. */
export const feedsStore: ContextStore = {
  module: feedsModule,
  prepare: (command, keys) =>
    parseOr(parseFeedCommand, command, (parsed) => ({
      load: (context: StoreContext) => load(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context speaks for a feed, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  snapshot: (context, kind, id = '') =>
    kind === 'unit/*/feeds' ? unitSnapshot(context, id) : snapshot(context, id),
  async due(relay) {
    const rows = await relay`
      select org_id as org, feed, version from carewall.feed_contacts
      where falls_silent_at <= clock_timestamp() order by falls_silent_at limit 200`;
    return z
      .array(z.object({ org: z.string(), feed: z.string(), version: z.int() }))
      .parse(rows)
      .map(({ org, feed, version }) => ({ org, type: 'feed.fall-silent', data: { feed }, expect: version }));
  },
};

function load(context: StoreContext, command: FeedCommand, keys: StoreKeys): Promise<Loaded> {
  switch (command.type) {
    case 'feed.add':
      return loadAddFeed(context, command);
    case 'feed.configure':
    case 'feed.record-contact':
    case 'feed.fall-silent':
      return loadFeed(context, command);
    case 'feed.map-location':
    case 'feed.unmap-location':
      return loadMapping(context, command);
    case 'quarantine.keep':
      return loadKeep(context, command, keys);
    case 'quarantine.replay':
      return loadReplay(context, command);
    case 'quarantine.open':
    case 'quarantine.dismiss':
    case 'quarantine.settle':
      return loadEntry(context, command);
    default:
      return command satisfies never;
  }
}

const rowsSchema = z.array(z.object({ key: z.string(), entity: z.unknown() }));

function byKey(rows: unknown): Record<string, unknown> {
  return Object.fromEntries(rowsSchema.parse(rows).map(({ key, entity }) => [key, entity]));
}

async function snapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [organisations, feeds, contacts, mappings, entries] = await Promise.all([
    connection`select id, name from carewall.organisations where id = ${org} and id = ${id}`.execute(),
    connection`select id as key, entity from carewall.feed_entities where org_id = ${org} order by id`.execute(),
    connection`select feed as key, entity from carewall.feed_contacts where org_id = ${org} order by feed`.execute(),
    connection`select id as key, entity from carewall.feed_mappings where org_id = ${org} order by id`.execute(),
    connection`
      select id as key, entity from carewall.quarantine
      where org_id = ${org} and status in ('waiting', 'replaying') order by id`.execute(),
  ]);
  const [organisation] = z.array(z.object({ id: z.string(), name: z.string() })).parse(organisations);
  if (organisation === undefined) return undefined;
  const value = {
    organisation,
    feeds: byKey(feeds),
    contacts: byKey(contacts),
    mappings: byKey(mappings),
    quarantine: byKey(entries),
  };
  return { schema: feedsSchema, value };
}

async function unitSnapshot({ org, connection }: StoreContext, id: string): Promise<Tagged | undefined> {
  const [units, feeds] = await Promise.all([
    connection`
      select id as unit, name as unit_name, path, facility from carewall.places
      where org_id = ${org} and id = ${id} and kind = 'unit'`.execute(),
    connection`
      select feed as key, entity from carewall.feed_units where org_id = ${org} and unit = ${id} order by feed`.execute(),
  ]);
  const [unit] = z.array(unitRowSchema).parse(units);
  if (unit === undefined) return undefined;
  return { schema: unitFeedsSchema, value: { unit: unitOf(unit), feeds: byKey(feeds) } };
}

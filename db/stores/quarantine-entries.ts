import { z } from 'zod';
import { type FeedCommandOf, mostReplays } from '#domain/feeds/commands.ts';
import {
  decideDismiss,
  decideKeep,
  decideOpen,
  decideReplay,
  decideSettle,
} from '#domain/feeds/decide-entry.ts';
import { isKept } from '#domain/feeds/entry-states.ts';
import { entryChangedSchema, isEntryEvent, replayAskedSchema } from '#domain/feeds/events.ts';
import { replayed } from '#domain/feeds/evolve.ts';
import { type Entry, entrySchema, feedSchema } from '#domain/feeds/schema.ts';
import type { NewEvent } from '#domain/module.ts';
import { phi, subject } from '#domain/phi.ts';
import type { Loaded, StoreContext, StoreKeys, Write } from '../store.ts';
import { feedsTopicKind, nothing, readFeed } from './feed-loads.ts';

/** A message as it is sealed: in base64, under a data key of its own. */
export const keptMessageSchema = z.object({ subject: subject(), message: phi(z.base64()) });

const feedAndPathSchema = z.array(z.object({ entity: feedSchema, path: z.array(z.string()) }));
const entryRowsSchema = z.array(z.object({ entity: entrySchema }));

/** What the decision to keep a message needs. */
export async function loadKeep(
  context: StoreContext,
  command: FeedCommandOf<'quarantine.keep'>,
  { ring }: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { feed: id, controlId, message = '' } = command.data;
  const fingerprint = ring.fingerprint(message);
  const [feed, entries, totals] = await Promise.all([
    readFeed(context, id),
    connection`
      select entity from carewall.quarantine
      where org_id = ${org} and feed = ${id} and control_id = ${controlId} and fingerprint = ${fingerprint}
      for update`.execute(),
    connection`
      select count(*)::int as entries, coalesce(sum(bytes), 0)::float8 as bytes from carewall.quarantine
      where org_id = ${org} and feed = ${id} and status in ('waiting', 'replaying')`.execute(),
  ]);
  if (feed === undefined) return nothing();
  const [entry] = entryRowsSchema.parse(entries);
  const [waiting] = z.array(z.object({ entries: z.int(), bytes: z.number() })).parse(totals);
  const place = {
    org,
    feed: feed.entity,
    entry: entry?.entity,
    waiting: waiting ?? { entries: 0, bytes: 0 },
  };
  return {
    path: feed.path,
    topicKind: feedsTopicKind,
    decide: (decision) => decideKeep(place, command, decision),
    writes: (events) =>
      events.flatMap(({ data }) => {
        const { to } = entryChangedSchema.parse(data);
        return [keepWrite(to, command.data, fingerprint), messageWrite(to.id, message)];
      }),
  };
}

/** What the decision to replay needs: the entries that wait, oldest first. */
export async function loadReplay(
  context: StoreContext,
  command: FeedCommandOf<'quarantine.replay'>,
): Promise<Loaded> {
  const { org, connection } = context;
  const { which } = command.data;
  const feedId =
    which.kind === 'entry'
      ? connection`(select feed from carewall.quarantine where org_id = ${org} and id = ${which.entry})`
      : connection`${which.feed}`;
  const named =
    which.kind === 'entry'
      ? connection`id = ${which.entry}`
      : which.kind === 'feed'
        ? connection`true`
        : connection`entity -> 'fault' -> 'location' = ${connection.json(which.location)}`;
  const [feeds, entries, counts] = await Promise.all([
    connection`
      select e.entity, p.path from carewall.feed_entities e
      join carewall.places p on p.org_id = e.org_id and p.id = e.entity -> 'place' ->> 'id'
      where e.org_id = ${org} and e.id = ${feedId}`.execute(),
    connection`
      select entity from (
        select id, entity, received_at from carewall.quarantine
        where org_id = ${org} and feed = ${feedId} and status = 'waiting' and ${named}
        order by received_at, id limit ${mostReplays} for update
      ) taken order by id`.execute(),
    connection`
      select count(*)::int as waiting from carewall.quarantine
      where org_id = ${org} and feed = ${feedId} and status = 'waiting' and ${named}`.execute(),
  ]);
  const [feed] = feedAndPathSchema.parse(feeds);
  if (feed === undefined) return nothing();
  const waiting = entryRowsSchema.parse(entries).map(({ entity }) => entity);
  const [count] = z.array(z.object({ waiting: z.int() })).parse(counts);
  const left = Math.max(0, (count?.waiting ?? 0) - waiting.length);
  return {
    path: feed.path,
    topicKind: feedsTopicKind,
    decide: (decision) => decideReplay({ org, feed: feed.entity, entries: waiting, left }, command, decision),
    writes: (events) => events.map((event) => replayWrite(event, waiting)),
  };
}

/** What decisions need about one entry that is dismissed or settled. */
export async function loadEntry(
  { org, connection }: StoreContext,
  command: FeedCommandOf<'quarantine.open' | 'quarantine.dismiss' | 'quarantine.settle'>,
): Promise<Loaded> {
  const rows = await connection`
    select q.entity, p.path from carewall.quarantine q
    join carewall.feeds f on f.org_id = q.org_id and f.id = q.feed
    join carewall.places p on p.org_id = f.org_id and p.id = f.place
    where q.org_id = ${org} and q.id = ${command.data.entry} for update of q`.execute();
  const [row] = z.array(z.object({ entity: entrySchema, path: z.array(z.string()) })).parse(rows);
  if (row === undefined) return nothing();
  const place = { org, entry: row.entity };
  return {
    path: row.path,
    topicKind: feedsTopicKind,
    version: row.entity.version,
    decide(decision) {
      switch (command.type) {
        case 'quarantine.open':
          return decideOpen(place, decision);
        case 'quarantine.dismiss':
          return decideDismiss(place, command, decision);
        default:
          return decideSettle(place, command, decision);
      }
    },
    writes: (events) =>
      events.flatMap(({ type, data }) =>
        isEntryEvent(type) ? [entryWrite(entryChangedSchema.parse(data).to)] : [],
      ),
  };
}

function keepWrite(
  entry: Entry,
  { command, message }: FeedCommandOf<'quarantine.keep'>['data'],
  fingerprint: Buffer,
): Write {
  if (entry.version > 1) return entryWrite(entry);
  return {
    schema: entrySchema,
    value: entry,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.quarantine
          (org_id, id, feed, control_id, fingerprint, command, status, received_at, bytes, version, entity)
        values (${org}, ${entry.id}, ${entry.feed}, ${entry.controlId}, ${fingerprint}, ${command ?? null},
          ${entry.status}, ${entry.receivedAt}, ${message?.length ?? 0}, ${entry.version}, ${connection.json(sealed)})`.execute(),
  };
}

function messageWrite(entry: string, message: string): Write {
  return {
    schema: keptMessageSchema,
    value: { subject: entry, message },
    // Sealed again when it comes again: its key may be gone since it was settled.
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.quarantine_messages (org_id, entry, message)
        values (${org}, ${entry}, ${connection.json(sealed)})
        on conflict (org_id, entry) do update set message = excluded.message`.execute(),
  };
}

function entryWrite(entry: Entry): Write {
  return {
    schema: entrySchema,
    value: entry,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.quarantine
        set status = ${entry.status}, version = ${entry.version}, entity = ${connection.json(sealed)},
          -- Whoever opens an entry that is being replayed does not take it from the one who replays it.
          leased_until = case when status = ${entry.status} then leased_until else '-infinity' end, replays = 0,
          ended_at = case when ${isKept(entry.status)} then null else clock_timestamp() end
        where org_id = ${org} and id = ${entry.id}`.execute(),
  };
}

/** All entries of one replay in one statement. */
function replayWrite({ data }: NewEvent, waiting: readonly Entry[]): Write {
  const asked = replayAskedSchema.parse(data);
  const versions = new Map(asked.entries.map(({ id, version }) => [id, version]));
  const next = waiting.flatMap((entry) => {
    const version = versions.get(entry.id);
    return version === undefined ? [] : [replayed(entry, { ...asked, version })];
  });
  return {
    schema: z.array(entrySchema),
    value: next,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.quarantine q
        set status = 'replaying', version = (e.entity ->> 'version')::int, entity = e.entity,
          leased_until = '-infinity', replays = 0
        from jsonb_array_elements(${connection.json(sealed)}) as e(entity)
        where q.org_id = ${org} and q.id = e.entity ->> 'id'`.execute(),
  };
}

import { z } from 'zod';
import {
  contactChangedSchema,
  feedChangedSchema,
  isContactEvent,
  mappingChangedSchema,
  presenceChangedSchema,
} from '#domain/feeds/events.ts';
import {
  type Contact,
  contactSchema,
  type Feed,
  feedSchema,
  mappingSchema,
  presenceSchema,
} from '#domain/feeds/schema.ts';
import { fallsSilentAt } from '#domain/feeds/silence.ts';
import type { NewEvent } from '#domain/module.ts';
import type { Write } from '../store.ts';

/** The rows to write after events about a feed, its contact, its units and its codes; `before` is the feed as it was. */
export function feedWrites(events: readonly NewEvent[], before?: Feed): Write[] {
  let feed = before;
  let contact: Contact | undefined;
  const writes: Write[] = [];
  for (const { topic, type, data } of events) {
    if (type === 'feed.added') {
      feed = feedChangedSchema.parse(data).to;
      writes.push(addWrite(feed));
    } else if (type === 'feed.configured') {
      feed = feedChangedSchema.parse(data).to;
      writes.push(configureWrite(feed));
    } else if (isContactEvent(type)) contact = contactChangedSchema.parse(data).to;
    else if (type === 'feed.location-mapped') writes.push(mappingWrite(data));
    else if (type === 'unit.feed-changed') writes.push(presenceWrite(topic.split('/')[1] ?? '', data));
  }
  if (contact !== undefined && feed !== undefined) writes.push(contactWrite(feed, contact));
  else if (feed !== undefined && before !== undefined) writes.push(limitWrite(feed));
  return writes;
}

function addWrite(feed: Feed): Write {
  return {
    schema: feedSchema,
    value: feed,
    save: async ({ org, connection }, sealed) =>
      Promise.all([
        connection`
          insert into carewall.feeds (id, org_id, name, application, facility, place)
          values (${feed.id}, ${org}, ${feed.name}, ${feed.application}, ${feed.facility}, ${feed.place.id})`.execute(),
        connection`
          insert into carewall.feed_entities (org_id, id, version, entity)
          values (${org}, ${feed.id}, ${feed.version}, ${connection.json(sealed)})`.execute(),
      ]),
  };
}

function configureWrite(feed: Feed): Write {
  return {
    schema: feedSchema,
    value: feed,
    save: async ({ org, connection }, sealed) =>
      Promise.all([
        // The row that a command of this feed share-locks: nothing of it commits after it is disabled.
        connection`
          update carewall.feeds
          set name = ${feed.name},
            disabled_at = case when ${feed.status === 'disabled'} then coalesce(disabled_at, clock_timestamp()) end
          where org_id = ${org} and id = ${feed.id}`.execute(),
        connection`
          update carewall.feed_entities set version = ${feed.version}, entity = ${connection.json(sealed)}
          where org_id = ${org} and id = ${feed.id}`.execute(),
      ]),
  };
}

function contactWrite(feed: Feed, contact: Contact): Write {
  const silentAt = fallsSilentAt(feed, contact) ?? null;
  return {
    schema: contactSchema,
    value: contact,
    // A first contact is never written over another: of two nodes that hear at once, the second is decided again.
    save: async ({ org, connection }, sealed) =>
      contact.version === 1
        ? connection`
            insert into carewall.feed_contacts (org_id, feed, version, falls_silent_at, entity)
            values (${org}, ${contact.feed}, ${contact.version}, ${silentAt}, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.feed_contacts
            set version = ${contact.version}, falls_silent_at = ${silentAt}, entity = ${connection.json(sealed)}
            where org_id = ${org} and feed = ${contact.feed}`.execute(),
  };
}

/** Another limit, or another status: the moment at which the feed falls silent is another too. */
function limitWrite(feed: Feed): Write {
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }) =>
      connection`
        update carewall.feed_contacts
        set falls_silent_at = case
          when ${feed.status === 'disabled'} or entity ? 'silentSince' then null
          else (entity ->> 'at')::timestamptz + make_interval(mins => ${feed.silenceLimitMinutes})
        end
        where org_id = ${org} and feed = ${feed.id}`.execute(),
  };
}

function presenceWrite(unit: string, data: unknown): Write {
  const { feed, to } = presenceChangedSchema.parse(data);
  return {
    schema: presenceSchema,
    value: to,
    save: async ({ org, connection }, sealed) =>
      to.version === 1
        ? connection`
            insert into carewall.feed_units (org_id, feed, unit, version, entity)
            values (${org}, ${feed}, ${unit}, ${to.version}, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.feed_units set version = ${to.version}, entity = ${connection.json(sealed)}
            where org_id = ${org} and feed = ${feed} and unit = ${unit}`.execute(),
  };
}

function mappingWrite(data: unknown): Write {
  const { mapping: id, to } = mappingChangedSchema.parse(data);
  if (to === undefined) {
    return {
      schema: z.unknown(),
      value: null,
      save: async ({ org, connection }) =>
        connection`delete from carewall.feed_mappings where org_id = ${org} and id = ${id}`.execute(),
    };
  }
  const { location, feed } = to;
  const target = to.to.kind === 'bed' ? to.to.bed : null;
  return {
    schema: mappingSchema,
    value: to,
    save: async ({ org, connection }, sealed) =>
      to.version === 1
        ? connection`
            insert into carewall.feed_mappings
              (org_id, id, feed, point_of_care, room, bed, facility, target, version, entity)
            values (${org}, ${id}, ${feed}, ${location.pointOfCare}, ${location.room}, ${location.bed},
              ${location.facility}, ${target}, ${to.version}, ${connection.json(sealed)})`.execute()
        : connection`
            update carewall.feed_mappings
            set target = ${target}, version = ${to.version}, entity = ${connection.json(sealed)}
            where org_id = ${org} and id = ${id}`.execute(),
  };
}

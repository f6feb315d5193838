import type { Entry, Feed, Feeds } from '#domain/feeds/schema.ts';
import { type Instant, millis } from '#domain/instant.ts';
import { freshnessOf } from '#domain/measures/freshness.ts';
import { confirmedFreshness, type Exportable } from '../export/exportable.ts';
import type { Translate } from '../language/catalogue.ts';
import { codesText } from './sources-view.ts';

/** Where the rows are from, and when the server last confirmed that they are the newest. */
export interface From {
  readonly topic: string;
  readonly confirmedAt: Instant | undefined;
}

/** The sources as a table to take away. A source is as old as its last message. */
export function sourcesExport(
  t: Translate,
  state: Feeds,
  feeds: readonly Feed[],
  from: From,
): Exportable<Feed> {
  const contactOf = ({ id }: Feed) => state.contacts[id];
  return {
    file: 'sources',
    title: t('feeds.title'),
    filter: '',
    topics: [from.topic],
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
      { key: 'name', title: t('feeds.fact-source'), read: ({ name }) => name },
      { key: 'application', title: 'MSH-3', read: ({ application }) => application },
      { key: 'facility', title: 'MSH-4', read: ({ facility }) => facility },
      { key: 'place', title: t('export.column-place'), read: ({ place }) => place.name },
      { key: 'status', title: t('export.column-status'), read: ({ status }) => status },
      { key: 'heardAt', title: t('export.column-heard'), read: (feed) => contactOf(feed)?.at },
      { key: 'silentSince', title: t('export.column-silent'), read: (feed) => contactOf(feed)?.silentSince },
      { key: 'accepted', title: t('feeds.accepted'), read: (feed) => contactOf(feed)?.today.accepted },
      { key: 'refused', title: t('feeds.refused'), read: (feed) => contactOf(feed)?.today.refused },
      {
        key: 'waiting',
        title: t('feeds.waiting'),
        read: ({ id }) => Object.values(state.quarantine).filter(({ feed }) => feed === id).length,
      },
    ],
    rows: feeds,
    said: (feed, nowMs) => {
      const contact = contactOf(feed);
      return (
        contact && {
          asOf: contact.at,
          source: contact.source,
          freshness: freshnessOf(nowMs - millis(contact.at), feed.silenceLimitMinutes * 60_000),
        }
      );
    },
  };
}

/** The messages that wait as a table to take away: why, and what they name; nothing of what is inside them. */
export function quarantineExport(
  t: Translate,
  state: Feeds,
  entries: readonly Entry[],
  filter: string,
  from: From,
): Exportable<Entry> {
  return {
    file: 'quarantine',
    title: t('feeds.quarantine'),
    filter,
    topics: [from.topic],
    columns: [
      { key: 'id', title: t('export.column-id'), read: ({ id }) => id },
      { key: 'feed', title: t('feeds.fact-source'), read: ({ feed }) => state.feeds[feed]?.name ?? feed },
      { key: 'controlId', title: 'MSH-10', read: ({ controlId }) => controlId },
      { key: 'trigger', title: t('export.column-event'), read: ({ trigger }) => trigger },
      { key: 'code', title: t('export.column-reason'), read: ({ fault }) => fault.code },
      { key: 'text', title: t('export.column-description'), read: ({ fault }) => fault.text },
      { key: 'position', title: t('export.column-position'), read: ({ fault }) => fault.position },
      {
        key: 'location',
        title: t('feeds.fact-location'),
        read: ({ fault }) => (fault.location === undefined ? undefined : codesText(fault.location)),
      },
      { key: 'status', title: t('export.column-status'), read: ({ status }) => status },
      { key: 'attempts', title: t('export.column-attempts'), read: ({ attempts }) => attempts },
      { key: 'receivedAt', title: t('feeds.fact-received'), read: ({ receivedAt }) => receivedAt },
    ],
    rows: entries,
    said: ({ asOf, source }, nowMs) => ({
      asOf,
      source,
      freshness: confirmedFreshness(from.confirmedAt, nowMs),
    }),
  };
}

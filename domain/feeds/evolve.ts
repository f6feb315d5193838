import type { TopicEvent } from '../module.ts';
import { withChanges } from '../network/changes.ts';
import { isKept } from './entry-states.ts';
import {
  contactChangedSchema,
  entryChangedSchema,
  feedChangedSchema,
  isContactEvent,
  isEntryEvent,
  mappingChangedSchema,
  presenceChangedSchema,
  replayAskedSchema,
} from './events.ts';
import type { Entry, Feeds, UnitFeeds } from './schema.ts';

/** The feeds of an organisation after an event of their topic. What concerns none of them gives the same object back. */
export function evolveFeeds(state: Feeds, { type, data }: TopicEvent): Feeds {
  if (type === 'feed.added' || type === 'feed.configured') {
    const { to } = feedChangedSchema.parse(data);
    return { ...state, feeds: { ...state.feeds, [to.id]: to } };
  }
  if (isContactEvent(type)) {
    const { to } = contactChangedSchema.parse(data);
    return { ...state, contacts: { ...state.contacts, [to.feed]: to } };
  }
  if (type === 'feed.location-mapped') {
    const { mapping, ...change } = mappingChangedSchema.parse(data);
    return { ...state, mappings: withChanges(state.mappings, { [mapping]: change }) };
  }
  if (isEntryEvent(type)) {
    const { to } = entryChangedSchema.parse(data);
    const change = isKept(to.status) ? { to } : {};
    return { ...state, quarantine: withChanges(state.quarantine, { [to.id]: change }) };
  }
  if (type === 'quarantine.replay-asked') {
    const asked = replayAskedSchema.parse(data);
    const changes = asked.entries.flatMap(({ id, version }) => {
      const entry = state.quarantine[id];
      return entry === undefined ? [] : [[id, { to: replayed(entry, { ...asked, version }) }] as const];
    });
    return { ...state, quarantine: withChanges(state.quarantine, Object.fromEntries(changes)) };
  }
  return state;
}

/** An entry whose replay somebody asked for. */
export function replayed(
  entry: Entry,
  { version, asOf, source }: Pick<Entry, 'version' | 'asOf' | 'source'>,
): Entry {
  return { ...entry, status: 'replaying', version, asOf, source };
}

/** The feeds that speak of a unit after an event of their topic. */
export function evolveUnitFeeds(state: UnitFeeds, { type, data }: TopicEvent): UnitFeeds {
  if (type !== 'unit.feed-changed') return state;
  const { feed, to } = presenceChangedSchema.parse(data);
  return { ...state, feeds: { ...state.feeds, [feed]: to } };
}

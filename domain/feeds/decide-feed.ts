import { refuse } from '../errors.ts';
import { type Instant, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { localInZone } from '../zone.ts';
import type { FeedCommandOf } from './commands.ts';
import type { ContactEventType } from './events.ts';
import {
  type Contact,
  type DayCount,
  defaultSilenceLimitMinutes,
  type Feed,
  type Mapping,
  type MappingTarget,
  type Presence,
} from './schema.ts';
import { fallsSilentAt } from './silence.ts';

/** Where the feeds of an organisation are told of. */
export function feedsTopic(org: string): string {
  return `org/${org}/feeds`;
}

/** A feed as the first word of it says, for its first event and its row alike. */
export function newFeed(
  feed: Pick<Feed, 'id' | 'name' | 'application' | 'facility' | 'place'>,
  { now, by }: Pick<DecisionContext, 'now' | 'by'>,
): Feed {
  return {
    ...feed,
    status: 'active',
    silenceLimitMinutes: defaultSilenceLimitMinutes,
    version: 1,
    asOf: now,
    source: by,
  };
}

/** What the decision to add a feed needs to know. */
export interface NewFeedPlace {
  readonly org: string;
  readonly place: { readonly id: string; readonly name: string } | undefined;
  readonly taken: 'id' | 'source' | undefined;
}

/** Lets a system state facts. */
export function decideAddFeed(
  { org, place, taken }: NewFeedPlace,
  { data }: FeedCommandOf<'feed.add'>,
  context: DecisionContext,
): Decision {
  if (place === undefined) {
    const issue = { path: 'data.place', message: 'is no place of yours' };
    return reject(refuse('not_found', 'there is no such place', [issue]));
  }
  if (taken !== undefined) {
    const path = taken === 'id' ? 'data.feed' : 'data.application';
    return reject(refuse('conflict', 'there is such a source already', [{ path, message: 'is taken' }]));
  }
  const { feed: id, name, application, facility } = data;
  const feed = newFeed({ id, name, application, facility, place }, context);
  return accept([{ topic: feedsTopic(org), type: 'feed.added', data: { to: feed } }]);
}

/** A feed with all that follows it when it changes. */
export interface FeedPlace {
  readonly org: string;
  readonly feed: Feed;
  readonly contact: Contact | undefined;
  /** The units it has spoken of. */
  readonly presences: readonly { readonly unit: string; readonly presence: Presence }[];
  /** Of its facility: its days are counted by that clock. */
  readonly timezone: string;
}

/** Changes what is said of a feed. Whoever is late, because a new limit is shorter, falls silent by the clock. */
export function decideConfigure(
  place: FeedPlace,
  { data }: FeedCommandOf<'feed.configure'>,
  context: DecisionContext,
): Decision {
  const { feed, contact } = place;
  const next: Feed = {
    ...feed,
    name: data.name ?? feed.name,
    silenceLimitMinutes: data.silenceLimitMinutes ?? feed.silenceLimitMinutes,
    status: data.disabled === undefined ? feed.status : data.disabled ? 'disabled' : 'active',
    ...versionOf(feed, context),
  };
  const events: NewEvent[] = [
    { topic: feedsTopic(place.org), type: 'feed.configured', data: { from: feed, to: next } },
  ];
  let now = contact;
  if (contact?.silentSince !== undefined) {
    const { silentSince: _over, ...spoken } = contact;
    const excused: Contact = { ...spoken, ...versionOf(contact, context) };
    const due = fallsSilentAt(next, excused);
    if (due === undefined || millis(due) > millis(context.now)) {
      now = excused;
      events.push(contactEvent(place.org, 'feed.silence-excused', contact, excused));
    }
  }
  return accept([...events, ...presenceEvents({ ...place, feed: next, contact: now }, context)]);
}

/** Writes down that a feed has spoken, and of which units. */
export function decideContact(
  place: FeedPlace & { readonly newUnits: readonly string[] },
  { data }: FeedCommandOf<'feed.record-contact'>,
  context: DecisionContext,
): Decision {
  const { contact } = place;
  const latest = contact === undefined || data.at > contact.at ? data.at : contact.at;
  const { silentSince, ...before } = contact ?? { silentSince: undefined };
  const spoke = silentSince === undefined || data.at > silentSince;
  const next: Contact = {
    ...before,
    feed: place.feed.id,
    at: latest,
    today: counted(contact?.today, dayOf(context.now, place.timezone), data),
    ...(spoke || silentSince === undefined ? {} : { silentSince }),
    version: (contact?.version ?? 0) + 1,
    asOf: context.now,
    source: context.by,
  };
  const again = silentSince !== undefined && spoke;
  return accept([
    contactEvent(place.org, again ? 'feed.heard-again' : 'feed.heard', contact, next),
    ...presenceEvents({ ...place, contact: next }, context),
  ]);
}

/** Says that a feed is silent. */
export function decideFallSilent(place: FeedPlace, context: DecisionContext): Decision {
  const { org, feed, contact } = place;
  const due = fallsSilentAt(feed, contact);
  if (contact === undefined || due === undefined || millis(due) > millis(context.now))
    return reject(refuse('conflict', 'the source is not silent, or known to be'));
  const next: Contact = { ...contact, silentSince: contact.at, ...versionOf(contact, context) };
  return accept([
    contactEvent(org, 'feed.fell-silent', contact, next),
    ...presenceEvents({ ...place, contact: next }, context),
  ]);
}

/** What a decision about codes of a feed needs to know. */
export interface MappingPlace {
  readonly org: string;
  readonly feed: Feed;
  readonly mapping: Mapping | undefined;
  /** What the command names, where it is there. */
  readonly target: MappingTarget | undefined;
  /** The codes are those of a bed: what a feed says by them needs no mapping, and would never reach one. */
  readonly isBed: boolean;
}

/** Says what codes of a feed mean. */
export function decideMap(
  { org, feed, mapping, target, isBed }: MappingPlace,
  { data }: FeedCommandOf<'feed.map-location'>,
  context: DecisionContext,
): Decision {
  if (target === undefined) {
    const issue = { path: 'data.to.bed', message: 'is no bed where this source reaches' };
    return reject(refuse('not_found', 'there is no such bed', [issue]));
  }
  if (isBed) {
    const issue = { path: 'data.location', message: 'are the codes of a bed' };
    return reject(refuse('conflict', 'a bed has these codes already', [issue]));
  }
  if (mapping !== undefined && isSameTarget(mapping.to, target)) return accept([]);
  const next: Mapping = {
    id: mapping?.id ?? context.newId(),
    feed: feed.id,
    location: data.location,
    to: target,
    ...versionOf(mapping, context),
  };
  return accept([mappedEvent(org, next.id, { ...(mapping && { from: mapping }), to: next })]);
}

/** Takes back what codes of a feed were said to mean. */
export function decideUnmap({ org, mapping }: MappingPlace): Decision {
  if (mapping === undefined) {
    const issue = { path: 'data.location', message: 'is not mapped' };
    return reject(refuse('not_found', 'nothing was said of these codes', [issue]));
  }
  return accept([mappedEvent(org, mapping.id, { from: mapping })]);
}

function isSameTarget(a: MappingTarget, b: MappingTarget): boolean {
  return a.kind === 'bed' ? b.kind === 'bed' && a.bed === b.bed : b.kind === a.kind;
}

function mappedEvent(org: string, id: string, change: { from?: Mapping; to?: Mapping }): NewEvent {
  return { topic: feedsTopic(org), type: 'feed.location-mapped', data: { mapping: id, ...change } };
}

function contactEvent(org: string, type: ContactEventType, from: Contact | undefined, to: Contact): NewEvent {
  return { topic: feedsTopic(org), type, data: { ...(from && { from }), to } };
}

/** Tells the units of a feed what they do not know of it yet. */
function presenceEvents(
  place: FeedPlace & { readonly newUnits?: readonly string[] },
  context: DecisionContext,
): NewEvent[] {
  const { feed, contact, presences, newUnits = [] } = place;
  const known: { unit: string; from: Presence | undefined }[] = presences.map(({ unit, presence }) => ({
    unit,
    from: presence,
  }));
  const all = [...known, ...newUnits.map((unit) => ({ unit, from: undefined }))];
  return all.flatMap(({ unit, from }) => {
    const to: Presence = {
      feed: feed.id,
      name: feed.name,
      limitMinutes: feed.silenceLimitMinutes,
      ...(contact?.silentSince === undefined ? {} : { silentSince: contact.silentSince }),
      ...versionOf(from, context),
    };
    const same =
      from !== undefined &&
      from.name === to.name &&
      from.limitMinutes === to.limitMinutes &&
      from.silentSince === to.silentSince;
    if (same) return [];
    const data = { feed: feed.id, ...(from && { from }), to };
    return [{ topic: `unit/${unit}/feeds`, type: 'unit.feed-changed', data }];
  });
}

function versionOf(
  before: { readonly version: number } | undefined,
  { now, by }: Pick<DecisionContext, 'now' | 'by'>,
) {
  return { version: (before?.version ?? 0) + 1, asOf: now, source: by };
}

function dayOf(at: Instant, timezone: string): string {
  return localInZone(millis(at), timezone).slice(0, 10);
}

function counted(
  before: DayCount | undefined,
  day: string,
  { accepted, refused }: Pick<DayCount, 'accepted' | 'refused'>,
): DayCount {
  if (before?.day !== day) return { day, accepted, refused };
  return { day, accepted: before.accepted + accepted, refused: before.refused + refused };
}

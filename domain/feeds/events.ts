import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { EventDefinition } from '../module.ts';
import { changeOf } from '../network/changes.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import {
  type Contact,
  contactSchema,
  type Entry,
  entrySchema,
  type Feed,
  feedSchema,
  mappingSchema,
  presenceSchema,
} from './schema.ts';

const topic = 'org/*/feeds';

export const feedChangedSchema = z.object({ from: feedSchema.optional(), to: feedSchema });
export const contactChangedSchema = z.object({ from: contactSchema.optional(), to: contactSchema });
export const mappingChangedSchema = changeOf(mappingSchema).extend({ mapping: idSchema });
/** An entry as it was and is. Once it is applied or dismissed it stands in the quarantine no longer. */
export const entryChangedSchema = z.object({
  from: entrySchema.optional(),
  to: entrySchema,
  reason: z.string().max(40).optional(),
});
/** Several entries that somebody asked to be replayed at once. */
export const replayAskedSchema = z.object({
  entries: z.array(z.object({ id: idSchema, version: z.int().min(1) })).min(1),
  from: z.literal('waiting'),
  to: z.literal('replaying'),
  asOf: instantSchema,
  source: sourceSchema,
});
export const presenceChangedSchema = z.object({
  feed: idSchema,
  from: presenceSchema.optional(),
  to: presenceSchema,
});

const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
const at = '2026-03-01T08:00:00.000Z';
const later = '2026-03-01T09:00:00.000Z';
const codes = { pointOfCare: '4W', room: '499', bed: '9', facility: 'RGH' };

const feed: Feed = {
  id: 'a-feed',
  name: 'ADT of Riverside',
  application: 'ADT',
  facility: 'RGH',
  place: { id: 'a-facility', name: 'Riverside General' },
  status: 'active',
  silenceLimitMinutes: 60,
  version: 1,
  asOf: at,
  source: admin,
};
const contact: Contact = {
  feed: 'a-feed',
  at,
  today: { day: '2026-03-01', accepted: 412, refused: 3 },
  version: 7,
  asOf: at,
  source: carewall,
};
const silent: Contact = { ...contact, silentSince: at, version: 8, asOf: later };
const mapping = {
  id: 'a-mapping',
  feed: 'a-feed',
  location: codes,
  to: { kind: 'bed', bed: 'a-bed', name: '4W-09', unit: { id: 'a-unit', name: '4 West' } },
  version: 1,
  asOf: at,
  source: admin,
} as const;
const entry: Entry = {
  id: 'an-entry',
  feed: 'a-feed',
  controlId: 'MSG00001',
  trigger: 'A01',
  receivedAt: at,
  triedAt: at,
  attempts: 1,
  fault: { code: '204', text: 'Unknown bed: PV1-3', position: 'PV1-3', location: codes },
  status: 'waiting',
  version: 1,
  asOf: at,
  source: { kind: 'feed', id: 'a-feed', name: 'ADT' },
};
const replaying: Entry = { ...entry, status: 'replaying', version: 2 };

const contactEvents = {
  'feed.heard': [
    'A feed spoke; said at most twice a minute',
    { from: contact, to: { ...contact, version: 8 } },
  ],
  'feed.fell-silent': ['A feed said nothing for longer than its limit', { from: contact, to: silent }],
  'feed.heard-again': ['A feed that was silent spoke', { from: silent, to: { ...contact, version: 9 } }],
  'feed.silence-excused': [
    'The silence of a feed is within a new limit, or nobody expects it to speak',
    { from: silent, to: { ...contact, version: 9 } },
  ],
} as const satisfies Record<string, readonly [string, z.input<typeof contactChangedSchema>]>;
export type ContactEventType = keyof typeof contactEvents;

const entryEvents = {
  'quarantine.kept': ['A message that could not be applied was kept, or came again', { to: entry }],
  'quarantine.opened': [
    'Somebody looked at the content of a message',
    {
      from: entry,
      to: { ...entry, opened: { at: later, by: admin }, version: 2, asOf: later, source: admin },
    },
  ],
  'quarantine.replay-failed': [
    'A replay did not apply a message; it waits again',
    { from: replaying, to: { ...entry, attempts: 2, version: 3 } },
  ],
  'quarantine.applied': [
    'A message was applied after all: by a replay, or because its sender sent it again',
    { from: replaying, to: { ...entry, status: 'applied', version: 3 } },
  ],
  'quarantine.dismissed': [
    'Somebody decided that a message is not to be applied',
    { from: entry, to: { ...entry, status: 'dismissed', version: 2 }, reason: 'recorded-by-hand' },
  ],
} as const satisfies Record<string, readonly [string, z.input<typeof entryChangedSchema>]>;
export type EntryEventType = keyof typeof entryEvents;

/** Whether an event is about when a feed was heard. */
export function isContactEvent(type: string): type is ContactEventType {
  return Object.hasOwn(contactEvents, type);
}

/** Whether an event is about one message that was kept. */
export function isEntryEvent(type: string): type is EntryEventType {
  return Object.hasOwn(entryEvents, type);
}

export const feedEvents: readonly EventDefinition[] = [
  {
    type: 'feed.added',
    summary: 'A system may state facts from now on',
    topic,
    data: feedChangedSchema,
    example: { to: feed },
  },
  {
    type: 'feed.configured',
    summary: 'A feed has another name or limit, or is disabled or enabled',
    topic,
    data: feedChangedSchema,
    example: { from: feed, to: { ...feed, silenceLimitMinutes: 30, version: 2 } },
  },
  ...Object.entries(contactEvents).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic,
    data: contactChangedSchema,
    example,
  })),
  {
    type: 'feed.location-mapped',
    summary: 'Codes of a feed mean a bed, or a place without beds, or nothing any more',
    topic,
    data: mappingChangedSchema,
    example: { mapping: 'a-mapping', to: mapping },
  },
  ...Object.entries(entryEvents).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic,
    data: entryChangedSchema,
    example,
  })),
  {
    type: 'quarantine.replay-asked',
    summary: 'Somebody asked for messages to be applied now',
    topic,
    data: replayAskedSchema,
    example: {
      entries: [{ id: 'an-entry', version: 2 }],
      from: 'waiting',
      to: 'replaying',
      asOf: at,
      source: admin,
    },
  },
  {
    type: 'unit.feed-changed',
    summary: 'A feed spoke of a unit for the first time, fell silent, or speaks again',
    topic: 'unit/*/feeds',
    data: presenceChangedSchema,
    example: {
      feed: 'a-feed',
      to: {
        feed: 'a-feed',
        name: 'ADT of Riverside',
        limitMinutes: 60,
        silentSince: at,
        version: 2,
        asOf: later,
        source: carewall,
      },
    },
  },
];

/** The types of events that may change how old a unit's numbers are. */
export const presenceEventTypes = ['unit.feed-changed'] as const;

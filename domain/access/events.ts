import { z } from 'zod';
import type { EventDefinition } from '../module.ts';
import { changeOf } from '../network/changes.ts';
import { type ItemKind, itemKinds, items, profileSchema } from './schema.ts';

/** What happened to something of the list of people, in a word. */
export const happenings = [
  'listed',
  'invited',
  'sent-again',
  'withdrawn',
  'accepted',
  'asked',
  'approved',
  'declined',
  'role-given',
  'role-taken',
  'disabled',
  'enabled',
  'sessions-ended',
  'renamed',
  'address-changed',
  'issued',
  'revoked',
  'added',
  'removed',
] as const;
export type Happening = (typeof happenings)[number];

const changed = <S extends z.ZodType>(schema: S) =>
  changeOf(schema).extend({ id: z.string().max(253), what: z.enum(happenings) });

/** The change of an item of each kind: absent where it was, or is, no concern of the topic's place. */
export const changeSchemas = {
  account: changed(items.account),
  invitation: changed(items.invitation),
  request: changed(items.request),
  key: changed(items.key),
  domain: changed(items.domain),
} as const satisfies Record<ItemKind, z.ZodType>;
export const profileChangedSchema = changeOf(profileSchema);

/** The two kinds of topics that list people, each with the first word of its events. */
export const listTopics = { 'org/*/people': 'people', 'facility/*/people': 'facility-people' } as const;
export type ListTopic = keyof typeof listTopics;
export type ListEventType = `${(typeof listTopics)[ListTopic]}.${ItemKind}-changed`;

/** The kind of item that an event of a list of people is about; nothing for another event. */
export function itemKindOf(type: string): ItemKind | undefined {
  return itemKinds.find((kind) =>
    Object.values(listTopics).some((word) => type === `${word}.${kind}-changed`),
  );
}

const at = '2026-03-01T08:00:00.000Z';
const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const stamp = { version: 2, asOf: at, source: admin } as const;
const place = {
  id: 'a-facility',
  name: 'Riverside General',
  kind: 'facility',
  facility: 'a-facility',
} as const;
const person = { subject: 'a-person', name: 'Thu Dang', email: 'thu@riverside.example' } as const;
const roles = [{ role: 'nurse' as const, place }];

const examples = {
  account: { id: 'an-account', ...person, status: 'active', roles, ...stamp },
  invitation: {
    id: 'an-invitation',
    ...person,
    language: 'vi',
    roles,
    status: 'pending',
    via: 'administrator',
    expiresAt: '2026-03-08T08:00:00.000Z',
    ...stamp,
  },
  request: {
    id: 'a-request',
    kind: 'clinician',
    ...person,
    application: { profession: 'Midwife', workplace: 'Riverside General' },
    language: 'vi',
    domain: { name: 'riverside.example', known: true },
    place,
    status: 'waiting',
    askedAt: at,
    ...stamp,
  },
  key: {
    id: 'a-key',
    name: 'Bed report',
    role: 'command_center',
    place,
    scope: { topics: ['unit/*/beds'], commands: [], view: 'operational' },
    expiresAt: '2026-06-01T08:00:00.000Z',
    status: 'active',
    ...stamp,
  },
  domain: { id: 'riverside.example', place, status: 'active', ...stamp },
} as const satisfies { [K in ItemKind]: z.input<(typeof items)[K]> };

const summaries: Readonly<Record<ItemKind, string>> = {
  account: 'An account is new, has other roles, or was disabled or enabled',
  invitation: 'Somebody was invited, accepted, or the invitation was taken back',
  request: 'Somebody asked for an account, or was answered',
  key: 'A system was given a key, or it was taken back',
  domain: 'A domain is said to belong here, or not any more',
};
const words: Readonly<Record<ItemKind, Happening>> = {
  account: 'role-given',
  invitation: 'sent-again',
  request: 'asked',
  key: 'issued',
  domain: 'added',
};

export const accessEvents: readonly EventDefinition[] = [
  ...Object.entries(listTopics).flatMap(([topic, word]) =>
    itemKinds.map((kind) => ({
      type: `${word}.${kind}-changed`,
      summary: word === 'people' ? summaries[kind] : `${summaries[kind]}, as a facility sees it`,
      topic,
      data: changeSchemas[kind],
      example: { id: examples[kind].id, what: words[kind], to: examples[kind] },
    })),
  ),
  {
    type: 'profile.changed',
    summary: 'What somebody says of themselves is other than it was',
    topic: 'user/*/profile',
    data: profileChangedSchema,
    example: { to: { id: 'an-account', ...person, language: 'vi', ...stamp } },
  },
];

import { z } from 'zod';
import type { EventDefinition } from '../module.ts';
import { changeOf } from '../network/changes.ts';
import { type Contact, contactSchema, type Link, linkSchema } from './schema.ts';

/** A contact moved: added, changed, removed. */
export const contactMovedSchema = changeOf(contactSchema);
export type ContactMoved = z.infer<typeof contactMovedSchema>;

/** A link moved. The shape is the same for every reason; the event's type says the reason. */
export const linkMovedSchema = z.object({ from: linkSchema.optional(), to: linkSchema });
export type LinkMoved = z.infer<typeof linkMovedSchema>;

const at = '2026-03-01T08:00:00.000Z';
const source = { kind: 'person', id: 'a-provider', name: 'Provider' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
const contact: Contact = {
  id: 'bed-office',
  name: 'Bed office',
  language: 'en',
  reachedAt: { by: 'email', email: 'bed-office@riverside.example' },
  version: 1,
  asOf: at,
  source,
};
const waiting: Link = {
  id: '01955010-0000-4000-8000-000000000009',
  contact: contact.id,
  status: 'waiting',
  createdAt: at,
  validUntil: '2026-03-03T08:00:00.000Z',
  version: 1,
  asOf: at,
  source: carewall,
};
const sent: Link = { ...waiting, status: 'sent', sentAt: at, version: 2 };
const opened: Link = { ...sent, status: 'opened', openedAt: at, version: 3 };

const contactReasons = {
  'contact.added': ['Somebody is asked for the counts of a facility', { to: contact }],
  'contact.changed': [
    'A contact is asked otherwise than before',
    { from: contact, to: { ...contact, language: 'vi', version: 2 } },
  ],
  'contact.removed': ['A contact is asked no more', { from: contact }],
} as const satisfies Record<string, readonly [string, ContactMoved]>;

const linkReasons = {
  'link.ordered': ['A contact is to be sent a link', { to: waiting }],
  'link.sent': ['The letter with a link was sent', { from: waiting, to: sent }],
  'link.undelivered': [
    'The letter with a link could not be sent',
    { from: waiting, to: { ...waiting, status: 'undelivered', version: 2 } },
  ],
  'link.opened': ['Somebody looked at what a link asks', { from: sent, to: opened }],
  'link.submitted': [
    'Counts were given through a link',
    {
      from: opened,
      to: {
        ...opened,
        status: 'submitted',
        submittedAt: at,
        counts: [{ level: 'hospice', capacity: 8, available: 2 }],
        version: 4,
      },
    },
  ],
  'link.expired': [
    'Nobody used a link in its time',
    { from: sent, to: { ...sent, status: 'expired', version: 3 } },
  ],
  'link.withdrawn': [
    'A link is good for nothing any more',
    { from: sent, to: { ...sent, status: 'withdrawn', version: 3 } },
  ],
} as const satisfies Record<string, readonly [string, LinkMoved]>;

export type ContactMovedType = keyof typeof contactReasons;
export type LinkMovedType = keyof typeof linkReasons;

/** Whether an event's type is one of those that move a contact. */
export function isContactMoved(type: string): type is ContactMovedType {
  return Object.hasOwn(contactReasons, type);
}

/** Whether an event's type is one of those that move a link. */
export function isLinkMoved(type: string): type is LinkMovedType {
  return Object.hasOwn(linkReasons, type);
}

export const countLinkEvents: readonly EventDefinition[] = [
  ...Object.entries(contactReasons).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic: 'facility/*/contacts',
    data: contactMovedSchema,
    example,
  })),
  ...Object.entries(linkReasons).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic: 'facility/*/contacts',
    data: linkMovedSchema,
    example,
  })),
];

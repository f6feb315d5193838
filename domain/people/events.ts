import { z } from 'zod';
import type { EventDefinition, NewEvent } from '../module.ts';
import { idSchema } from '../topic.ts';
import { type OwnBooking, ownBookingSchema } from './own-booking.ts';
import { type OwnConversation, ownConversationSchema } from './own-conversation.ts';
import { type OwnEmergency, ownEmergencySchema } from './own-emergency.ts';
import { type OwnPayment, ownPaymentSchema } from './own-payment.ts';
import { type OwnKind, ownKindSchema, personSchema } from './schema.ts';

const at = '2026-03-01T08:00:00.000Z';
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;

export const ownRemovedSchema = z.object({ kind: ownKindSchema, id: idSchema });
export const personListedSchema = z.object({ person: personSchema });

/** Something of one's own is new, or has changed: the whole of it, by its kind. */
export const ownNotedSchemas = {
  'own.booking-noted': z.object({ item: ownBookingSchema }),
  'own.payment-noted': z.object({ item: ownPaymentSchema }),
  'own.conversation-noted': z.object({ item: ownConversationSchema }),
  'own.emergency-noted': z.object({ item: ownEmergencySchema }),
} as const;
export type OwnNoted = keyof typeof ownNotedSchemas;
export const kindOfNoted: Readonly<Record<OwnNoted, OwnKind>> = {
  'own.booking-noted': 'booking',
  'own.payment-noted': 'payment',
  'own.conversation-noted': 'conversation',
  'own.emergency-noted': 'emergency',
};

/** Tells a person's item from another event of their topic. */
export function isOwnNoted(type: string): type is OwnNoted {
  return Object.hasOwn(ownNotedSchemas, type);
}

export const peopleEvents: readonly EventDefinition[] = [
  {
    type: 'own.booking-noted',
    summary: 'A booking of one’s own is new or has changed',
    topic: 'user/*',
    data: ownNotedSchemas['own.booking-noted'],
    example: {
      item: {
        id: 'an-appointment',
        department: { id: 'medicine', name: 'Medicine', timezone: 'Asia/Ho_Chi_Minh' },
        practitioner: 'Dr Lan Pham',
        room: 'Room 1',
        start: '2026-03-02T01:00:00.000Z',
        end: '2026-03-02T01:30:00.000Z',
        status: 'booked',
        subject: 'a-subject',
        service: 'follow-up',
        version: 1,
        asOf: at,
        source: carewall,
      },
    },
  },
  {
    type: 'own.payment-noted',
    summary: 'A payment of one’s own is new or has changed',
    topic: 'user/*',
    data: ownNotedSchemas['own.payment-noted'],
    example: {
      item: {
        id: 'a-payment',
        amount: 12_500,
        refunded: 0,
        currency: 'USD',
        status: 'captured',
        subject: 'a-subject',
        description: 'Follow-up',
        version: 3,
        asOf: at,
        source: carewall,
      },
    },
  },
  {
    type: 'own.conversation-noted',
    summary: 'There is more, or less, to read in a conversation one is in',
    topic: 'user/*',
    data: ownNotedSchemas['own.conversation-noted'],
    example: {
      item: {
        id: 'a-conversation',
        unread: 2,
        unacknowledged: 0,
        lastAt: at,
        version: 4,
        asOf: at,
        source: carewall,
      },
    },
  },
  {
    type: 'own.emergency-noted',
    summary: 'One has emergency access to a unit',
    topic: 'user/*',
    data: ownNotedSchemas['own.emergency-noted'],
    example: {
      item: {
        id: 'an-access',
        unit: { id: '4w', name: '4 West' },
        until: '2026-03-01T09:00:00.000Z',
        version: 1,
        asOf: at,
        source: { kind: 'person', id: 'a-clinician', name: 'Clinician' },
      },
    },
  },
  {
    type: 'own.removed',
    summary: 'Something is not one’s own any more',
    topic: 'user/*',
    data: ownRemovedSchema,
    example: { kind: 'conversation', id: 'a-conversation' },
  },
  {
    type: 'directory.person-listed',
    summary: 'Somebody is new in the organisation, or has other roles',
    topic: 'org/*/directory',
    data: personListedSchema,
    example: {
      person: { id: 'a-nurse', name: 'Nurse', roles: ['nurse'], version: 1, asOf: at, source: carewall },
    },
  },
];

/** The event that shows a person a booking of theirs as it is now. */
export function noteBooking(account: string, item: OwnBooking): NewEvent {
  return { topic: `user/${account}`, type: 'own.booking-noted', data: { item } };
}

/** The event that shows a person a payment of theirs as it is now. */
export function notePayment(account: string, item: OwnPayment): NewEvent {
  return { topic: `user/${account}`, type: 'own.payment-noted', data: { item } };
}

/** The event that shows a person how much there is to read in a conversation of theirs. */
export function noteConversation(account: string, item: OwnConversation): NewEvent {
  return { topic: `user/${account}`, type: 'own.conversation-noted', data: { item } };
}

/** The event that shows a person the emergency access they have. */
export function noteEmergency(account: string, item: OwnEmergency): NewEvent {
  return { topic: `user/${account}`, type: 'own.emergency-noted', data: { item } };
}

/** The event that takes something from what a person is shown as theirs. */
export function removeOwn(account: string, kind: OwnKind, id: string): NewEvent {
  return { topic: `user/${account}`, type: 'own.removed', data: { kind, id } };
}

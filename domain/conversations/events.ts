import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { EventDefinition, NewEvent } from '../module.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { communicationStatusSchema } from './communication.ts';
import {
  conversationSchema,
  conversationStateSchema,
  memberSchema,
  messageIdSchema,
  messageSchema,
} from './schema.ts';

const said = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };
const statusChange = { from: communicationStatusSchema, to: communicationStatusSchema };
const pointer = z.int().min(0);
const text = z.object({ text: phi(z.string()) });
const title = z.object({ title: phi(z.string()) });
const receiptSchema = z.object({ member: idSchema, ...said, from: pointer, to: pointer });

/** What each event of a conversation holds. */
export const conversationEventSchemas = {
  'conversation.started': z.object({
    conversation: conversationSchema,
    members: conversationStateSchema.shape.members,
  }),
  'conversation.renamed': z.object({ subject: subject(), ...said, from: title, to: title }),
  'conversation.member-added': z.object({ member: memberSchema }),
  /** `source` is who did it: oneself, or another member. */
  'conversation.member-left': z.object({
    member: z.object({ id: idSchema, name: z.string() }),
    asOf: instantSchema,
    source: sourceSchema,
  }),
  'message.sent': z.object({ message: messageSchema }),
  'message.edited': z.object({ message: messageIdSchema, subject: subject(), ...said, from: text, to: text }),
  'message.retracted': z.object({ message: messageIdSchema, ...said, ...statusChange }),
  'message.delivered': receiptSchema,
  'message.read': receiptSchema,
  'message.acknowledged': z.object({
    message: messageIdSchema,
    ...said,
    member: idSchema,
    ...statusChange,
  }),
} as const;
export type ConversationEventType = keyof typeof conversationEventSchemas;
/** What an event of one type holds. */
export type ConversationEventData<T extends ConversationEventType> = z.infer<
  (typeof conversationEventSchemas)[T]
>;

/** The event on the topic of a conversation. */
export function conversationEvent<T extends ConversationEventType>(
  conversation: string,
  type: T,
  data: ConversationEventData<T>,
): NewEvent {
  return { topic: `conversation/${conversation}`, type, data };
}

const at = '2026-03-01T08:00:00.000Z';
const later = '2026-03-01T08:01:00.000Z';
const nurse = { kind: 'person', id: 'a-nurse', name: 'Nurse' } as const;
const doctor = { kind: 'person', id: 'a-doctor', name: 'Doctor' } as const;
const id = '0e9d0000-0000-4000-8000-000000000099';
const messageId = '0e9d0000-0000-4000-9000-000000000099';
const memberOf = (source: { id: string; name: string }) => ({
  id: source.id,
  name: source.name,
  joinedAt: at,
  joinedAfter: 0,
  deliveredUpTo: 0,
  readUpTo: 0,
  version: 1,
  asOf: at,
  source: nurse,
});

const examples: { readonly [T in ConversationEventType]: { summary: string; example: unknown } } = {
  'conversation.started': {
    summary: 'People have begun to write to each other',
    example: {
      conversation: {
        id,
        kind: 'group',
        subject: `conversation-${id}`,
        title: '4 West huddle',
        version: 1,
        asOf: at,
        source: nurse,
      },
      members: { 'a-nurse': memberOf(nurse), 'a-doctor': memberOf(doctor) },
    },
  },
  'conversation.renamed': {
    summary: 'A group has another title',
    example: {
      subject: `conversation-${id}`,
      version: 2,
      asOf: later,
      source: nurse,
      from: { title: '4 West huddle' },
      to: { title: '4 West, night' },
    },
  },
  'conversation.member-added': {
    summary: 'Somebody has come into a group',
    example: { member: { ...memberOf({ id: 'a-lab', name: 'Laboratory' }), joinedAfter: 4 } },
  },
  'conversation.member-left': {
    summary: 'Somebody has left a group, or was taken out; no acknowledgement of theirs is awaited any more',
    example: { member: { id: 'a-lab', name: 'Laboratory' }, asOf: later, source: nurse },
  },
  'message.sent': {
    summary: 'Somebody has said something',
    example: {
      message: {
        id: messageId,
        number: 1,
        author: { id: 'a-nurse', name: 'Nurse' },
        subject: `conversation-${id}`,
        text: 'Bed 4 is ready',
        priority: 'urgent',
        sentAt: at,
        status: 'in-progress',
        awaiting: ['a-doctor'],
        acknowledged: {},
        version: 1,
        asOf: at,
        source: nurse,
      },
    },
  },
  'message.edited': {
    summary: 'Its author has changed what a message says',
    example: {
      message: messageId,
      subject: `conversation-${id}`,
      version: 2,
      asOf: later,
      source: nurse,
      from: { text: 'Bed 4 is ready' },
      to: { text: 'Bed 5 is ready' },
    },
  },
  'message.retracted': {
    summary: 'Its author has taken a message back',
    example: {
      message: messageId,
      version: 3,
      asOf: later,
      source: nurse,
      from: 'completed',
      to: 'entered-in-error',
    },
  },
  'message.delivered': {
    summary: 'Messages up to a number have reached a member’s screen',
    example: { member: 'a-doctor', version: 2, asOf: later, source: doctor, from: 0, to: 1 },
  },
  'message.read': {
    summary: 'Messages up to a number have been in front of a member',
    example: { member: 'a-doctor', version: 3, asOf: later, source: doctor, from: 0, to: 1 },
  },
  'message.acknowledged': {
    summary: 'A member answers for an urgent message',
    example: {
      message: messageId,
      version: 2,
      asOf: later,
      source: doctor,
      member: 'a-doctor',
      from: 'in-progress',
      to: 'completed',
    },
  },
};

export const conversationEvents: readonly EventDefinition[] = Object.entries(conversationEventSchemas).map(
  ([type, data]) => {
    if (!isConversationEvent(type)) throw new Error(`${type} has no example`);
    return { type, topic: 'conversation/*', data, ...examples[type] };
  },
);

/** Tells an event of a conversation from any other. */
export function isConversationEvent(type: string): type is ConversationEventType {
  return Object.hasOwn(conversationEventSchemas, type);
}

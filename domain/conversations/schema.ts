import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { communicationStatusSchema } from './communication.ts';

/**
 * Ids that clients choose are UUIDs: a conversation is a place, and nobody may take beforehand the name that another
 * place will have.
 */
export const conversationIdSchema = z.uuid('must be a UUID').lowercase('must be in lower case');
export const messageIdSchema = z.uuid('must be a UUID').lowercase('must be in lower case');

/** How many of a conversation's messages its state holds: the latest. Older ones are in the history. */
export const pageOfMessages = 100;
/** How many may be in one conversation. */
export const mostMembers = 100;
/** How long its author may change what a message says. */
export const editableMs = 24 * 3_600_000;

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };

/** A circle of people who write to each other. What they call it may name a patient. */
export const conversationSchema = z.object({
  id: conversationIdSchema,
  /** `direct`: between two, and there is one for each two. */
  kind: z.enum(['direct', 'group']),
  subject: subject(),
  title: phi(z.string()),
  ...entity,
});
export type Conversation = z.infer<typeof conversationSchema>;

/** Somebody in a conversation, and how far they have come: pointers at the numbers of messages, which never go back. */
export const memberSchema = z.object({
  id: idSchema,
  name: z.string(),
  joinedAt: instantSchema,
  /** The number of the last message before they came. */
  joinedAfter: z.int().min(0),
  /** The last message that reached a screen of theirs. */
  deliveredUpTo: z.int().min(0),
  /** The last message that was in front of them. */
  readUpTo: z.int().min(0),
  ...entity,
});
export type Member = z.infer<typeof memberSchema>;

export const messagePrioritySchema = z.enum(['routine', 'urgent']);

/** What somebody wrote. `number` is its place in the conversation: 1, 2, 3 … */
export const messageSchema = z.object({
  id: messageIdSchema,
  number: z.int().min(1),
  author: z.object({ id: idSchema, name: z.string() }),
  subject: subject(),
  text: phi(z.string()),
  priority: messagePrioritySchema,
  replyTo: messageIdSchema.optional(),
  sentAt: instantSchema,
  editedAt: instantSchema.optional(),
  status: communicationStatusSchema,
  /** Whose acknowledgement an urgent one waits for. */
  awaiting: z.array(idSchema),
  /** Who has acknowledged it, and when. */
  acknowledged: z.record(idSchema, z.object({ at: instantSchema })),
  ...entity,
});
export type Message = z.infer<typeof messageSchema>;

/** The state of `conversation/<id>`: who is in it, and its latest messages. */
export const conversationStateSchema = z.object({
  conversation: conversationSchema,
  members: z.record(idSchema, memberSchema),
  messages: z.record(messageIdSchema, messageSchema),
});
export type ConversationState = z.infer<typeof conversationStateSchema>;

/** The pseudonym under whose data key everything that is written in a conversation is sealed. */
export function subjectOf(conversation: string): string {
  return `conversation-${conversation}`;
}

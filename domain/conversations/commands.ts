import { z } from 'zod';
import type { CommandDefinition, CommandExample } from '../module.ts';
import { idSchema } from '../topic.ts';
import type { ConversationRight } from './access.ts';
import { conversationIdSchema, messageIdSchema, messagePrioritySchema, mostMembers } from './schema.ts';

const conversation = conversationIdSchema;
const message = messageIdSchema;
const title = z.string().max(80).regex(/\S/, 'must not be empty');
const text = z.string().max(4000).regex(/\S/, 'must not be empty');

const group = (n: number): string => `0e9d0000-0000-4000-8000-0000000000${String(n).padStart(2, '0')}`;
const said = (n: number): string => `0e9d0000-0000-4000-9000-0000000000${String(n).padStart(2, '0')}`;
type Given = NonNullable<CommandExample['given']>[number];
const started = (n: number): Given => ({
  type: 'conversation.start',
  data: { conversation: group(n), kind: 'group', title: 'Example', members: ['demo-clinician'] },
  as: 'nurse',
});
const sent = (n: number, priority: 'routine' | 'urgent' = 'routine'): Given => ({
  type: 'message.send',
  data: { conversation: group(n), message: said(n), text: 'Bed 4 is ready', priority },
  as: 'nurse',
});
const about = (n: number) => ({ conversation: group(n), message: said(n) });

/** Each command about a conversation: what its data is, which right it asks for, an example. */
const definitions = {
  'conversation.start': {
    summary: 'Begin a conversation. Between two there is one: begun again, it is given as it is',
    right: 'conversations.start',
    data: z.discriminatedUnion('kind', [
      z.strictObject({ conversation, kind: z.literal('direct'), members: z.array(idSchema).length(1) }),
      z.strictObject({
        conversation,
        kind: z.literal('group'),
        title,
        members: z
          .array(idSchema)
          .min(1)
          .max(mostMembers - 1),
      }),
    ]),
    result: z.object({ conversation }),
    example: { data: started(1).data, as: 'nurse' },
  },
  'conversation.rename': {
    summary: 'Give a group another title',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, title }),
    example: { given: [started(2)], data: { conversation: group(2), title: '4 West huddle' }, as: 'nurse' },
  },
  'conversation.add-member': {
    summary: 'Bring somebody into a group',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, member: idSchema }),
    example: { given: [started(3)], data: { conversation: group(3), member: 'demo-lab' }, as: 'nurse' },
  },
  'conversation.remove-member': {
    summary: 'Take somebody out of a group',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, member: idSchema }),
    example: {
      given: [started(4)],
      data: { conversation: group(4), member: 'demo-clinician' },
      as: 'nurse',
    },
  },
  'conversation.leave': {
    summary: 'Leave a group',
    right: 'conversations.leave',
    data: z.strictObject({ conversation }),
    example: { given: [started(5)], data: { conversation: group(5) }, as: 'nurse' },
  },
  'message.send': {
    summary: 'Say something',
    right: 'conversations.take-part',
    data: z.strictObject({
      conversation,
      message,
      text,
      priority: messagePrioritySchema.default('routine'),
      replyTo: message.optional(),
    }),
    example: { given: [started(6)], data: sent(6).data, as: 'nurse' },
  },
  'message.edit': {
    summary: 'Change what one has said, within a day',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, message, text }),
    example: {
      given: [started(7), sent(7)],
      data: { ...about(7), text: 'Bed 5 is ready' },
      as: 'nurse',
    },
  },
  'message.retract': {
    summary: 'Take back what one has said',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, message }),
    example: { given: [started(8), sent(8)], data: about(8), as: 'nurse' },
  },
  'message.mark-delivered': {
    summary: 'Say that messages up to this one have reached one’s screen',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, message }),
    example: { given: [started(9), sent(9)], data: about(9), as: 'clinician' },
  },
  'message.mark-read': {
    summary: 'Say that messages up to this one have been in front of one',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, message }),
    example: { given: [started(10), sent(10)], data: about(10), as: 'clinician' },
  },
  'message.acknowledge': {
    summary: 'Answer for an urgent message',
    right: 'conversations.take-part',
    data: z.strictObject({ conversation, message }),
    example: { given: [started(11), sent(11, 'urgent')], data: about(11), as: 'clinician' },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: ConversationRight }>;

export const conversationCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

const conversationCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('conversation.start'), data: definitions['conversation.start'].data }),
  z.object({ type: z.literal('conversation.rename'), data: definitions['conversation.rename'].data }),
  z.object({ type: z.literal('conversation.add-member'), data: definitions['conversation.add-member'].data }),
  z.object({
    type: z.literal('conversation.remove-member'),
    data: definitions['conversation.remove-member'].data,
  }),
  z.object({ type: z.literal('conversation.leave'), data: definitions['conversation.leave'].data }),
  z.object({ type: z.literal('message.send'), data: definitions['message.send'].data }),
  z.object({ type: z.literal('message.edit'), data: definitions['message.edit'].data }),
  z.object({ type: z.literal('message.retract'), data: definitions['message.retract'].data }),
  z.object({ type: z.literal('message.mark-delivered'), data: definitions['message.mark-delivered'].data }),
  z.object({ type: z.literal('message.mark-read'), data: definitions['message.mark-read'].data }),
  z.object({ type: z.literal('message.acknowledge'), data: definitions['message.acknowledge'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type ConversationCommand = z.infer<typeof conversationCommandSchema>;
/** One type of command with its data. */
export type ConversationCommandOf<T extends ConversationCommand['type']> = Extract<
  ConversationCommand,
  { type: T }
>;
/** A command inside a conversation that is there. */
export type InsideCommand = Exclude<ConversationCommand, { type: 'conversation.start' }>;

/** The command as one of this context's, its defaults filled in. Raises a ZodError for any other. */
export function parseConversationCommand(command: { type: string; data: unknown }): ConversationCommand {
  return conversationCommandSchema.parse(command);
}

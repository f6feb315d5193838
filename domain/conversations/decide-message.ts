import { refuse } from '../errors.ts';
import { millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { ConversationCommandOf, InsideCommand } from './commands.ts';
import { type CommunicationStatus, mayBecome } from './communication.ts';
import { conversationEvent } from './events.ts';
import { type ConversationState, editableMs, type Message, subjectOf } from './schema.ts';

type MessageCommand = Extract<InsideCommand, { type: `message.${string}` }>;
type AboutCommand = Exclude<MessageCommand, { type: 'message.send' }>;

/** Decides what somebody in the conversation says. `state` holds all members, and the messages that the command names. */
export function decideMessage(
  state: ConversationState,
  lastNumber: number,
  command: MessageCommand,
  context: DecisionContext,
): Decision {
  if (command.type === 'message.send') return decideSend(state, lastNumber, command, context);
  const message = state.messages[command.data.message];
  if (message === undefined) return reject(refuse('not_found', 'there is no such message here'));
  return decideAbout(state, message, command, context);
}

function decideSend(
  { conversation, members, messages }: ConversationState,
  lastNumber: number,
  { data }: ConversationCommandOf<'message.send'>,
  { now, by }: DecisionContext,
): Decision {
  const { message: id, priority, replyTo } = data;
  if (messages[id] !== undefined) {
    const issue = { path: 'data.message', message: 'is taken' };
    return reject(refuse('conflict', 'there is a message of that id already', [issue]));
  }
  if (replyTo !== undefined && messages[replyTo] === undefined) {
    const issue = { path: 'data.replyTo', message: 'is no message of this conversation' };
    return reject(refuse('invalid', 'what it answers is not here', [issue]));
  }
  const awaiting =
    priority === 'urgent'
      ? Object.keys(members)
          .filter((member) => member !== by.id)
          .sort()
      : [];
  const status: CommunicationStatus = awaiting.length > 0 ? 'in-progress' : 'completed';
  const message: Message = {
    id,
    number: lastNumber + 1,
    author: { id: by.id, name: members[by.id]?.name ?? by.name },
    subject: subjectOf(conversation.id),
    text: data.text,
    priority,
    ...(replyTo === undefined ? {} : { replyTo }),
    sentAt: now,
    status,
    awaiting,
    acknowledged: {},
    version: 1,
    asOf: now,
    source: by,
  };
  return accept([conversationEvent(conversation.id, 'message.sent', { message })]);
}

function decideAbout(
  state: ConversationState,
  message: Message,
  command: AboutCommand,
  context: DecisionContext,
): Decision {
  const { now, by } = context;
  const { id } = state.conversation;
  const said = { message: message.id, version: message.version + 1, asOf: now, source: by };
  switch (command.type) {
    case 'message.edit': {
      const issue = whyNotEditable(message, by.id, now);
      if (issue !== undefined) return reject(issue);
      const from = message.text === undefined ? {} : { text: message.text };
      const to = { text: command.data.text };
      return accept([conversationEvent(id, 'message.edited', { ...said, subject: subjectOf(id), from, to })]);
    }
    case 'message.retract': {
      if (message.author.id !== by.id) return reject(notYours);
      const change = { from: message.status, to: 'entered-in-error' } as const;
      if (!mayBecome(change.from, change.to)) return reject(retracted);
      return accept([conversationEvent(id, 'message.retracted', { ...said, ...change })]);
    }
    case 'message.acknowledge': {
      if (message.acknowledged[by.id] !== undefined) return accept([]);
      if (!message.awaiting.includes(by.id)) {
        return reject(refuse('conflict', 'this message does not wait for you'));
      }
      const from = message.status;
      const to = message.awaiting.length === 1 ? ('completed' as const) : from;
      return accept([conversationEvent(id, 'message.acknowledged', { ...said, member: by.id, from, to })]);
    }
    case 'message.mark-delivered':
      return accept(receipts(state, message.number, ['deliveredUpTo'], context));
    case 'message.mark-read':
      return accept(receipts(state, message.number, ['deliveredUpTo', 'readUpTo'], context));
    default:
      return command satisfies never;
  }
}

const notYours = refuse('forbidden', 'this is another’s message');
const retracted = refuse('conflict', 'this message was taken back');

/** Why a person may not change what a message says, if they may not. What somebody has acknowledged stays as it was. */
export function whyNotEditable(message: Message, person: string, now: string) {
  if (message.author.id !== person) return notYours;
  if (message.status === 'entered-in-error') return retracted;
  if (Object.keys(message.acknowledged).length > 0) {
    return refuse('conflict', 'somebody has acknowledged what it says');
  }
  if (millis(now) - millis(message.sentAt) > editableMs) {
    return refuse('conflict', 'what was said over a day ago stays as it is');
  }
  return undefined;
}

const receiptEvents = { deliveredUpTo: 'message.delivered', readUpTo: 'message.read' } as const;

/** The pointers that move. They never go back: what is behind one already is no news. */
function receipts(
  { conversation, members }: ConversationState,
  to: number,
  pointers: readonly (keyof typeof receiptEvents)[],
  { now, by }: DecisionContext,
) {
  const member = members[by.id];
  if (member === undefined) return [];
  return pointers
    .filter((pointer) => member[pointer] < to)
    .map((pointer, index) =>
      conversationEvent(conversation.id, receiptEvents[pointer], {
        member: member.id,
        version: member.version + index + 1,
        asOf: now,
        source: by,
        from: member[pointer],
        to,
      }),
    );
}

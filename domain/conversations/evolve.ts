import type { TopicEvent } from '../module.ts';
import { type ConversationEventData, conversationEventSchemas as schemas } from './events.ts';
import { type ConversationState, type Member, type Message, pageOfMessages } from './schema.ts';

/** A conversation after an event of its topic. What happens to a message older than the latest changes nothing. */
export function evolveConversation(state: ConversationState, event: TopicEvent): ConversationState {
  const { type, data } = event;
  switch (type) {
    case 'conversation.started':
      return { ...schemas[type].parse(data), messages: {} };
    case 'conversation.renamed': {
      const { to, version, asOf, source } = schemas[type].parse(data);
      return { ...state, conversation: { ...state.conversation, ...to, version, asOf, source } };
    }
    case 'conversation.member-added': {
      const { member } = schemas[type].parse(data);
      return { ...state, members: { ...state.members, [member.id]: member } };
    }
    case 'conversation.member-left':
      return withoutMember(state, schemas[type].parse(data));
    case 'message.sent': {
      const { message } = schemas[type].parse(data);
      return { ...state, messages: latest({ ...state.messages, [message.id]: message }) };
    }
    case 'message.edited': {
      const { message, to, version, asOf, source } = schemas[type].parse(data);
      return withMessage(state, message, (before) => ({
        ...before,
        ...to,
        editedAt: asOf,
        version,
        asOf,
        source,
      }));
    }
    case 'message.retracted': {
      const { message, to, version, asOf, source } = schemas[type].parse(data);
      return withMessage(state, message, ({ text: _text, ...before }) => ({
        ...before,
        status: to,
        awaiting: [],
        version,
        asOf,
        source,
      }));
    }
    case 'message.delivered': {
      const { member, to, version, asOf, source } = schemas[type].parse(data);
      return withMember(state, member, { deliveredUpTo: to, version, asOf, source });
    }
    case 'message.read': {
      const { member, to, version, asOf, source } = schemas[type].parse(data);
      return withMember(state, member, { readUpTo: to, version, asOf, source });
    }
    case 'message.acknowledged': {
      const { message, member, to, version, asOf, source } = schemas[type].parse(data);
      return withMessage(state, message, (before) => ({
        ...before,
        status: to,
        awaiting: before.awaiting.filter((id) => id !== member),
        acknowledged: { ...before.acknowledged, [member]: { at: asOf } },
        version,
        asOf,
        source,
      }));
    }
    default:
      return state;
  }
}

function withMember(state: ConversationState, id: string, change: Partial<Member>): ConversationState {
  const member = state.members[id];
  if (member === undefined) return state;
  return { ...state, members: { ...state.members, [id]: { ...member, ...change } } };
}

function withMessage(
  state: ConversationState,
  id: string,
  change: (message: Message) => Message,
): ConversationState {
  const message = state.messages[id];
  if (message === undefined) return state;
  return { ...state, messages: { ...state.messages, [id]: change(message) } };
}

function withoutMember(
  state: ConversationState,
  left: ConversationEventData<'conversation.member-left'>,
): ConversationState {
  const { [left.member.id]: _left, ...members } = state.members;
  const messages = Object.fromEntries(
    Object.entries(state.messages).map(([id, message]) => [id, withoutAwaited(message, left)]),
  );
  return { ...state, members, messages };
}

/** An urgent message that nobody is left to acknowledge has ended: completed if somebody did, stopped if nobody did. */
function withoutAwaited(
  message: Message,
  { member, asOf, source }: ConversationEventData<'conversation.member-left'>,
): Message {
  if (!message.awaiting.includes(member.id)) return message;
  const awaiting = message.awaiting.filter((id) => id !== member.id);
  const ended = Object.keys(message.acknowledged).length > 0 ? 'completed' : 'stopped';
  const status = awaiting.length > 0 ? message.status : ended;
  return { ...message, status, awaiting, version: message.version + 1, asOf, source };
}

/** The latest messages: of one more than a page the oldest goes. */
function latest(messages: ConversationState['messages']): ConversationState['messages'] {
  const all = Object.values(messages);
  if (all.length <= pageOfMessages) return messages;
  const kept = all.sort((a, b) => b.number - a.number).slice(0, pageOfMessages);
  return Object.fromEntries(kept.map((message) => [message.id, message]));
}

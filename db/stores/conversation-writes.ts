import {
  type Conversation,
  type ConversationState,
  conversationSchema,
  type Member,
  type Message,
  memberSchema,
  messageSchema,
} from '#domain/conversations/schema.ts';
import { topicsOfPlace } from '#domain/modules.ts';
import type { StoreContext, Write } from '../store.ts';

/** What a topic is called that one may see only if one knows what it is called. */
const plainName = 'Conversation';

/**
 * The rows of whatever differs between a conversation before and after a command. Before one that begins there is
 * nothing: then its place and its topic come with it.
 */
export function conversationWrites(before: ConversationState | undefined, after: ConversationState): Write[] {
  const { conversation } = after;
  const changed = <Entity>(
    was: Readonly<Record<string, Entity>> | undefined,
    is: Readonly<Record<string, Entity>>,
  ): Entity[] => Object.entries(is).flatMap(([id, entity]) => (was?.[id] === entity ? [] : [entity]));
  const pair = conversation.kind === 'direct' ? Object.keys(after.members).sort() : undefined;
  const left = Object.values(before?.members ?? {}).filter(({ id }) => after.members[id] === undefined);
  return [
    ...(before === undefined ? [begin(conversation, pair)] : []),
    ...(before !== undefined && before.conversation !== conversation ? [rename(conversation)] : []),
    ...changed(before?.members, after.members).map((member) =>
      before?.members[member.id] === undefined
        ? joinMember(conversation.id, member)
        : moveMember(conversation.id, member),
    ),
    ...left.map((member) => leaveMember(conversation.id, member)),
    ...changed(before?.messages, after.messages).map((message) =>
      before?.messages[message.id] === undefined
        ? addMessage(conversation.id, message)
        : changeMessage(conversation.id, message),
    ),
  ];
}

function begin(conversation: Conversation, pair: readonly string[] | undefined): Write {
  const { id, version, kind, asOf } = conversation;
  return {
    schema: conversationSchema,
    value: conversation,
    save: ({ org, connection }, sealed) =>
      Promise.all([
        connection`
          insert into carewall.places (org_id, id, kind, name, parent, path)
          values (${org}, ${id}, 'conversation', ${plainName}, ${org}, ${[org, id]})`.execute(),
        connection`
          insert into carewall.topics (org_id, topic, name, place)
          select ${org}, topic, ${plainName}, ${id}
          from unnest(${topicsOfPlace({ kind: 'conversation', id })}::text[]) as t(topic)`.execute(),
        connection`
          insert into carewall.conversations (org_id, id, kind, pair, last_at, version, entity)
          values (${org}, ${id}, ${kind}, ${pair === undefined ? null : [...pair]}::text[], ${asOf}, ${version},
            ${connection.json(sealed)})`.execute(),
      ]),
  };
}

function rename(conversation: Conversation): Write {
  return {
    schema: conversationSchema,
    value: conversation,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.conversations set version = ${conversation.version}, entity = ${connection.json(sealed)}
        where org_id = ${org} and id = ${conversation.id}`.execute(),
  };
}

function joinMember(conversation: string, member: Member): Write {
  const { id } = member;
  return {
    schema: memberSchema,
    value: member,
    save: (context, sealed) => {
      const { org, connection } = context;
      return Promise.all([
        connection`
          insert into carewall.conversation_members (org_id, conversation, account, joined_after, read_up_to, entity)
          values (${org}, ${conversation}, ${id}, ${member.joinedAfter}, ${member.readUpTo}, ${connection.json(sealed)})`.execute(),
        connection`
          insert into carewall.grants (org_id, account, role, place) values (${org}, ${id}, 'member', ${conversation})`.execute(),
        logRights(context, id),
      ]);
    },
  };
}

function moveMember(conversation: string, member: Member): Write {
  return {
    schema: memberSchema,
    value: member,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.conversation_members
        set read_up_to = ${member.readUpTo}, entity = ${connection.json(sealed)}
        where org_id = ${org} and conversation = ${conversation} and account = ${member.id}`.execute(),
  };
}

function leaveMember(conversation: string, member: Member): Write {
  const { id } = member;
  return {
    schema: memberSchema,
    value: member,
    save: (context) => {
      const { org, connection } = context;
      return Promise.all([
        connection`
          delete from carewall.conversation_members
          where org_id = ${org} and conversation = ${conversation} and account = ${id}`.execute(),
        connection`
          delete from carewall.grants
          where org_id = ${org} and account = ${id} and role = 'member' and place = ${conversation}`.execute(),
        logRights(context, id),
      ]);
    },
  };
}

/** Tells the nodes that somebody's rights are others now: they take them out of rooms, or let them in. */
function logRights({ org, connection }: StoreContext, account: string): Promise<unknown> {
  return connection`insert into carewall.rights_log (org_id, principal) values (${org}, ${account})`.execute();
}

function addMessage(conversation: string, message: Message): Write {
  return {
    schema: messageSchema,
    value: message,
    save: ({ org, connection }, sealed) =>
      Promise.all([
        connection`
          insert into carewall.messages (org_id, conversation, id, number, author, retracted, awaiting, version, entity)
          values (${org}, ${conversation}, ${message.id}, ${message.number}, ${message.author.id}, false,
            ${message.awaiting}::text[], ${message.version}, ${connection.json(sealed)})`.execute(),
        connection`
          update carewall.conversations set last_number = ${message.number}, last_at = ${message.sentAt}
          where org_id = ${org} and id = ${conversation}`.execute(),
      ]),
  };
}

function changeMessage(conversation: string, message: Message): Write {
  return {
    schema: messageSchema,
    value: message,
    save: async ({ org, connection }, sealed) =>
      connection`
        update carewall.messages
        set retracted = ${message.status === 'entered-in-error'}, awaiting = ${message.awaiting}::text[],
          version = ${message.version}, entity = ${connection.json(sealed)}
        where org_id = ${org} and conversation = ${conversation} and id = ${message.id}`.execute(),
  };
}

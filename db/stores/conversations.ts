import { z } from 'zod';
import {
  type ConversationCommandOf,
  type InsideCommand,
  parseConversationCommand,
} from '#domain/conversations/commands.ts';
import { decideGroup, decideStart } from '#domain/conversations/decide-conversation.ts';
import { decideMessage } from '#domain/conversations/decide-message.ts';
import { conversationEventSchemas } from '#domain/conversations/events.ts';
import { evolveConversation } from '#domain/conversations/evolve.ts';
import { conversationsModule } from '#domain/conversations/module.ts';
import {
  type ConversationState,
  conversationStateSchema,
  pageOfMessages,
} from '#domain/conversations/schema.ts';
import type { Connection } from '../connect.ts';
import { type ContextStore, type Loaded, parseOr, type StoreContext, type StoreKeys } from '../store.ts';
import { conversationWrites } from './conversation-writes.ts';
import { unreadProjection } from './unread.ts';

const topicKind = 'conversation/*';

const pathRowsSchema = z.array(z.object({ path: z.array(z.string()) }));
const entityRowsSchema = z.array(z.object({ entity: z.looseObject({ id: z.string() }) }));
const conversationRowsSchema = z.array(
  z.object({ entity: z.looseObject({ id: z.string() }), last_number: z.int() }),
);
const listedRowsSchema = z.array(z.object({ id: z.string(), name: z.string() }));
const directRowsSchema = z.array(z.object({ conversation: z.string(), between: z.array(z.string()) }));

/**
 * Conversations. A command locks the conversation's row before it reads anything of it: what happens in one conversation
 * happens in one order, and its messages are numbered in the order of their events.
 */
export const conversationsStore: ContextStore = {
  module: conversationsModule,
  prepare: (command, keys) =>
    parseOr(parseConversationCommand, command, (parsed) => ({
      load: (context: StoreContext) =>
        parsed.type === 'conversation.start'
          ? loadForStart(context, parsed)
          : loadInside(context, parsed, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context speaks in a conversation, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  async snapshot({ org, connection }, _kind, id = '') {
    const [conversations, members, messages] = await Promise.all([
      connection`select entity from carewall.conversations where org_id = ${org} and id = ${id}`.execute(),
      connection`
        select entity from carewall.conversation_members where org_id = ${org} and conversation = ${id}
        order by account`.execute(),
      connection`
        select entity from carewall.messages where org_id = ${org} and conversation = ${id}
        order by number desc limit ${pageOfMessages}`.execute(),
    ]);
    const value = stored(conversations, members, messages);
    return value === undefined ? undefined : { schema: conversationStateSchema, value };
  },
  projections: [unreadProjection],
};

/** The state as its rows hold it, sealed. */
function stored(conversations: unknown, members: unknown, messages: unknown): unknown {
  const [conversation] = entityRowsSchema.parse(conversations);
  const byId = (rows: unknown) =>
    Object.fromEntries(entityRowsSchema.parse(rows).map(({ entity }) => [entity.id, entity]));
  return (
    conversation && { conversation: conversation.entity, members: byId(members), messages: byId(messages) }
  );
}

async function loadForStart(
  { org, connection }: StoreContext,
  command: ConversationCommandOf<'conversation.start'>,
): Promise<Loaded> {
  const { conversation, kind, members } = command.data;
  const [organisations, places, people, direct] = await Promise.all([
    connection`select path from carewall.places where org_id = ${org} and id = ${org} and kind = 'organisation'`.execute(),
    connection`select path from carewall.places where org_id = ${org} and id = ${conversation}`.execute(),
    listed(connection, org, members),
    connection`
      select id as conversation, pair as between from carewall.conversations
      where org_id = ${org} and ${kind}::text = 'direct' and pair @> ${members}::text[]`.execute(),
  ]);
  return {
    path: pathRowsSchema.parse(organisations)[0]?.path,
    topicKind,
    decide: (decision) =>
      decideStart(
        {
          taken: pathRowsSchema.parse(places).length > 0,
          listed: listedRowsSchema.parse(people),
          direct: directRowsSchema.parse(direct),
        },
        command,
        decision,
      ),
    writes: (events) =>
      events.flatMap(({ data }) =>
        conversationWrites(undefined, {
          ...conversationEventSchemas['conversation.started'].parse(data),
          messages: {},
        }),
      ),
  };
}

/** Those of the directory among some accounts: who may be written to. */
function listed(connection: Connection, org: string, accounts: readonly string[]) {
  return connection`
    select p.account as id, p.entity ->> 'name' as name
    from carewall.person_items p join carewall.accounts a on a.org_id = p.org_id and a.id = p.account
    where p.org_id = ${org} and p.kind = 'directory' and p.account = any(${[...accounts]}::text[])
      and p.entity -> 'roles' <> '[]' and a.disabled_at is null
    order by p.account`.execute();
}

async function loadInside(
  { org, connection }: StoreContext,
  command: InsideCommand,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const { type, data } = command;
  const id = data.conversation;
  const named = 'message' in data ? [data.message, 'replyTo' in data ? (data.replyTo ?? '') : ''] : [];
  const leaving = type === 'conversation.leave' || type === 'conversation.remove-member';
  const [, places, conversations, members, messages, people] = await Promise.all([
    // Whoever is taken out may be at work here under the right that goes: that ends first, before this row is held.
    connection`
      select 1 from carewall.grants
      where org_id = ${org} and place = ${id} and role = 'member'
        and account = ${type === 'conversation.remove-member' ? data.member : null} for update`.execute(),
    connection`select path from carewall.places where org_id = ${org} and id = ${id} and kind = 'conversation'`.execute(),
    connection`
      select entity, last_number from carewall.conversations where org_id = ${org} and id = ${id} for update`.execute(),
    connection`
      select entity from carewall.conversation_members where org_id = ${org} and conversation = ${id}
      order by account`.execute(),
    connection`
      select entity from carewall.messages
      where org_id = ${org} and conversation = ${id}
        and (id = any(${named}::text[]) or (${leaving} and awaiting <> '{}'))
      order by number`.execute(),
    listed(connection, org, type === 'conversation.add-member' ? [data.member] : []),
  ]);
  const value = stored(conversations, members, messages);
  const path = pathRowsSchema.parse(places)[0]?.path;
  if (value === undefined || path === undefined) {
    const nowhere = (): never => {
      throw new Error('there is no conversation to decide on');
    };
    return { path: undefined, topicKind, decide: nowhere, writes: nowhere };
  }
  const [opened] = await vault.open(org, [{ schema: conversationStateSchema, value }]);
  const state = conversationStateSchema.parse(opened);
  const lastNumber = conversationRowsSchema.parse(conversations)[0]?.last_number ?? 0;
  const version = versionOf(state, command);
  return {
    path,
    topicKind,
    ...(version === undefined ? {} : { version }),
    decide: (decision) =>
      isAboutGroup(command)
        ? decideGroup({ state, lastNumber, listed: listedRowsSchema.parse(people) }, command, decision)
        : decideMessage(state, lastNumber, command, decision),
    writes: (events) => conversationWrites(state, events.reduce(evolveConversation, state)),
  };
}

type GroupCommand = Extract<InsideCommand, { type: `conversation.${string}` }>;

function isAboutGroup(command: InsideCommand): command is GroupCommand {
  return command.type.startsWith('conversation.');
}

/** The version of what the command changes, where a client can have seen one. */
function versionOf(state: ConversationState, command: InsideCommand): number | undefined {
  switch (command.type) {
    case 'conversation.rename':
      return state.conversation.version;
    case 'message.edit':
    case 'message.retract':
    case 'message.acknowledge':
      return state.messages[command.data.message]?.version;
    default:
      return undefined;
  }
}

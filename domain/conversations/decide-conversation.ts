import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { ConversationCommandOf, InsideCommand } from './commands.ts';
import { conversationEvent } from './events.ts';
import { type ConversationState, type Member, mostMembers, subjectOf } from './schema.ts';

/** Somebody of the directory. */
export interface Listed {
  readonly id: string;
  readonly name: string;
}

/** What a beginning is decided on. */
export interface StartFacts {
  /** Whether the id stands for something already. */
  readonly taken: boolean;
  /** Those that are named and are in the directory, and whoever begins if they are. */
  readonly listed: readonly Listed[];
  /** The direct conversation that each of those named has with others: `{conversation, between}`. */
  readonly direct: readonly { readonly conversation: string; readonly between: readonly string[] }[];
}

/** Begins a conversation, or gives the direct one that these two have. */
export function decideStart(
  { taken, listed, direct }: StartFacts,
  { data }: ConversationCommandOf<'conversation.start'>,
  { now, by }: DecisionContext,
): Decision {
  const issues = data.members.flatMap((id, index) => {
    const path = `data.members.${index}`;
    if (id === by.id) return [{ path, message: 'is whoever begins' }];
    if (data.members.indexOf(id) < index) return [{ path, message: 'is named twice' }];
    return listed.some((person) => person.id === id) ? [] : [{ path, message: 'is not in the directory' }];
  });
  if (issues.length > 0) return reject(refuse('invalid', 'the members do not fit', issues));
  if (data.kind === 'direct') {
    const pair = [by.id, ...data.members];
    const known = direct.find(({ between }) => pair.every((id) => between.includes(id)));
    if (known !== undefined) return accept([], { conversation: known.conversation });
  }
  if (taken) {
    const issue = { path: 'data.conversation', message: 'is taken' };
    return reject(refuse('conflict', 'there is something of that id already', [issue]));
  }
  const people = [{ id: by.id, name: by.name }, ...listed.filter(({ id }) => data.members.includes(id))];
  const members = Object.fromEntries(
    people.map(({ id, name }) => [
      id,
      newMember({ id, name: listed.find((one) => one.id === id)?.name ?? name }, 0, now, by),
    ]),
  );
  const { conversation: id, kind } = data;
  const conversation = {
    id,
    kind,
    subject: subjectOf(id),
    ...(data.kind === 'group' ? { title: data.title.trim() } : {}),
    version: 1,
    asOf: now,
    source: by,
  };
  const event = conversationEvent(id, 'conversation.started', { conversation, members });
  return accept([event], { conversation: id });
}

type MembershipCommand = Extract<InsideCommand, { type: `conversation.${string}` }>;

/** What a change of a group is decided on. */
export interface GroupFacts {
  readonly state: ConversationState;
  /** The number of the last message. */
  readonly lastNumber: number;
  /** Who is to come, where they are in the directory. */
  readonly listed: readonly Listed[];
}

/** Changes who is in a group or what it is called. */
export function decideGroup(
  facts: GroupFacts,
  command: MembershipCommand,
  context: DecisionContext,
): Decision {
  const { state } = facts;
  const { conversation, members } = state;
  const { now, by } = context;
  const { id } = conversation;
  // Whoever is not in it does not learn that it is there.
  if (members[by.id] === undefined) return reject(refuse('not_found', 'there is no such thing here'));
  if (conversation.kind === 'direct') {
    return reject(refuse('conflict', 'a conversation between two stays as it is'));
  }
  switch (command.type) {
    case 'conversation.rename': {
      const from = conversation.title === undefined ? {} : { title: conversation.title };
      const to = { title: command.data.title.trim() };
      const version = conversation.version + 1;
      const data = { subject: subjectOf(id), version, asOf: now, source: by, from, to };
      return accept([conversationEvent(id, 'conversation.renamed', data)]);
    }
    case 'conversation.add-member':
      return decideAdd(facts, command.data.member, context);
    case 'conversation.leave':
      return leave(members[by.id]);
    case 'conversation.remove-member':
      return leave(members[command.data.member]);
    default:
      return command satisfies never;
  }

  function leave(member: Member | undefined): Decision {
    if (member === undefined) return reject(refuse('conflict', 'they are not in this conversation'));
    const left = { member: { id: member.id, name: member.name }, asOf: now, source: by };
    return accept([conversationEvent(id, 'conversation.member-left', left)]);
  }
}

function decideAdd(
  { state, lastNumber, listed }: GroupFacts,
  id: string,
  { now, by }: DecisionContext,
): Decision {
  if (state.members[id] !== undefined)
    return reject(refuse('conflict', 'they are in this conversation already'));
  const person = listed.find((one) => one.id === id);
  if (person === undefined) {
    const issue = { path: 'data.member', message: 'is not in the directory' };
    return reject(refuse('invalid', 'there is nobody of that id to write to', [issue]));
  }
  if (Object.keys(state.members).length >= mostMembers) {
    return reject(refuse('conflict', `a conversation has at most ${mostMembers} members`));
  }
  const member = newMember(person, lastNumber, now, by);
  return accept([conversationEvent(state.conversation.id, 'conversation.member-added', { member })]);
}

function newMember(
  { id, name }: Listed,
  joinedAfter: number,
  now: string,
  source: DecisionContext['by'],
): Member {
  return {
    id,
    name,
    joinedAt: now,
    joinedAfter,
    deliveredUpTo: 0,
    readUpTo: 0,
    version: 1,
    asOf: now,
    source,
  };
}

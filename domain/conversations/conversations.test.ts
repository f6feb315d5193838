import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, instantOf } from '../instant.ts';
import type { Decision, DecisionContext } from '../module.ts';
import { eventDefinition } from '../modules.ts';
import { withoutPhi } from '../phi.ts';
import { type InsideCommand, parseConversationCommand } from './commands.ts';
import {
  type CommunicationStatus,
  communicationStatusSchema,
  communicationTransitions,
  mayBecome,
} from './communication.ts';
import { decideGroup, decideStart } from './decide-conversation.ts';
import { decideMessage } from './decide-message.ts';
import { conversationEventSchemas } from './events.ts';
import { evolveConversation } from './evolve.ts';
import { type ConversationState, conversationStateSchema, editableMs, pageOfMessages } from './schema.ts';

const conversation = '0e9d0000-0000-4000-8000-000000000001';
const people = ['ann', 'bob', 'cho', 'dee'] as const;
const begin = Date.UTC(2026, 2, 1, 8);
const at = (minute: number): Instant => instantOf(begin + minute * 60_000);
const messageId = (n: number) => `0e9d0000-0000-4000-9000-${String(n).padStart(12, '0')}`;
const as = (id: string, minute = 0): DecisionContext => ({
  now: at(minute),
  by: { kind: 'person', id, name: id },
  newId: () => 'new',
});
const listed = people.map((id) => ({ id, name: id }));

function inside(type: string, data: object): InsideCommand {
  const command = parseConversationCommand({ type, data: { conversation, ...data } });
  if (command.type === 'conversation.start') throw new Error('not inside');
  return command;
}

function started(kind: 'direct' | 'group', members: readonly string[]): ConversationState {
  const data = { conversation, kind, members, ...(kind === 'group' ? { title: 'Huddle' } : {}) };
  const command = parseConversationCommand({ type: 'conversation.start', data });
  if (command.type !== 'conversation.start') throw new Error('not a beginning');
  const decision = decideStart({ taken: false, listed, direct: [] }, command, as('ann'));
  if (!decision.ok) throw new Error(decision.refusal.message);
  const [event] = decision.events;
  return { ...conversationEventSchemas['conversation.started'].parse(event?.data), messages: {} };
}

const lastNumber = (state: ConversationState) =>
  Math.max(0, ...Object.values(state.messages).map(({ number }) => number));

function decide(state: ConversationState, command: InsideCommand, context: DecisionContext): Decision {
  switch (command.type) {
    case 'conversation.rename':
    case 'conversation.add-member':
    case 'conversation.remove-member':
    case 'conversation.leave':
      return decideGroup({ state, lastNumber: lastNumber(state), listed }, command, context);
    default:
      return decideMessage(state, lastNumber(state), command, context);
  }
}

function next(state: ConversationState, type: string, data: object, who: string, minute = 0) {
  const decision = decide(state, inside(type, data), as(who, minute));
  if (!decision.ok) throw new Error(decision.refusal.message);
  return decision.events.reduce(evolveConversation, state);
}

function refusalOf(state: ConversationState, type: string, data: object, who: string, minute = 0) {
  const decision = decide(state, inside(type, data), as(who, minute));
  return decision.ok ? undefined : decision.refusal.code;
}

const say = (n: number, priority: 'routine' | 'urgent' = 'routine') => ({
  message: messageId(n),
  text: `said ${n}`,
  priority,
});

describe('the states of a message', () => {
  const table: Record<CommunicationStatus, string> = {
    preparation: 'in-progress completed on-hold not-done',
    'in-progress': 'completed stopped on-hold entered-in-error',
    'not-done': '',
    'on-hold': 'in-progress stopped entered-in-error',
    stopped: 'entered-in-error',
    completed: 'entered-in-error',
    'entered-in-error': '',
  };
  const pairs = communicationStatusSchema.options.flatMap((from) =>
    communicationStatusSchema.options.map((to) => [from, to] as const),
  );
  test.each(pairs)('%s → %s', (from, to) => {
    expect(mayBecome(from, to)).toBe(table[from].split(' ').includes(to));
  });
  test('what was taken back, and what was never sent, goes nowhere', () => {
    const ends = communicationStatusSchema.options.filter(
      (one) => communicationTransitions[one].length === 0,
    );
    expect(ends).toEqual(['not-done', 'entered-in-error']);
  });
});

describe('a message', () => {
  const state = next(started('group', ['bob', 'cho']), 'message.send', say(1, 'urgent'), 'ann');

  test('that is urgent is in progress until the last has acknowledged it', () => {
    expect(state.messages[messageId(1)]).toMatchObject({ status: 'in-progress', awaiting: ['bob', 'cho'] });
    const one = next(state, 'message.acknowledge', { message: messageId(1) }, 'bob');
    expect(one.messages[messageId(1)]).toMatchObject({ status: 'in-progress', awaiting: ['cho'] });
    const both = next(one, 'message.acknowledge', { message: messageId(1) }, 'cho');
    expect(both.messages[messageId(1)]).toMatchObject({ status: 'completed', awaiting: [] });
    // Once more is no news; of one’s own nothing is awaited.
    expect(next(both, 'message.acknowledge', { message: messageId(1) }, 'cho')).toBe(both);
    expect(refusalOf(both, 'message.acknowledge', { message: messageId(1) }, 'ann')).toBe('conflict');
  });

  test('to nobody, or that is routine, is complete as it is sent', () => {
    const alone = next(
      next(started('group', ['bob']), 'conversation.leave', {}, 'bob'),
      'message.send',
      say(1, 'urgent'),
      'ann',
    );
    expect(alone.messages[messageId(1)]).toMatchObject({ status: 'completed', awaiting: [] });
    const routine = next(state, 'message.send', say(2), 'ann');
    expect(routine.messages[messageId(2)]).toMatchObject({ status: 'completed', number: 2 });
    expect(refusalOf(routine, 'message.acknowledge', { message: messageId(2) }, 'bob')).toBe('conflict');
  });

  test('is acknowledged as it was seen', () => {
    const sentAt = state.messages[messageId(1)]?.sentAt;
    const edited = next(state, 'message.edit', { message: messageId(1), text: 'other' }, 'ann', 3);
    const acknowledge = { message: messageId(1), saw: sentAt };
    expect(refusalOf(state, 'message.acknowledge', acknowledge, 'bob', 4)).toBeUndefined();
    expect(refusalOf(edited, 'message.acknowledge', acknowledge, 'bob', 4)).toBe('conflict');
    expect(
      refusalOf(edited, 'message.acknowledge', { ...acknowledge, saw: at(3) }, 'bob', 4),
    ).toBeUndefined();
    const acknowledged = next(state, 'message.acknowledge', acknowledge, 'bob', 2);
    expect(refusalOf(acknowledged, 'message.edit', { message: messageId(1), text: 'x' }, 'ann', 3)).toBe(
      'conflict',
    );
  });

  test('can be changed for a day, and not a moment longer', () => {
    const edit = { message: messageId(1), text: 'other' };
    expect(refusalOf(state, 'message.edit', edit, 'ann', editableMs / 60_000)).toBeUndefined();
    expect(refusalOf(state, 'message.edit', edit, 'ann', editableMs / 60_000 + 1)).toBe('conflict');
    expect(refusalOf(state, 'message.edit', edit, 'bob', 1)).toBe('forbidden');
  });

  test('answers one that is there', () => {
    expect(refusalOf(state, 'message.send', { ...say(2), replyTo: messageId(1) }, 'bob')).toBeUndefined();
    expect(refusalOf(state, 'message.send', { ...say(2), replyTo: messageId(9) }, 'bob')).toBe('invalid');
    expect(refusalOf(state, 'message.send', say(1), 'bob')).toBe('conflict');
  });
});

const commandArbitrary = fc.record({
  who: fc.constantFrom(...people),
  minutes: fc.integer({ min: 0, max: 90 }),
  which: fc.oneof(
    fc.record({ type: fc.constant('message.send'), urgent: fc.boolean() }),
    fc.record({
      type: fc.constantFrom(
        'message.edit',
        'message.retract',
        'message.mark-delivered',
        'message.mark-read',
        'message.acknowledge',
      ),
      about: fc.integer({ min: 1, max: 12 }),
    }),
    fc.record({
      type: fc.constantFrom('conversation.add-member', 'conversation.remove-member', 'conversation.leave'),
      member: fc.constantFrom(...people),
    }),
  ),
});

test('INV-1.4 whatever happens, in any order, the state stays sound', () => {
  fc.assert(
    fc.property(fc.array(commandArbitrary, { maxLength: 60 }), (steps) => {
      let state = started('group', ['bob', 'cho']);
      let sent = 0;
      let minute = 0;
      for (const { who, minutes, which } of steps) {
        minute += minutes;
        if (state.members[who] === undefined) continue;
        const data =
          'urgent' in which
            ? say(sent + 1, which.urgent ? 'urgent' : 'routine')
            : 'about' in which
              ? {
                  message: messageId(which.about),
                  ...(which.type === 'message.edit' ? { text: 'other' } : {}),
                }
              : which.type === 'conversation.leave'
                ? {}
                : { member: which.member };
        const decision = decide(state, inside(which.type, data), as(who, minute));
        if (!decision.ok) continue;
        const before = state;
        for (const event of decision.events) {
          const schema = eventDefinition(event.type)?.data;
          expect(schema?.parse(event.data)).toEqual(event.data);
          // A reader without the text folds as well.
          if (schema !== undefined)
            evolveConversation(state, { ...event, data: withoutPhi(schema, event.data) });
          state = evolveConversation(state, event);
        }
        if ('urgent' in which) sent += 1;
        expect(conversationStateSchema.parse(state)).toEqual(state);
        for (const message of Object.values(state.messages)) {
          const was = before.messages[message.id];
          if (was !== undefined && was.status !== message.status) {
            expect(mayBecome(was.status, message.status)).toBe(true);
          }
          if (was !== undefined && was !== message) expect(message.version).toBe(was.version + 1);
          if (was !== undefined && was.text !== message.text) expect(message.author.id).toBe(who);
          expect(message.awaiting.length > 0).toBe(message.status === 'in-progress');
          for (const id of message.awaiting) expect(state.members[id]).toBeDefined();
          expect(message.text === undefined).toBe(message.status === 'entered-in-error');
        }
        for (const member of Object.values(state.members)) {
          const was = before.members[member.id];
          expect(member.deliveredUpTo).toBeGreaterThanOrEqual(member.readUpTo);
          expect(member.deliveredUpTo).toBeGreaterThanOrEqual(was?.deliveredUpTo ?? 0);
          expect(member.readUpTo).toBeGreaterThanOrEqual(was?.readUpTo ?? 0);
          expect(member.deliveredUpTo).toBeLessThanOrEqual(sent);
        }
      }
    }),
  );
});

test('the state holds the latest messages, and what happens to an older one changes nothing', () => {
  let state = started('group', ['bob']);
  for (let n = 1; n <= pageOfMessages + 5; n += 1) state = next(state, 'message.send', say(n), 'ann', n);
  const numbers = Object.values(state.messages).map(({ number }) => number);
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: pageOfMessages }, (_, i) => i + 6));
  const retracted = {
    message: messageId(1),
    version: 2,
    asOf: at(200),
    source: as('ann').by,
    from: 'completed',
    to: 'entered-in-error',
  };
  expect(evolveConversation(state, { type: 'message.retracted', data: retracted })).toBe(state);
});

test('a conversation between two is given where there is one', () => {
  const data = { conversation, kind: 'direct', members: ['bob'] };
  const command = parseConversationCommand({ type: 'conversation.start', data });
  if (command.type !== 'conversation.start') throw new Error('not a beginning');
  const direct = [{ conversation: 'theirs', between: ['ann', 'bob'] }];
  expect(decideStart({ taken: true, listed, direct }, command, as('ann'))).toEqual({
    ok: true,
    events: [],
    result: { conversation: 'theirs' },
  });
  expect(decideStart({ taken: true, listed, direct }, command, as('cho'))).toMatchObject({ ok: false });
});

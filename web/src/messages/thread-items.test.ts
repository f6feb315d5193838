import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Member, Message } from '#domain/conversations/schema.ts';
import { instantOf } from '#domain/instant.ts';
import { lastFromOthers, receiptOf, threadItems } from './thread-items.ts';

const source = { kind: 'person', id: 'a', name: 'A' } as const;
const begin = Date.UTC(2026, 2, 1, 8);

function message(number: number, author: string, minute: number): Message {
  const at = instantOf(begin + minute * 60_000);
  return {
    id: `0e9d0000-0000-4000-9000-${String(number).padStart(12, '0')}`,
    number,
    author: { id: author, name: author },
    text: 'x',
    priority: 'routine',
    sentAt: at,
    status: 'completed',
    awaiting: [],
    acknowledged: {},
    version: 1,
    asOf: at,
    source,
  };
}

function member(id: string, at: Partial<Member> = {}): Member {
  const asOf = instantOf(begin);
  const pointers = { joinedAfter: 0, deliveredUpTo: 0, readUpTo: 0 };
  return { id, name: id, joinedAt: asOf, ...pointers, version: 1, asOf, source, ...at };
}

test('who goes on within five minutes of the same day is named once', () => {
  const items = threadItems(
    [
      message(1, 'a', 0),
      message(2, 'a', 4),
      message(3, 'a', 10),
      message(4, 'b', 11),
      // 17:00 UTC is midnight in Ho Chi Minh City.
      message(5, 'b', 9 * 60 - 1),
      message(6, 'b', 9 * 60),
    ],
    'Asia/Ho_Chi_Minh',
  );
  expect(items.map((item) => (item.kind === 'day' ? item.day : item.first))).toEqual([
    '2026-03-01',
    true,
    false,
    true,
    true,
    true,
    '2026-03-02',
    true,
  ]);
});

test('no message is lost or doubled, and every day is named before its first', () => {
  const authors = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(fc.array(fc.tuple(authors, fc.integer({ min: 0, max: 3000 })), { maxLength: 60 }), (said) => {
      let minute = 0;
      const messages = said.map(([author, pause], index) => {
        minute += pause;
        return message(index + 1, author, minute);
      });
      const items = threadItems(messages, 'Europe/London');
      const shown = items.flatMap((item) => (item.kind === 'message' ? [item.message] : []));
      expect(shown).toEqual(messages);
      const days = items.flatMap((item) => (item.kind === 'day' ? [item.day] : []));
      expect(days).toEqual([...new Set(days)].sort());
    }),
  );
});

describe('a receipt', () => {
  const said = message(5, 'a', 0);
  test.each([
    ['nobody else', {}, { status: 'sent', count: 0, all: 0 }],
    ['it has not come', { b: member('b') }, { status: 'sent', count: 0, all: 1 }],
    ['it has come', { b: member('b', { deliveredUpTo: 5 }) }, { status: 'delivered', count: 1, all: 1 }],
    [
      'one has read it',
      { b: member('b', { deliveredUpTo: 6, readUpTo: 6 }), c: member('c', { deliveredUpTo: 5 }) },
      { status: 'read', count: 1, all: 2 },
    ],
    [
      'who came later was not meant',
      { b: member('b', { joinedAfter: 5 }) },
      { status: 'sent', count: 0, all: 0 },
    ],
  ])('%s', (_what, others, expected) => {
    expect(receiptOf(said, { a: member('a'), ...others })).toEqual(expected);
  });
});

test('receipts are about what others said', () => {
  const all = [message(1, 'b', 0), message(2, 'a', 1)];
  expect(lastFromOthers(all, 'a')?.number).toBe(1);
  expect(lastFromOthers(all.slice(1), 'a')).toBeUndefined();
});

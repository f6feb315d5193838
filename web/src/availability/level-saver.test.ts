import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { refuse } from '#domain/errors.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { createStore } from '../live/external-store.ts';
import type { Contact, SendResult } from '../live/live.ts';
import { createLevelSaver } from './level-saver.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = '2026-03-01T08:00:00.000Z';
const me = { kind: 'person', id: 'me', name: 'Me' } as const;
const other = { kind: 'person', id: 'other', name: 'Other' } as const;
const level = (rest: Partial<AttestedLevel> = {}): AttestedLevel => ({
  level: 'hospice',
  capacity: 10,
  available: 5,
  validForMinutes: 60,
  validUntil: at,
  lapsed: false,
  version: 4,
  asOf: at,
  source: other,
  ...rest,
});
const draft = (available: number) => ({ available, capacity: 10, validForMinutes: 60 });

/** A saver with a server that answers when the test says so. */
function setUp() {
  const contact = createStore<Contact>({ status: 'live', since: at });
  const asked: { available: unknown; expect: number | undefined }[] = [];
  const answers: ((answer: SendResult) => void)[] = [];
  const saver = createLevelSaver({
    facility: 'f',
    level: 'hospice',
    me: 'me',
    contact,
    send: (command) => {
      asked.push({ available: command.data.available, expect: command.expect });
      return new Promise((resolve) => answers.push(resolve));
    },
  });
  const stop = saver.start();
  saver.see(level());
  return {
    saver,
    stop,
    contact,
    asked,
    async answer(answer: SendResult = { ok: true }) {
      answers.shift()?.(answer);
      await vi.advanceTimersByTimeAsync(0);
    },
    rest: () => vi.advanceTimersByTimeAsync(400),
  };
}
const conflict: SendResult = { ok: false, error: refuse('conflict', 'it has changed since you saw it') };

describe('what a thumb wants', () => {
  test('is sent once it rests, as one command, and is saved only when the server says so', async () => {
    const { saver, asked, answer, rest } = setUp();
    for (const available of [4, 3, 2]) saver.want(draft(available));
    expect([saver.get().status, asked]).toEqual(['waiting', []]);
    await rest();
    expect(asked).toEqual([{ available: 2, expect: 4 }]);
    expect(saver.get().status).toBe('sending');
    await answer();
    expect(saver.get()).toMatchObject({ status: 'saved', version: 5, before: 5 });
  });

  test('goes on while a command is under way: the next rests on what that one makes', async () => {
    const { saver, asked, answer, rest } = setUp();
    saver.want(draft(4));
    await rest();
    saver.want(draft(3));
    await rest();
    expect(asked).toHaveLength(1);
    await answer();
    await rest();
    expect(asked[1]).toEqual({ available: 3, expect: 5 });
    await answer();
    expect(saver.get()).toMatchObject({ status: 'saved', version: 6, before: 4 });
  });

  test('is kept and said to be kept while there is no contact, and sent when there is', async () => {
    const { saver, contact, asked, answer, rest } = setUp();
    contact.set({ status: 'lost', since: at });
    saver.want(draft(1));
    await rest();
    expect([saver.get().status, asked]).toEqual(['queued', []]);
    contact.set({ status: 'live', since: at });
    expect(asked).toEqual([{ available: 1, expect: 4 }]);
    await answer();
    expect(saver.get().status).toBe('saved');
  });

  test('is tried again where the server could not; found done already, it is saved and no conflict', async () => {
    const { saver, asked, answer, rest } = setUp();
    saver.want(draft(2));
    await rest();
    await answer({ ok: false, error: refuse('unavailable', 'not now') });
    expect(saver.get().status).toBe('queued');
    saver.see(level({ version: 5, available: 2, source: me }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(2);
    await answer(conflict);
    expect(saver.get().status).toBe('saved');
  });

  test('is not lost to somebody else’s word: it stays, until the person has chosen', async () => {
    const { saver, asked, answer, rest } = setUp();
    saver.want(draft(2));
    await rest();
    saver.see(level({ version: 5, available: 7 }));
    await answer(conflict);
    expect(saver.get()).toMatchObject({ status: 'conflict', draft: { available: 2 } });
    saver.insist();
    expect(asked[1]).toEqual({ available: 2, expect: 5 });
    await answer();
    expect(saver.get()).toMatchObject({ status: 'saved', version: 6, before: 7 });
    saver.want(draft(3));
    await rest();
    await answer(conflict);
    saver.drop();
    expect(saver.get()).toEqual({ status: 'idle' });
  });

  test('stays where it is refused', async () => {
    const { saver, answer, rest } = setUp();
    saver.want(draft(2));
    await rest();
    await answer({ ok: false, error: refuse('forbidden', 'you may not do this here') });
    expect(saver.get()).toMatchObject({ status: 'refused', draft: { available: 2 } });
  });

  test('is sent at once by whoever leaves', () => {
    const { saver, stop, asked } = setUp();
    saver.want(draft(2));
    stop();
    expect(asked).toEqual([{ available: 2, expect: 4 }]);
  });

  test('gives way to what the board says once that is newer', async () => {
    const { saver, answer, rest } = setUp();
    saver.want(draft(2));
    await rest();
    await answer();
    saver.see(level({ version: 5, available: 2, source: me }));
    expect(saver.get().status).toBe('saved');
    saver.see(level({ version: 6, available: 9 }));
    expect(saver.get()).toEqual({ status: 'idle' });
  });
});

import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type ErrorCode, errorCodes, refuse } from '#domain/errors.ts';
import { commandSchema } from '#domain/protocol.ts';
import { createCommands } from './commands.ts';

type Reply = () => Promise<unknown>;

const done = { ok: true, heads: [{ topic: 'unit/x/beds', seq: 1 }], result: { bed: 'b' } };
const refused =
  (code: ErrorCode): Reply =>
  async () => ({ ok: false, error: refuse(code, 'because') });
const silent: Reply = () => Promise.reject(new Error('operation has timed out'));
const intent = { type: 'bed.claim', data: { bed: 'x-01' }, expect: 3 };

/** A server that gives the replies in turn, the last one for ever, on a clock that only pauses move. */
function sender(
  replies: readonly Reply[],
  options: { open?: () => boolean; who?: () => string | undefined } = {},
) {
  const asked: z.infer<typeof commandSchema>[] = [];
  let ms = 1_000_000;
  const send = createCommands({
    ask(_name, payload) {
      asked.push(commandSchema.parse(payload));
      const reply = replies[Math.min(asked.length, replies.length) - 1];
      return reply === undefined ? silent() : reply();
    },
    isOpen: options.open ?? (() => true),
    sender: options.who ?? (() => 'a-nurse'),
    now: () => Date.parse('2026-03-01T08:00:00.000Z') + ms,
    clock: () => ms,
    async pause(passed) {
      ms += passed;
    },
  });
  return { send, asked, spent: () => ms - 1_000_000 };
}

describe('a command', () => {
  test('is sent as it is, with an id of the server’s time, and gives the answer', async () => {
    const { send, asked } = sender([async () => done]);
    expect(await send(intent)).toEqual({ ok: true, result: { bed: 'b' } });
    expect(asked).toEqual([{ ...intent, id: expect.any(String) }]);
    const stamped = Number.parseInt((asked[0]?.id ?? '').replaceAll('-', '').slice(0, 12), 16);
    expect(stamped).toBe(Date.parse('2026-03-01T08:00:00.000Z') + 1_000_000);
  });

  test('INV-2.1 has one id through silence, nonsense and a server that cannot now', async () => {
    const nonsense: Reply = async () => ({ ok: 'perhaps' });
    const { send, asked } = sender([
      silent,
      refused('unavailable'),
      nonsense,
      refused('rate_limited'),
      async () => done,
    ]);
    expect(await send(intent)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(5);
    expect(new Set(asked.map((message) => JSON.stringify(message))).size).toBe(1);
  });

  test('two intents have two ids, though they are the same', async () => {
    const { send, asked } = sender([async () => done]);
    await Promise.all([send(intent), send(intent)]);
    expect(asked[0]?.id).not.toBe(asked[1]?.id);
  });

  test('waits for the connection, and is then sent once', async () => {
    const looks = [false, false, false, true];
    const { send, asked } = sender([async () => done], { open: () => looks.shift() ?? true });
    expect(await send(intent)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
  });

  const final = errorCodes.filter((code) => code !== 'unavailable' && code !== 'rate_limited');
  test.each(final)('is told at once that it is refused: %s', async (code) => {
    const { send, asked, spent } = sender([refused(code)]);
    expect(await send(intent)).toEqual({ ok: false, error: { code, message: 'because' } });
    expect([asked.length, spent()]).toEqual([1, 0]);
  });

  test.each([
    ['nobody is reached', { open: () => false }, [silent]],
    ['nobody answers', {}, [silent]],
    ['it is never possible', {}, [refused('unavailable')]],
  ] as const)('ends after a minute where %s', async (_what, options, replies) => {
    const { send, asked, spent } = sender(replies, options);
    expect(await send(intent)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(spent()).toBeGreaterThanOrEqual(60_000);
    expect(spent()).toBeLessThan(68_000);
    // Some twenty times in a minute: not more than a server that comes back can bear.
    expect(asked.length).toBeLessThan(60);
  });

  test('is never sent in the name of another', async () => {
    let who: string | undefined = 'a-nurse';
    const { send, asked } = sender(
      [
        async () => {
          who = 'a-doctor';
          return silent();
        },
        async () => done,
      ],
      { who: () => who },
    );
    expect(await send(intent)).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    expect(asked).toHaveLength(1);
    who = undefined;
    expect(await send(intent)).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    expect(asked).toHaveLength(1);
  });
});

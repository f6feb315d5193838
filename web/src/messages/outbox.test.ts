import { expect, test, vi } from 'vitest';
import { refuse } from '#domain/errors.ts';
import { createStore } from '../live/external-store.ts';
import type { SendResult, SignedIn } from '../live/live.ts';
import { createOutbox } from './outbox.ts';

const nurse: SignedIn = { id: 'nurse', name: 'Nurse', email: 'n@x.example', org: 'org', grants: [] };
const message = (id: string) => ({ id, text: id, priority: 'routine' as const, replyTo: undefined });

/** An outbox whose server answers when the test says so. */
function outboxWith() {
  const session = createStore<SignedIn | 'signed-out' | 'unknown'>(nurse);
  const asked: { id: unknown; answer: (result: SendResult) => void }[] = [];
  const outbox = createOutbox({
    session,
    send: (command) => new Promise((resolve) => asked.push({ id: command.data.message, answer: resolve })),
  });
  const statuses = () =>
    outbox
      .of('c')
      .get()
      .unsent.map(({ id, status }) => `${id} ${status}`);
  return { outbox, session, asked, statuses };
}

test('messages go one after the other, and none is sent before the server says so', async () => {
  const { outbox, asked, statuses } = outboxWith();
  outbox.send('c', message('one'));
  outbox.send('c', message('two'));
  await vi.waitUntil(() => asked.length > 0);
  expect(asked.map(({ id }) => id)).toEqual(['one']);
  expect(statuses()).toEqual(['one preparation', 'two preparation']);
  asked[0]?.answer({ ok: true });
  await vi.waitUntil(() => asked.length === 2);
  expect(statuses()).toEqual(['one completed', 'two preparation']);
  outbox.forget('c', ['one']);
  expect(statuses()).toEqual(['two preparation']);
});

test('what was refused stays, with the reason, and can be sent again', async () => {
  const { outbox, asked, statuses } = outboxWith();
  outbox.send('c', message('one'));
  await vi.waitUntil(() => asked.length === 1);
  asked[0]?.answer({ ok: false, error: refuse('not_found', 'there is no such thing here') });
  await vi.waitUntil(() => statuses()[0] === 'one not-done');
  expect(outbox.of('c').get().unsent[0]).toMatchObject({ text: 'one', refusal: { code: 'not_found' } });
  outbox.send('c', message('one'));
  await vi.waitUntil(() => asked.length === 2);
  const taken = [{ path: 'data.message', message: 'is taken' }];
  asked[1]?.answer({ ok: false, error: refuse('conflict', 'there is one already', taken) });
  await vi.waitUntil(() => statuses()[0] === 'one completed');
});

test('nothing that one has written is shown to who signs in next', () => {
  const { outbox, session } = outboxWith();
  outbox.write('c', 'Mrs Tran is');
  session.set('unknown');
  session.set(nurse);
  expect(outbox.of('c').get().draft).toBe('Mrs Tran is');
  session.set('signed-out');
  expect(outbox.of('c').get()).toEqual({ draft: '', unsent: [] });
});

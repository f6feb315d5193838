import type { Socket } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conversationStateSchema } from '#domain/conversations/schema.ts';
import { userSchema } from '#domain/people/schema.ts';
import { isEvent, revokedSchema, type Signalled, signalledSchema } from '#domain/protocol.ts';
import { ask, connectSocket, createFollower, type Follower, signIn } from './testing/contract-client.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

let server: TestServer;
const tokens = new Map<string, string>();
beforeAll(async () => {
  server = await startTestServer('uws');
});
afterAll(() => server.close());

async function tokenOf(role: string): Promise<string> {
  const token = tokens.get(role) ?? (await signIn(server.url(), role));
  tokens.set(role, token);
  return token;
}

async function open(role: string): Promise<Socket> {
  return connectSocket(server.url(), await tokenOf(role));
}

/** A command over HTTP, tried again under its id while the server says that it cannot now. */
async function send(role: string, type: string, data: object): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify({ id: uuidv7(), type, data });
  const headers = { authorization: `Bearer ${await tokenOf(role)}`, 'content-type': 'application/json' };
  const response = await until('the server can', async () => {
    const answer = await fetch(`${server.url()}/api/v1/commands`, { method: 'POST', headers, body });
    return answer.status !== 503 && answer;
  });
  return { status: response.status, body: await response.json() };
}

async function startGroup(members: readonly string[]): Promise<string> {
  const conversation = uuidv7();
  const data = { conversation, kind: 'group', title: 'Test', members };
  expect(await send('nurse', 'conversation.start', data)).toMatchObject({ status: 200 });
  return conversation;
}

async function follow(socket: Socket, topic: string): Promise<Follower> {
  const follower = createFollower(topic);
  await follower.attach(socket);
  return follower;
}

const textsOf = (follower: Follower): (string | undefined)[] =>
  Object.values(conversationStateSchema.parse(follower.state()).messages)
    .sort((a, b) => a.number - b.number)
    .map(({ text }) => text);

test('what one says the others have, and what one has read they see', async () => {
  const conversation = await startGroup(['demo-clinician']);
  const topic = `conversation/${conversation}`;
  const [nurse, clinician] = await Promise.all([open('nurse'), open('clinician')]);
  const [hers, his] = await Promise.all([follow(nurse, topic), follow(clinician, topic)]);
  const message = uuidv7();
  const said = { conversation, message, text: 'Bed 4 is ready', priority: 'urgent' };
  expect(await ask(nurse, 'command', { id: uuidv7(), type: 'message.send', data: said })).toMatchObject({
    ok: true,
  });
  await until('the other has it', () => textsOf(his).includes('Bed 4 is ready'));
  for (const type of ['message.mark-delivered', 'message.mark-read', 'message.acknowledge']) {
    const data = { conversation, message };
    expect(await ask(clinician, 'command', { id: uuidv7(), type, data })).toMatchObject({ ok: true });
  }
  const state = () => conversationStateSchema.parse(hers.state());
  await until('she sees that it is acknowledged', () => state().messages[message]?.status === 'completed');
  expect(state().members['demo-clinician']).toMatchObject({ deliveredUpTo: 1, readUpTo: 1 });
  expect([...hers.violations, ...his.violations]).toEqual([]);
  nurse.disconnect();
  clinician.disconnect();
});

test('INV-3.4 whoever is taken out hears nothing more within a second, and can say nothing', async () => {
  const conversation = await startGroup(['demo-lab']);
  const topic = `conversation/${conversation}`;
  const lab = await open('lab');
  const follower = await follow(lab, topic);
  const revoked = new Promise((resolve) =>
    lab.once('revoked', (notice: unknown) => resolve(revokedSchema.parse(notice))),
  );
  const began = Date.now();
  await send('nurse', 'conversation.remove-member', { conversation, member: 'demo-lab' });
  expect(await revoked).toEqual({ topic, reason: 'right' });
  expect(Date.now() - began).toBeLessThan(1_000);
  const heard = follower.history.length;
  await send('nurse', 'message.send', { conversation, message: uuidv7(), text: 'Among ourselves' });
  expect(await ask(lab, 'subscribe', { topic })).toMatchObject({ ok: false, error: { code: 'not_found' } });
  const late = { conversation, message: uuidv7(), text: 'Am I still here?' };
  expect(await send('lab', 'message.send', late)).toMatchObject({ status: 404 });
  expect(follower.history).toHaveLength(heard);
  expect(follower.history.filter(isEvent).map(({ type }) => type)).not.toContain('message.sent');
  lab.disconnect();
});

test('that somebody is typing reaches the other, and no log', async () => {
  const conversation = await startGroup(['demo-clinician']);
  const topic = `conversation/${conversation}`;
  const [nurse, clinician, lab] = await Promise.all([open('nurse'), open('clinician'), open('lab')]);
  await Promise.all([follow(nurse, topic), follow(clinician, topic)]);
  const heard = new Promise<Signalled>((resolve) =>
    clinician.once('signal', (said: unknown) => resolve(signalledSchema.parse(said))),
  );
  const typing = { topic, type: 'conversation.typing', data: {} };
  // A signal may be lost: it is said until it is heard, as the screen does.
  const again = setInterval(() => void ask(nurse, 'signal', typing), 200);
  expect(await heard).toMatchObject({ ...typing, by: { id: 'demo-nurse' } });
  clearInterval(again);
  expect(await ask(lab, 'signal', typing)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  const rows = await server.database.owner`select type from carewall.events where topic = ${topic}`;
  expect(rows.map(({ type }) => String(type))).toEqual(['conversation.started']);
  for (const socket of [nurse, clinician, lab]) socket.disconnect();
});

test('INV-1.7 two hundred things said at once by two people have one order, and everybody has it', async () => {
  const conversation = await startGroup(['demo-clinician']);
  const topic = `conversation/${conversation}`;
  const clinician = await open('clinician');
  const follower = await follow(clinician, topic);
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      send(index % 2 === 0 ? 'nurse' : 'clinician', 'message.send', {
        conversation,
        message: uuidv7(),
        text: `${index}`,
      }),
    ),
  );
  expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
  await until('all have come', () => follower.position()?.seq === 201);
  const sent = follower.history.filter(isEvent).map(({ data }) => data.message);
  const numbers = sent.map(
    (message) => conversationStateSchema.shape.messages.valueType.parse(message).number,
  );
  expect(numbers).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  expect(Object.keys(conversationStateSchema.parse(follower.state()).messages)).toHaveLength(100);
  expect(follower.violations).toEqual([]);
  clinician.disconnect();
});

test('how much there is to read is counted for each, and gone with the conversation', async () => {
  const conversation = await startGroup(['demo-radiologist']);
  const radiologist = await open('radiologist');
  const own = await follow(radiologist, 'user/demo-radiologist');
  const mine = () => userSchema.parse(own.state()).conversation[conversation];
  const ids = [uuidv7(), uuidv7()];
  for (const [index, message] of ids.entries()) {
    const priority = index === 0 ? 'urgent' : 'routine';
    await send('nurse', 'message.send', { conversation, message, text: 'Film?', priority });
  }
  await until('two are unread', () => mine()?.unread === 2 && mine()?.unacknowledged === 1);
  await send('radiologist', 'message.mark-read', { conversation, message: ids[1] });
  await until('none is', () => mine()?.unread === 0 && mine()?.unacknowledged === 1);
  await send('radiologist', 'message.acknowledge', { conversation, message: ids[0] });
  await until('nothing waits', () => mine()?.unacknowledged === 0);
  await send('radiologist', 'conversation.leave', { conversation });
  await until('it is gone', () => mine() === undefined);
  expect(own.violations).toEqual([]);
  radiologist.disconnect();
});

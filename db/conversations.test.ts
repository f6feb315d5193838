import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConversationState, conversationStateSchema } from '#domain/conversations/schema.ts';
import { seedMessages } from './demo/messages.ts';
import { stores } from './stores/stores.ts';
import { createTestHospital, type TestHospital } from './testing/test-hospital.ts';
import { readTopic } from './topics.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

async function stateOf(conversation: string): Promise<ConversationState> {
  const { databases, vault } = hospital;
  const key = { org: 'demo', topic: `conversation/${conversation}` };
  const moment = await readTopic({ sql: databases.app, vault, stores }, key);
  return conversationStateSchema.parse(moment.found?.state);
}

async function startGroup(members: readonly string[]): Promise<string> {
  const conversation = uuidv7();
  const data = { conversation, kind: 'group', title: 'Test', members };
  expect(await hospital.as('nurse', 'conversation.start', data)).toMatchObject({ ok: true });
  return conversation;
}

async function say(who: string, conversation: string, more: object = {}): Promise<string> {
  const message = uuidv7();
  const data = { conversation, message, text: 'Bed 4 is ready', ...more };
  expect(await hospital.as(who, 'message.send', data)).toMatchObject({ ok: true });
  return message;
}

describe('a conversation between two', () => {
  const startDirect = (who: string, member: string) => {
    const data = { conversation: uuidv7(), kind: 'direct', members: [member] };
    return hospital.as(who, 'conversation.start', data);
  };

  test('exists once, whoever begins it and however many at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? startDirect('lab', 'demo-pharmacist') : startDirect('pharmacist', 'demo-lab'),
      ),
    );
    const results = outcomes.map((outcome) => (outcome.ok ? JSON.stringify(outcome.result) : 'refused'));
    expect(new Set(results).size).toBe(1);
    expect(results[0]).toMatch(/"conversation":/);
    expect(outcomes.filter((outcome) => outcome.ok && outcome.heads.length > 0)).toHaveLength(1);
  });

  test('stays between them', async () => {
    const outcome = await startDirect('lab', 'demo-pharmacist');
    const { conversation } = conversationStateSchema.shape.conversation
      .pick({ id: true })
      .transform(({ id }) => ({ conversation: id }))
      .parse({ id: outcome.ok ? Object(outcome.result).conversation : undefined });
    for (const [type, data] of [
      ['conversation.add-member', { member: 'demo-nurse' }],
      ['conversation.remove-member', { member: 'demo-pharmacist' }],
      ['conversation.rename', { title: 'Us' }],
      ['conversation.leave', {}],
    ] as const) {
      const refused = await hospital.as('lab', type, { conversation, ...data });
      expect(refused, type).toMatchObject({ ok: false, error: { code: 'conflict' } });
    }
  });
});

describe('beginning and bringing in', () => {
  test.each([
    [['demo-clinician', 'nobody'], 'data.members.1'],
    [['demo-patient'], 'data.members.0'],
    [['demo-clinician', 'demo-clinician'], 'data.members.1'],
    [['demo-nurse'], 'data.members.0'],
  ])('with %j is invalid at %s', async (members, path) => {
    const data = { conversation: uuidv7(), kind: 'group', title: 'Test', members };
    const outcome = await hospital.as('nurse', 'conversation.start', data);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid', issues: [{ path }] } });
  });

  test('an id that stands for something is a conflict', async () => {
    const conversation = await startGroup(['demo-lab']);
    const data = { conversation, kind: 'group', title: 'Test', members: ['demo-lab'] };
    expect(await hospital.as('clinician', 'conversation.start', data)).toMatchObject({
      ok: false,
      error: { code: 'conflict', issues: [{ path: 'data.conversation' }] },
    });
  });

  test('a patient cannot be brought in, nor a member twice', async () => {
    const conversation = await startGroup(['demo-lab']);
    const add = (member: string) => hospital.as('nurse', 'conversation.add-member', { conversation, member });
    expect(await add('demo-patient')).toMatchObject({
      ok: false,
      error: { code: 'invalid', issues: [{ path: 'data.member' }] },
    });
    expect(await add('demo-lab')).toMatchObject({ ok: false, error: { code: 'conflict' } });
    await say('nurse', conversation);
    expect(await add('demo-clinician')).toMatchObject({ ok: true });
    expect((await stateOf(conversation)).members['demo-clinician']).toMatchObject({ joinedAfter: 1 });
  });
});

describe('INV-3.1 whoever is not in it', () => {
  test('finds nothing there, before and after', async () => {
    const conversation = await startGroup(['demo-lab']);
    const message = await say('nurse', conversation);
    const attempts = [
      ['conversation.rename', { title: 'Mine' }],
      ['conversation.add-member', { member: 'demo-clinician' }],
      ['conversation.remove-member', { member: 'demo-lab' }],
      ['conversation.leave', {}],
      ['message.send', { message: uuidv7(), text: 'Hello?' }],
      ['message.edit', { message, text: 'Hello?' }],
      ['message.retract', { message }],
      ['message.mark-delivered', { message }],
      ['message.mark-read', { message }],
      ['message.acknowledge', { message }],
    ] as const;
    for (const who of ['clinician', 'admin', 'patient', 'lab']) {
      if (who === 'lab')
        expect(await hospital.as('lab', 'conversation.leave', { conversation })).toMatchObject({ ok: true });
      for (const [type, data] of attempts) {
        const outcome = await hospital.as(who, type, { conversation, ...data });
        expect(outcome, `${who} ${type}`).toMatchObject({ ok: false, error: { code: 'not_found' } });
      }
    }
  });
});

describe('a message', () => {
  test('is changed and taken back by its author alone, as they saw it', async () => {
    const conversation = await startGroup(['demo-lab']);
    const message = await say('nurse', conversation);
    const edit = { conversation, message, text: 'Bed 5 is ready' };
    expect(await hospital.as('lab', 'message.edit', edit)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await hospital.as('nurse', 'message.edit', edit, { expect: 1 })).toMatchObject({ ok: true });
    expect(await hospital.as('nurse', 'message.edit', edit, { expect: 1 })).toMatchObject({
      error: { code: 'conflict' },
    });
    expect((await stateOf(conversation)).messages[message]).toMatchObject({
      text: 'Bed 5 is ready',
      version: 2,
      editedAt: expect.any(String),
    });
    expect(await hospital.as('lab', 'message.retract', { conversation, message })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await hospital.as('nurse', 'message.retract', { conversation, message })).toMatchObject({
      ok: true,
    });
    const retracted = (await stateOf(conversation)).messages[message];
    expect(retracted).toMatchObject({ status: 'entered-in-error', version: 3 });
    expect(retracted?.text).toBeUndefined();
    expect(await hospital.as('nurse', 'message.edit', edit)).toMatchObject({ error: { code: 'conflict' } });
  });

  test('INV-4.1 is sealed in its row and in the log', async () => {
    const conversation = await startGroup(['demo-lab']);
    await say('nurse', conversation, { text: 'Mrs Secretname is in pain' });
    const { owner } = hospital.database;
    const rows = await owner`
      select to_jsonb(m)::text as row from carewall.messages m
      union all select to_jsonb(c)::text from carewall.conversations c
      union all select to_jsonb(e)::text from carewall.events e
      union all select to_jsonb(c)::text from carewall.commands c
      union all select to_jsonb(p)::text from carewall.places p
      union all select to_jsonb(t)::text from carewall.topics t`;
    for (const { row } of rows) expect(String(row)).not.toMatch(/Secretname|4 West huddle/);
  });

  test('of an urgent one nothing is awaited from whoever has left', async () => {
    const conversation = await startGroup(['demo-lab', 'demo-clinician']);
    const message = await say('nurse', conversation, { priority: 'urgent' });
    const statusNow = async () => (await stateOf(conversation)).messages[message];
    expect(await statusNow()).toMatchObject({
      status: 'in-progress',
      awaiting: ['demo-clinician', 'demo-lab'],
    });
    await hospital.as('clinician', 'conversation.leave', { conversation });
    expect(await statusNow()).toMatchObject({ status: 'in-progress', awaiting: ['demo-lab'], version: 2 });
    await hospital.as('nurse', 'conversation.remove-member', { conversation, member: 'demo-lab' });
    expect(await statusNow()).toMatchObject({ status: 'stopped', awaiting: [], version: 3 });
  });

  test('has receipts that never go back', async () => {
    const conversation = await startGroup(['demo-lab']);
    const first = await say('nurse', conversation);
    const second = await say('nurse', conversation);
    const mark = (type: string, message: string) => hospital.as('lab', type, { conversation, message });
    expect(await mark('message.mark-read', second)).toMatchObject({ ok: true, heads: [{ seq: 5 }] });
    expect(await mark('message.mark-read', first)).toMatchObject({ ok: true, heads: [] });
    expect(await mark('message.mark-delivered', first)).toMatchObject({ ok: true, heads: [] });
    expect((await stateOf(conversation)).members['demo-lab']).toMatchObject({
      deliveredUpTo: 2,
      readUpTo: 2,
      version: 3,
    });
  });
});

test('people who come and go at once while others speak come to an end, and the rows agree with the log', async () => {
  const conversation = await startGroup(['demo-lab', 'demo-clinician', 'demo-pharmacist']);
  const outcomes = await Promise.all([
    ...Array.from({ length: 20 }, (_, index) =>
      hospital.as(['lab', 'clinician', 'nurse'][index % 3] ?? 'nurse', 'message.send', {
        conversation,
        message: uuidv7(),
        text: `${index}`,
        priority: index % 4 === 0 ? 'urgent' : 'routine',
      }),
    ),
    hospital.as('lab', 'conversation.leave', { conversation }),
    hospital.as('nurse', 'conversation.remove-member', { conversation, member: 'demo-clinician' }),
    hospital.as('clinician', 'conversation.remove-member', { conversation, member: 'demo-nurse' }),
    hospital.as('pharmacist', 'conversation.add-member', { conversation, member: 'demo-dietician' }),
  ]);
  const codes = outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code));
  expect(codes.filter((code) => code !== 'ok' && code !== 'not_found' && code !== 'conflict')).toEqual([]);
  const state = await stateOf(conversation);
  const grants = await hospital.database.owner`
    select account from carewall.grants where place = ${conversation} order by account`;
  expect(grants.map(({ account }) => String(account))).toEqual(Object.keys(state.members).sort());
  for (const { awaiting } of Object.values(state.messages)) {
    for (const id of awaiting) expect(state.members[id]).toBeDefined();
  }
  expect(hospital.faults).toEqual([]);
});

test('the demo’s conversations are seeded once', async () => {
  const before = await hospital.database
    .owner`select topic, seq from carewall.topics where topic like 'conversation/de3%' order by topic`;
  expect(before).toHaveLength(2);
  await seedMessages(hospital.databases, hospital.commands);
  const after = await hospital.database
    .owner`select topic, seq from carewall.topics where topic like 'conversation/de3%' order by topic`;
  expect([...after]).toEqual([...before]);
});

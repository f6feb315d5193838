import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEvents, readEvents } from '#db/event-log.ts';
import { stores } from '#db/stores/stores.ts';
import { createTestHospital, type TestHospital } from '#db/testing/test-hospital.ts';
import { readTopic } from '#db/topics.ts';
import type { Role } from '#domain/identity/roles.ts';
import { roles } from '#domain/identity/roles.ts';
import { viewHoldsPhi } from '#domain/module.ts';
import { commandDefinition, eventDefinition, modules, topicDefinition } from '#domain/modules.ts';
import { withoutPhi } from '#domain/phi.ts';
import { projectState } from './rooms/projection.ts';

/*
 * Runs over the list of contexts: a new command or event is tried here without being named.
 */

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

const commands = modules.flatMap((module) => module.commands.map((command) => ({ module, command })));

/** Somebody who holds the right, and a role that does not: of a right held by a relation, whoever the example names. */
function holdersOf(type: string, as: Role | undefined): { may: string; mayNot: string } {
  const right = commandDefinition(type)?.right ?? '';
  const held: readonly string[] = modules.flatMap((module) => module.rights[right] ?? []);
  const mayNot = roles.find((role) => role !== 'display' && !held.includes(role));
  const may = as ?? held.find((holder) => holder !== 'display');
  if (may === undefined || mayNot === undefined) throw new Error(`nobody to try ${type} with`);
  return { may, mayNot };
}

function record(data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null) throw new Error('the data of a command is an object');
  return { ...data };
}

describe.each(commands.map(({ command }) => [command.type, command] as const))('%s', (type, definition) => {
  const { example, tellsOnce } = definition;
  const { may, mayNot } = holdersOf(type, example.as);
  const data = record(example.data);

  test('malformed is invalid, with the path, and nothing happens', async () => {
    for (const bad of [
      {},
      { ...data, colour: 'red' },
      Object.fromEntries(Object.keys(data).map((key) => [key, { not: 'this' }])),
    ]) {
      const outcome = await hospital.as(may, type, bad);
      expect(outcome).toMatchObject({ ok: false, error: { code: 'invalid' } });
      expect(outcome.ok ? [] : outcome.error.issues?.every(({ path }) => path.startsWith('data'))).toBe(true);
    }
  });

  test('INV-3.1 unauthorised is refused', async () => {
    const outcome = await hospital.as(mayNot, type, data);
    expect(outcome.ok ? 'granted' : outcome.error.code).toMatch(/^(forbidden|not_found)$/);
  });

  test('INV-2.1 valid is granted, and repeated has no second effect', async () => {
    for (const given of example.given ?? []) {
      const before = await hospital.as(holdersOf(given.type, given.as).may, given.type, record(given.data));
      expect(before, given.type).toMatchObject({ ok: true });
    }
    const id = uuidv7();
    const first = await hospital.as(may, type, data, { id });
    expect(first).toMatchObject({ ok: true, replayed: false });
    const { result, ...again } = { result: undefined, ...first, replayed: true };
    // What is told once is not told again.
    expect(await hospital.as(may, type, data, { id })).toEqual(
      tellsOnce || result === undefined ? again : { ...again, result },
    );
  });
});

test('INV-1.4 every topic in every view: the state before folded with the events is the snapshot', async () => {
  const { databases, vault } = hospital;
  const session = await hospital.session('nurse');
  const names = await databases.relay`select topic from carewall.topics where org_id = 'demo' order by topic`;
  expect(names.length).toBeGreaterThan(0);
  let folded = 0;
  for (const { topic } of names) {
    const key = { org: 'demo', topic: String(topic) };
    const definition = topicDefinition(key.topic)?.definition;
    const moment = await readTopic({ sql: databases.app, vault, stores }, key, session);
    if (definition === undefined || moment.found === undefined) throw new Error(`no ${key.topic}`);
    const events = await openEvents(vault, 'demo', await readEvents(databases.relay, key, 0, 10_000));
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: moment.found.seq }, (_, i) => i + 1));
    for (const { name } of definition.views) {
      let state = definition.beginning(projectState(definition, name, moment.found.state));
      for (const { type, data } of events) {
        const known = eventDefinition(type);
        if (known === undefined || known.hiddenIn?.includes(name)) continue;
        state = definition.evolve(state, {
          type,
          data: viewHoldsPhi[name] ? data : withoutPhi(known.data, data),
        });
        folded += 1;
      }
      expect(state, `${key.topic} ${name}`).toEqual(projectState(definition, name, moment.found.state));
    }
  }
  expect(folded).toBeGreaterThan(100);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProjector } from '#db/projector.ts';
import { stores } from '#db/stores/stores.ts';
import { createTestHospital, type TestHospital } from '#db/testing/test-hospital.ts';
import { readTopic } from '#db/topics.ts';
import type { TopicDefinition } from '#domain/module.ts';
import { modules, topicDefinition } from '#domain/modules.ts';
import { createMetrics } from '../metrics.ts';
import { createSharedStates, isShared } from './shared-states.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
  await project();
});
afterAll(() => hospital.close());

const topic = 'network/availability';
const key = { org: 'demo', topic };

async function project(): Promise<void> {
  const { databases, vault } = hospital;
  const projector = createProjector({
    sqlApp: databases.app,
    sqlRelay: databases.relay,
    vault,
    stores,
    everyMs: 0,
  });
  while ((await projector.round()) > 0);
}

function definitionOf(name: string): TopicDefinition {
  const definition = topicDefinition(name)?.definition;
  if (definition === undefined) throw new Error(`no ${name}`);
  return definition;
}

async function fresh() {
  const { databases, vault } = hospital;
  const { found } = await readTopic({ sql: databases.app, vault, stores }, key);
  if (found === undefined) throw new Error(`no ${topic}`);
  return found;
}

/** Shared states that keep every size, and how often they have read the database. */
function shared(limits: { leastKeptBytes?: number; mostFolded?: number } = { leastKeptBytes: 1 }) {
  const { databases, vault } = hospital;
  const metrics = createMetrics();
  const states = createSharedStates({
    sqlApp: databases.app,
    sqlRelay: databases.relay,
    vault,
    stores,
    metrics,
    ...limits,
  });
  const reads = async () =>
    (await metrics.topicReads.get()).values.reduce((sum, { value }) => sum + value, 0);
  return {
    at: (head: { epoch: string; seq: number }) => states.at(key, definitionOf(topic), head),
    carryOn: states.carryOn,
    reads,
  };
}

async function attest(available: number): Promise<void> {
  const count = { facility: 'crisis', level: 'psychiatric', available };
  expect(await hospital.as('provider', 'availability.attest', count)).toMatchObject({ ok: true });
  await project();
}

test('INV-4.3 what is shared has no tagged field in its state or its events, and hides nothing', () => {
  const kinds = modules
    .flatMap((module) => module.topics)
    .filter(isShared)
    .map(({ kind }) => kind);
  expect(kinds).toEqual(
    expect.arrayContaining(['facility/*/census', 'facility/*/availability', topic, 'region/*/availability']),
  );
  for (const kind of ['unit/*/beds', 'unit/*/alerts', 'department/*/appointments', 'conversation/*'])
    expect(kinds).not.toContain(kind);
});

describe('a state that many ask for', () => {
  test('INV-9.3 INV-10.2 is read once, and carried on with the events that came since', async () => {
    const { at, reads } = shared();
    const first = await fresh();
    const given = await Promise.all(Array.from({ length: 50 }, () => at(first)));
    for (const one of given) expect(one?.state).toEqual(first.state);
    expect(await reads()).toBe(1);
    for (const available of [1, 2, 3, 4]) {
      await attest(available);
      const now = await fresh();
      const carried = await at(now);
      expect(carried).toMatchObject({ seq: now.seq, epoch: now.epoch });
      expect(carried?.state).toEqual(now.state);
      expect(JSON.parse(carried?.json().text ?? '')).toEqual(JSON.parse(JSON.stringify(now.state)));
    }
    expect(await reads()).toBe(1);
  });

  test('is carried on before anybody asks, however far the topic goes', async () => {
    const { at, carryOn, reads } = shared({ leastKeptBytes: 1, mostFolded: 2 });
    await at(await fresh());
    for (const available of [1, 2, 3]) {
      await attest(available);
      await carryOn();
    }
    const now = await fresh();
    expect((await at(now))?.state).toEqual(now.state);
    expect(await reads()).toBe(1);
  });

  test('INV-10.2 is never older than its caller knows the topic to be, whoever else asks meanwhile', async () => {
    const { at } = shared();
    const before = await fresh();
    const early = at(before);
    await attest(5);
    const now = await fresh();
    const [, late] = await Promise.all([early, at(now), at(before)]);
    expect(late?.seq).toBeGreaterThanOrEqual(now.seq);
  });

  test('is read anew where it is of another history, too far behind, or too small to keep', async () => {
    const far = shared({ leastKeptBytes: 1, mostFolded: 1 });
    await far.at(await fresh());
    await attest(6);
    await attest(7);
    expect((await far.at(await fresh()))?.state).toEqual((await fresh()).state);
    expect(await far.reads()).toBe(2);

    const other = shared();
    await other.at(await fresh());
    await other.at({ ...(await fresh()), epoch: 'another' });
    expect(await other.reads()).toBe(2);

    const small = shared({ leastKeptBytes: 1024 * 1024 });
    await small.at(await fresh());
    await small.at(await fresh());
    expect(await small.reads()).toBe(2);
  });
});

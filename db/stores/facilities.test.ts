import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { topicDefinition, topicsOfPlace } from '#domain/modules.ts';
import { facilityAvailabilitySchema } from '#domain/network/schema.ts';
import { openEvents, readEvents } from '../event-log.ts';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';
import { listTopics, readTopic } from '../topics.ts';
import { stores } from './stores.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterEach(() => expect(hospital.faults).toEqual([]));
afterAll(() => hospital.close());

const asOf = '2020-04-01T00:00:00.000Z';
const harbour = {
  facility: 'harbour',
  name: 'Harbour General',
  type: 'General acute care',
  code: 'HGH',
  region: { id: 'north', name: 'North' },
  position: { latitude: 41.5, longitude: -81.7 },
  counts: [{ level: 'medical-surgical', capacity: 120, available: 30 }],
  asOf,
};
const register = (data: Record<string, unknown>, who = 'admin') =>
  hospital.as(who, 'facility.register', data);

async function stateOf(facility: string) {
  const { databases, vault } = hospital;
  const topic = `facility/${facility}/availability`;
  const { found } = await readTopic({ sql: databases.app, vault, stores }, { org: 'demo', topic });
  return found && { seq: found.seq, path: found.path, state: facilityAvailabilitySchema.parse(found.state) };
}

async function folded(topic: string): Promise<{ seq: number; state: unknown; fold: unknown }> {
  const { databases, vault } = hospital;
  const { found } = await readTopic({ sql: databases.app, vault, stores }, { org: 'demo', topic });
  if (found === undefined) throw new Error(`no ${topic}`);
  const events = await openEvents(
    vault,
    'demo',
    await readEvents(databases.relay, { org: 'demo', topic }, 0, 1_000),
  );
  const definition = topicDefinition(topic)?.definition;
  let fold = definition?.beginning(found.state);
  for (const event of events) fold = definition?.evolve(fold, event);
  return { seq: found.seq, state: found.state, fold };
}

describe('a facility', () => {
  test('comes with its region, its topics and its counts in one command', async () => {
    expect(await register(harbour)).toMatchObject({ ok: true, result: { outcome: 'registered', later: [] } });
    expect(await stateOf('harbour')).toMatchObject({
      path: ['demo', 'north', 'harbour'],
      state: {
        facility: { id: 'harbour', name: 'Harbour General' },
        details: { region: harbour.region, position: harbour.position, code: 'HGH', version: 1, asOf },
        levels: { 'medical-surgical': { capacity: 120, available: 30, lapsed: true, asOf } },
      },
    });
    const { app } = hospital.databases;
    const listed = await listTopics(app, 'demo', {
      held: ['demo'],
      under: 'north',
      after: undefined,
      limit: 50,
    });
    expect(listed.map(({ topic }) => topic).sort()).toEqual(
      [
        ...topicsOfPlace({ kind: 'region', id: 'north' }),
        ...topicsOfPlace({ kind: 'facility', id: 'harbour' }),
      ].sort(),
    );
  });

  test('INV-2.5 registered again by another command is as it was: no event, no version', async () => {
    const before = await stateOf('harbour');
    expect(await register(harbour)).toMatchObject({ ok: true, heads: [], result: { outcome: 'same' } });
    expect(await stateOf('harbour')).toEqual(before);
  });

  test('INV-1.4 is called something else on every topic that says its name, and the folds are the snapshots', async () => {
    expect(await register({ ...harbour, name: 'Harbour Hospital' })).toMatchObject({
      ok: true,
      result: { outcome: 'changed' },
    });
    for (const topic of ['facility/harbour/availability', 'facility/harbour/census']) {
      const { state, fold } = await folded(topic);
      expect(state).toMatchObject({ facility: { name: 'Harbour Hospital' } });
      expect(fold).toEqual(state);
    }
    const { app } = hospital.databases;
    const listed = await listTopics(app, 'demo', {
      held: ['harbour'],
      under: undefined,
      after: undefined,
      limit: 50,
    });
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(['Harbour Hospital']));
  });

  test('keeps its code and its zone where nothing is said of them', async () => {
    expect(
      await register({ facility: 'crisis', name: 'Harbour Crisis Centre', type: 'Crisis' }),
    ).toMatchObject({
      ok: true,
      result: { outcome: 'changed' },
    });
    const [row] = await hospital.database.owner`
      select code, timezone from carewall.places where org_id = 'demo' and id = 'crisis'`;
    expect(row).toEqual({ code: 'HCC', timezone: 'Asia/Ho_Chi_Minh' });
  });

  test('of which nobody has counted anything is there, and unknown', async () => {
    await register({ facility: 'quiet', name: 'Quiet', asOf });
    expect((await stateOf('quiet'))?.state).toMatchObject({ details: { version: 1 }, levels: {} });
  });

  test.each([
    ['the id is a unit’s', { facility: 'icu', name: 'I' }, 'data.facility'],
    ['the id is a person’s', { facility: 'demo-admin', name: 'I' }, 'data.facility'],
    [
      'the region is a facility',
      { facility: 'x1', name: 'X', region: { id: 'rgh', name: 'R' } },
      'data.region.id',
    ],
    ['it lies elsewhere', { ...harbour, region: { id: 'south', name: 'South' } }, 'data.region.id'],
  ])('is refused where %s', async (_what, data, path) => {
    expect(await register(data)).toMatchObject({ error: { code: 'conflict', issues: [{ path }] } });
  });

  test.each([
    [
      'a count over its capacity',
      { counts: [{ level: 'hospice', capacity: 1, available: 2 }] },
      'data.counts.0.available',
    ],
    [
      'a level twice',
      {
        counts: [
          { level: 'hospice', capacity: 1 },
          { level: 'hospice', capacity: 2 },
        ],
      },
      'data.counts',
    ],
    ['a zone that there is not', { timezone: 'Asia/Nowhere' }, 'data.timezone'],
    ['a place off the earth', { position: { latitude: 91, longitude: 0 } }, 'data.position.latitude'],
    ['no name', { name: ' ' }, 'data.name'],
  ])('is invalid with %s', async (_what, rest, path) => {
    const answer = await register({ facility: 'x2', name: 'X', ...rest });
    expect(answer).toMatchObject({ error: { code: 'invalid', issues: [{ path }] } });
    expect(await stateOf('x2')).toBeUndefined();
  });
});

describe('who may register', () => {
  test('INV-3.1 is who may make places there: below their own place, and nowhere else', async () => {
    expect(await register({ facility: 'y1', name: 'Y' }, 'nurse')).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await register({ facility: 'y1', name: 'Y' }, 'patient')).toMatchObject({
      error: { code: 'not_found' },
    });
    const { owner } = hospital.database;
    await owner`insert into carewall.grants (org_id, account, role, place) values ('demo', 'demo-patient', 'admin', 'north')`;
    const inNorth = { region: { id: 'north', name: 'North' } };
    expect(await register({ facility: 'y2', name: 'Y', ...inNorth }, 'patient')).toMatchObject({ ok: true });
    expect(await register({ ...harbour, name: 'H' }, 'patient')).toMatchObject({ ok: true });
    for (const elsewhere of [{}, { region: { id: 'west', name: 'West' } }]) {
      expect(await register({ facility: 'y3', name: 'Y', ...elsewhere }, 'patient')).toMatchObject({
        error: { code: 'not_found' },
      });
    }
    expect(await register({ facility: 'nursing', name: 'Mine', ...inNorth }, 'patient')).toMatchObject({
      error: { code: 'not_found' },
    });
  });
});

describe('two imports at once', () => {
  test('INV-2.5 make each facility and each region once, and neither is refused', async () => {
    const rows = Array.from({ length: 24 }, (_, index) => ({
      facility: `race-${index}`,
      name: `Race ${index}`,
      region: { id: `r${index % 3}`, name: `R ${index % 3}` },
      counts: [{ level: 'hospice', capacity: index + 1 }],
      asOf,
    }));
    const answers = await Promise.all([...rows, ...rows].map((row) => register(row)));
    for (const answer of answers) expect(answer).toMatchObject({ ok: true });
    const outcomes = answers.map((answer) => (answer.ok ? answer.result : undefined));
    expect(outcomes.filter((one) => JSON.stringify(one).includes('registered'))).toHaveLength(24);
    for (const { facility, region } of rows) {
      expect(await stateOf(facility)).toMatchObject({ seq: 2, path: ['demo', region.id, facility] });
    }
  });

  test('that differ leave what one of them said, whole', async () => {
    const variants = ['A', 'B', 'C', 'D'].map((name) => ({
      facility: 'race-0',
      name,
      type: `Type ${name}`,
      counts: [{ level: 'hospice', capacity: 50 }],
      asOf: '2020-05-01T00:00:00.000Z',
    }));
    for (const answer of await Promise.all(variants.map((one) => register(one))))
      expect(answer).toMatchObject({ ok: true });
    const stands = await stateOf('race-0');
    expect(stands?.state.details?.type).toBe(`Type ${stands?.state.facility.name}`);
    const { state, fold } = await folded('facility/race-0/availability');
    expect(fold).toEqual(state);
  });
});

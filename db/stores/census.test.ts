import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { topicDefinition } from '#domain/modules.ts';
import {
  facilityCensusSchema,
  networkAvailabilitySchema,
  regionAvailabilitySchema,
} from '#domain/network/schema.ts';
import { openEvents, readEvents } from '../event-log.ts';
import { createProjector, type Projector } from '../projector.ts';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';
import { readTopic } from '../topics.ts';
import { stores } from './stores.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterEach(() => expect(hospital.faults).toEqual([]));
afterAll(() => hospital.close());

const census = 'facility/rgh/census';
const network = 'network/availability';

/** A projector that does not rest between two rounds. */
function projector(): Projector {
  const { databases, vault } = hospital;
  return createProjector({ sqlApp: databases.app, sqlRelay: databases.relay, vault, stores, everyMs: 0 });
}

/** Rounds until nothing is left to do: what one projection derives, another may derive from. */
async function settle(): Promise<void> {
  for (let round = 0; (await projector().round()) > 0; round += 1) {
    if (round > 10) throw new Error('the projections do not come to rest');
  }
}

async function read(topic: string): Promise<{ seq: number; state: unknown }> {
  const { databases, vault } = hospital;
  const { found } = await readTopic({ sql: databases.app, vault, stores }, { org: 'demo', topic });
  if (found === undefined) throw new Error(`no ${topic}`);
  return found;
}

async function eventsOf(topic: string, after = 0) {
  const { databases, vault } = hospital;
  return openEvents(vault, 'demo', await readEvents(databases.relay, { org: 'demo', topic }, after, 10_000));
}

describe('what is derived', () => {
  beforeAll(settle);

  test('the first round counts every unit that has beds, and every facility that has said anything', async () => {
    const { units } = facilityCensusSchema.parse((await read(census)).state);
    expect(Object.keys(units).sort()).toEqual(['4e', '4w', '5s', 'ds', 'icu']);
    expect(units['4w']?.tally).toMatchObject({ beds: 24, free: 24 });
    const { facilities } = networkAvailabilitySchema.parse((await read(network)).state);
    expect(Object.keys(facilities).sort()).toEqual(['crisis', 'detox', 'nursing', 'rgh']);
    expect(facilities.rgh?.units.ds?.tally.beds).toBe(24);
    expect(facilities.crisis?.levels['crisis-stabilisation']).toMatchObject({ available: 6, capacity: 16 });
  });

  test('many bed changes are one batch, of the units that changed; a round without any is none', async () => {
    const { seq } = await read(census);
    for (const bed of ['ds-01', 'ds-02', 'ds-03', 'icu-01'])
      expect(await hospital.as('nurse', 'bed.claim', { bed })).toMatchObject({ ok: true });
    expect(await projector().round()).toBe(1);
    const events = await eventsOf(census, seq);
    expect(events).toHaveLength(1);
    expect(events[0]?.data).toMatchObject({
      units: {
        ds: { from: { tally: { free: 24 } }, to: { tally: { free: 21, claimed: 3 } } },
        icu: { to: { tally: { claimed: 1 } } },
      },
    });
    expect(Object.keys(facilityCensusSchema.parse((await read(census)).state).units)).toHaveLength(5);
    await settle();
    expect(await projector().round()).toBe(0);
    const { facilities } = networkAvailabilitySchema.parse((await read(network)).state);
    expect(facilities.rgh?.units.ds?.tally.claimed).toBe(3);
  });

  test('INV-1.8 two projectors at once derive each change once', async () => {
    const { seq } = await read(census);
    for (let turn = 0; turn < 6; turn += 1) {
      await hospital.as('nurse', turn % 2 === 0 ? 'bed.release' : 'bed.claim', { bed: 'ds-01' });
      await Promise.all([projector().round(), projector().round(), projector().round()]);
    }
    await settle();
    const changes = (await eventsOf(census, seq)).map(({ data }) => data);
    const claimed = changes.map((data) => JSON.stringify(data).match(/"claimed":\d+/g));
    expect(changes).toHaveLength(6);
    expect(claimed.map((all) => all?.join(' '))).toEqual(
      [3, 2, 3, 2, 3, 2].map((from, turn) => `"claimed":${from} "claimed":${turn % 2 === 0 ? 2 : 3}`),
    );
  });

  test('turnaround is from vacated to clean, and only that', async () => {
    const ago = (minutes: number) => instantOf(Date.now() - minutes * 60_000);
    for (const [room, minutes] of [20, 40, 90].entries()) {
      const location = { pointOfCare: '4W', room: String(401 + room), bed: '1', facility: 'RGH' };
      const stay = { location, visit: `V00095${room}`, patient: { mrn: `D00095${room}` } };
      for (const [type, data] of [
        ['bed.record-admission', { ...stay, at: ago(300) }],
        ['bed.record-discharge', { ...stay, at: ago(minutes) }],
        ['bed.record-status', { location, status: 'U', at: ago(0) }],
      ] as const)
        expect(await hospital.as('feed', type, data), type).toMatchObject({ ok: true });
    }
    // Cleaning that somebody asks for at a free bed is none: nobody had left it.
    await hospital.as('nurse', 'bed.request-turnaround', { bed: '4w-24', kind: 'cleaning' });
    await hospital.as('logistics', 'bed.advance-turnaround', { bed: '4w-24', to: 'in-progress' });
    await hospital.as('logistics', 'bed.advance-turnaround', { bed: '4w-24', to: 'completed' });
    await settle();
    const { turnaround: measured } = facilityCensusSchema.parse((await read(census)).state);
    expect(measured).toMatchObject({ count: 3, withinGoal: 2 });
    expect(Math.round((measured?.medianMs ?? 0) / 60_000)).toBe(40);
    expect(networkAvailabilitySchema.parse((await read(network)).state).turnaround).toMatchObject({
      count: 3,
    });
  });

  test('what people attest is in the network within one round, and what they take back is not', async () => {
    const fresh = { facility: 'crisis', level: 'rehabilitation' };
    await hospital.as('provider', 'availability.attest', { ...fresh, available: 1, capacity: 2 });
    await projector().round();
    const shown = async () =>
      networkAvailabilitySchema.parse((await read(network)).state).facilities.crisis?.levels.rehabilitation;
    expect(await shown()).toMatchObject({ available: 1 });
    await hospital.as('provider', 'availability.undo', fresh);
    await projector().round();
    expect(await shown()).toBeUndefined();
  });

  test('INV-10.1 a region is told of its own facilities, in the batch in which the network is', async () => {
    const bayside = { facility: 'bayside', name: 'Bayside', region: { id: 'coast', name: 'Coast' } };
    const counts = [{ level: 'medical-surgical', capacity: 80, available: 12, validForMinutes: 600 }];
    expect(await hospital.as('admin', 'facility.register', { ...bayside, counts })).toMatchObject({
      ok: true,
    });
    const inland = { facility: 'inland', name: 'Inland', region: { id: 'hills', name: 'Hills' } };
    await hospital.as('admin', 'facility.register', inland);
    await settle();
    const regionOf = async (id: string) =>
      regionAvailabilitySchema.parse((await read(`region/${id}/availability`)).state);
    const { facilities } = networkAvailabilitySchema.parse((await read(network)).state);
    expect(await regionOf('coast')).toMatchObject({
      region: { id: 'coast', name: 'Coast' },
      facilities: { bayside: facilities.bayside },
      trend: { points: [{ groups: { acute: 12 } }] },
    });
    expect(Object.keys((await regionOf('coast')).facilities)).toEqual(['bayside']);
    expect(Object.keys((await regionOf('hills')).facilities)).toEqual(['inland']);
    const [before, elsewhere] = [(await read(network)).seq, (await read('region/hills/availability')).seq];
    const attest = { facility: 'bayside', level: 'medical-surgical', available: 7 };
    await hospital.as('admin', 'availability.attest', attest);
    await hospital.as('provider', 'availability.attest', {
      facility: 'crisis',
      level: 'psychiatric',
      available: 1,
    });
    expect(await projector().round()).toBe(1);
    expect(Object.keys((await eventsOf(network, before))[0]?.data ?? {})).toContain('facilities');
    expect((await regionOf('coast')).facilities.bayside?.levels['medical-surgical']?.available).toBe(7);
    expect((await read('region/hills/availability')).seq).toBe(elsewhere);
  });

  test('a projection moves on past what does not concern it', async () => {
    const { owner } = hospital.database;
    const floorOf = async () =>
      Number(
        (await owner`select floor::text from carewall.projections where name = 'conversations.unread'`)[0]
          ?.floor,
      );
    await settle();
    const before = await floorOf();
    await hospital.as('provider', 'availability.attest', {
      facility: 'crisis',
      level: 'psychiatric',
      available: 2,
    });
    await settle();
    expect(await floorOf()).toBe(before);
    await owner`update carewall.projections set at = at - interval '6 s' where name = 'conversations.unread'`;
    await settle();
    expect(await floorOf()).toBeGreaterThan(before);
  });

  test('more facilities than fit into one event are told of in several', async () => {
    const { seq } = await read(network);
    const { owner } = hospital.database;
    const org = 'demo';
    const ids = Array.from({ length: 501 }, (_, n) => `many-${n}`);
    await owner`
      insert into carewall.places (org_id, id, kind, name, parent, path)
      select ${org}, id, 'facility', id, ${org}, array[${org}, id] from unnest(${ids}::text[]) as f(id)`;
    await owner`
      insert into carewall.topics (org_id, topic, name, place)
      select ${org}, 'facility/' || id || '/' || t, id, id from unnest(${ids}::text[]) as f(id), unnest(array['availability', 'census']) as t`;
    const events = ids.map((id) => ({
      topic: `facility/${id}/availability`,
      type: 'facility.registered',
      data: { name: { to: id }, details: {} },
    }));
    const by = { kind: 'system', id: 'test', name: 'Test' };
    await owner`select carewall.append_events(${org}, ${owner.json(by)}, ${owner.json(events)})`;
    expect(await projector().round()).toBe(1);
    const told = await eventsOf(network, seq);
    expect(told).toHaveLength(2);
    expect(
      Object.keys(networkAvailabilitySchema.parse((await read(network)).state).facilities).length,
    ).toBeGreaterThan(501);
  });

  test.each([
    'facility/rgh/census',
    'network/availability',
    'region/coast/availability',
    'region/hills/availability',
  ])('INV-1.4 %s: the beginning folded with every event is the snapshot', async (topic) => {
    const definition = topicDefinition(topic)?.definition;
    const { seq, state } = await read(topic);
    const events = await eventsOf(topic);
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    expect(events.length).toBeGreaterThan(topic.startsWith('region') ? 0 : 5);
    let folded = definition?.beginning(state);
    for (const event of events) folded = definition?.evolve(folded, event);
    expect(folded).toEqual(state);
  });

  test('a derived topic holds nothing of who lies there', async () => {
    await hospital.as('nurse', 'bed.occupy', {
      bed: 'ds-20',
      visit: 'V-SECRET',
      patient: { mrn: 'M-SECRET', family: 'Secretfamily' },
    });
    await settle();
    const told = JSON.stringify([
      await eventsOf(census),
      await eventsOf(network),
      await read(census),
      await read(network),
    ]);
    expect(told).not.toMatch(/secret/i);
    const { owner } = hospital.database;
    const subjects = await owner`select subject from carewall.subject_keys where org_id = 'demo'`;
    expect(subjects.length).toBeGreaterThan(0);
    for (const { subject } of subjects) expect(told).not.toContain(String(subject));
  });
});

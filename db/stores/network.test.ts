import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { topicDefinition } from '#domain/modules.ts';
import {
  type AttestedLevel,
  facilityAvailabilitySchema,
  facilityCensusSchema,
  networkAvailabilitySchema,
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

const levelsOf = async (facility: string) =>
  facilityAvailabilitySchema.parse((await read(`facility/${facility}/availability`)).state).levels;
const levelOf = async (facility: string, level: string): Promise<AttestedLevel> => {
  const found = (await levelsOf(facility))[level];
  if (found === undefined) throw new Error(`no ${level} at ${facility}`);
  return found;
};

/** Moves the time at which somebody said something back, as though so long had passed since. */
async function age(facility: string, level: string, ms: number): Promise<void> {
  const stands = await levelOf(facility, level);
  const earlier = (at: string | undefined) =>
    at === undefined ? {} : { undoableUntil: instantOf(Date.parse(at) - ms) };
  const entity = {
    ...stands,
    ...earlier(stands.undoableUntil),
    validUntil: instantOf(Date.parse(stands.validUntil) - ms),
  };
  const { owner } = hospital.database;
  await owner`
    update carewall.availability set entity = ${owner.json(entity)}, valid_until = ${entity.validUntil}
    where org_id = 'demo' and facility = ${facility} and level = ${level}`;
}

describe('what people attest', () => {
  const detox = { facility: 'crisis', level: 'withdrawal-management' };

  test('stands with who said it, when and until when, and a second word keeps what it does not name', async () => {
    expect(
      await hospital.as('provider', 'availability.attest', {
        ...detox,
        available: 4,
        capacity: 10,
        validForMinutes: 60,
      }),
    ).toMatchObject({ ok: true });
    const first = await levelOf('crisis', 'withdrawal-management');
    expect(first).toMatchObject({ available: 4, capacity: 10, version: 1, source: { id: 'demo-provider' } });
    expect(Date.parse(first.validUntil) - Date.parse(first.asOf)).toBe(3_600_000);
    await hospital.as('provider', 'availability.attest', { ...detox, available: 3 }, { expect: 1 });
    expect(await levelOf('crisis', 'withdrawal-management')).toMatchObject({
      available: 3,
      capacity: 10,
      validForMinutes: 60,
      version: 2,
    });
  });

  test.each([
    ['more than there are', { available: 11 }, 'data.available'],
    ['fewer than none', { available: -1 }, 'data.available'],
    ['half a bed', { available: 1.5 }, 'data.available'],
    ['more than any facility has', { available: 1, capacity: 10_001 }, 'data.capacity'],
    ['for ever', { available: 1, validForMinutes: 10_081 }, 'data.validForMinutes'],
    ['in the future', { available: 1, asOf: '2999-01-01T00:00:00.000Z' }, 'data.asOf'],
  ])('is invalid where it is %s', async (_what, data, path) => {
    expect(await hospital.as('provider', 'availability.attest', { ...detox, ...data })).toMatchObject({
      ok: false,
      error: { code: 'invalid', issues: [{ path }] },
    });
  });

  test('needs a capacity the first time', async () => {
    const first = { facility: 'crisis', level: 'maternity', available: 0 };
    expect(await hospital.as('provider', 'availability.attest', first)).toMatchObject({
      error: { code: 'invalid', issues: [{ path: 'data.capacity' }] },
    });
  });

  test('is nobody’s to say where they have no right: a command centre asks, the facility says', async () => {
    for (const [who, code] of [
      ['command_center', 'forbidden'],
      ['patient', 'not_found'],
    ] as const) {
      const answer = await hospital.as(who, 'availability.attest', { ...detox, available: 1 });
      expect(answer).toMatchObject({ ok: false, error: { code } });
    }
    const elsewhere = { facility: 'nursing', level: 'hospice', available: 1 };
    expect(await hospital.as('provider', 'availability.attest', elsewhere)).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  test('INV-2.4 of two who saw the same count one is told of the other, the first time too', async () => {
    const psychiatric = { facility: 'nursing', level: 'psychiatric', capacity: 9 };
    const answers = await Promise.all(
      [1, 2, 3, 4].map((available) =>
        hospital.as('admin', 'availability.attest', { ...psychiatric, available }, { expect: 0 }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers)
      if (!answer.ok) expect(answer.error).toMatchObject({ code: 'conflict', issues: [{ path: 'expect' }] });
  });

  test('is confirmed as it was seen: what another has said since is not confirmed by chance', async () => {
    const before = await levelsOf('nursing');
    const seen = ['hospice', 'skilled-nursing'].map((level) => ({
      level,
      version: before[level]?.version ?? 0,
    }));
    await hospital.as('admin', 'availability.attest', {
      facility: 'nursing',
      level: 'hospice',
      available: 0,
    });
    expect(
      await hospital.as('admin', 'availability.confirm', { facility: 'nursing', levels: seen }),
    ).toMatchObject({
      error: { code: 'conflict', issues: [{ path: 'data.levels.0.version' }] },
    });
    const again = seen.map(({ level, version }) => ({
      level,
      version: level === 'hospice' ? version + 1 : version,
    }));
    expect(
      await hospital.as('admin', 'availability.confirm', { facility: 'nursing', levels: again }),
    ).toMatchObject({
      ok: true,
      heads: [{ topic: 'facility/nursing/availability' }],
    });
    const after = await levelsOf('nursing');
    expect(after.hospice).toMatchObject({ available: 0, version: 3 });
    expect(after['skilled-nursing']).toMatchObject({ available: 11, version: 2 });
    expect(String(after['skilled-nursing']?.asOf) > String(before['skilled-nursing']?.asOf)).toBe(true);
  });
});

describe('taking back', () => {
  const hospice = { facility: 'rgh', level: 'hospice' };

  test('gives back value, time and source, to whoever said it, once', async () => {
    await hospital.as('admin', 'availability.attest', { ...hospice, available: 5, capacity: 6 });
    const before = await levelOf('rgh', 'hospice');
    await hospital.as('provider', 'availability.attest', { ...hospice, available: 1 });
    expect(await hospital.as('admin', 'availability.undo', hospice)).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await hospital.as('provider', 'availability.undo', hospice, { expect: 2 })).toMatchObject({
      ok: true,
    });
    const { undoableUntil: _over, ...rest } = before;
    expect(await levelOf('rgh', 'hospice')).toEqual({ ...rest, version: 3 });
    expect(await hospital.as('provider', 'availability.undo', hospice)).toMatchObject({
      error: { code: 'conflict' },
    });
  });

  test('gives back that nobody had said anything; the version still grows', async () => {
    const first = { facility: 'rgh', level: 'skilled-nursing' };
    await hospital.as('provider', 'availability.attest', { ...first, available: 5, capacity: 6 });
    expect(await hospital.as('provider', 'availability.undo', first)).toMatchObject({ ok: true });
    expect(await levelsOf('rgh')).not.toHaveProperty('skilled-nursing');
    await hospital.as('provider', 'availability.attest', { ...first, available: 2, capacity: 6 });
    expect(await levelOf('rgh', 'skilled-nursing')).toMatchObject({ version: 3 });
  });

  test('is over after ten seconds', async () => {
    const elsewhere = { facility: 'detox', level: 'hospice' };
    await hospital.as('admin', 'availability.attest', { ...elsewhere, available: 2, capacity: 3 });
    await age('detox', 'hospice', 10_001);
    expect(await hospital.as('admin', 'availability.undo', elsewhere)).toMatchObject({
      error: { code: 'conflict' },
    });
    expect(await levelOf('detox', 'hospice')).toMatchObject({ available: 2 });
  });
});

describe('a count whose time is over', () => {
  test('comes due, lapses once, keeps who said it and when, and is true again once somebody says so', async () => {
    const due =
      (await stores.find(({ module }) => module.name === 'network')?.due?.(hospital.databases.relay)) ?? [];
    const old = due.find(({ data }) => data.facility === 'detox');
    expect(old).toMatchObject({
      type: 'availability.lapse',
      data: { level: 'residential-treatment' },
      expect: 1,
    });
    const before = await levelOf('detox', 'residential-treatment');
    const lapse = () =>
      hospital.as('system', 'availability.lapse', { ...old?.data }, { expect: old?.expect ?? -1 });
    const answers = await Promise.all([lapse(), lapse()]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await levelOf('detox', 'residential-treatment')).toEqual({
      ...before,
      lapsed: true,
      version: 2,
      undoableUntil: undefined,
    });
    const again = await stores
      .find(({ module }) => module.name === 'network')
      ?.due?.(hospital.databases.relay);
    expect(again?.filter(({ data }) => data.facility === 'detox')).toEqual([]);
    await hospital.as('admin', 'availability.confirm', {
      facility: 'detox',
      levels: [{ level: 'residential-treatment', version: 2 }],
    });
    expect(await levelOf('detox', 'residential-treatment')).toMatchObject({ lapsed: false, version: 3 });
  });

  test('does not lapse while it is valid', async () => {
    const fresh = { facility: 'crisis', level: 'crisis-stabilisation' };
    expect(await hospital.as('system', 'availability.lapse', fresh)).toMatchObject({
      error: { code: 'conflict' },
    });
  });
});

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

  test('two projectors at once derive each change once', async () => {
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

  test.each(['facility/rgh/census', 'facility/rgh/availability', 'network/availability'])(
    'INV-1.4 %s: the beginning folded with every event is the snapshot',
    async (topic) => {
      const definition = topicDefinition(topic)?.definition;
      const { seq, state } = await read(topic);
      const events = await eventsOf(topic);
      expect(events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
      expect(events.length).toBeGreaterThan(5);
      let folded = definition?.beginning(state);
      for (const event of events) folded = definition?.evolve(folded, event);
      expect(folded).toEqual(state);
    },
  );

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

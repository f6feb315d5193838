import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { instantOf } from '#domain/instant.ts';
import { topicDefinition } from '#domain/modules.ts';
import { type AttestedLevel, facilityAvailabilitySchema } from '#domain/network/schema.ts';
import { openEvents, readEvents } from '../event-log.ts';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';
import { readTopic } from '../topics.ts';
import { stores } from './stores.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterEach(() => expect(hospital.faults).toEqual([]));
afterAll(() => hospital.close());

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

test.each(['rgh', 'crisis', 'nursing'])(
  'INV-1.4 availability of %s: the beginning folded with every event is the snapshot',
  async (facility) => {
    const topic = `facility/${facility}/availability`;
    const definition = topicDefinition(topic)?.definition;
    const { seq, state } = await read(topic);
    const events = await eventsOf(topic);
    expect(events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    expect(events.length).toBeGreaterThan(3);
    let folded = definition?.beginning(state);
    for (const event of events) folded = definition?.evolve(folded, event);
    expect(folded).toEqual(state);
  },
);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf, millis } from '../instant.ts';
import type { Decision, DecisionContext, NewEvent } from '../module.ts';
import type { LevelRecord } from './decide.ts';
import { availabilityMovedSchema, facilityMovedSchema, isFacilityMoved } from './events.ts';
import { evolveAvailability } from './evolve.ts';
import { type RegisterFacility, registeredSchema } from './facility-commands.ts';
import { type LevelOfCare, levelsOfCare } from './levels.ts';
import { decideRegistration, type FacilityRecord } from './register.ts';
import type { FacilityAvailability } from './schema.ts';
import { shownAs } from './shown.ts';

const at = Date.parse('2026-03-01T08:00:00.000Z');
const importer = { kind: 'person', id: 'a', name: 'A' } as const;
const context = (ms = at): DecisionContext => ({ now: instantOf(ms), by: importer, newId: () => 'x' });

type Registration = RegisterFacility['data'];
const bayside: Registration = {
  facility: 'bayside',
  name: 'Bayside',
  type: 'General acute care',
  region: { id: 'coast', name: 'Coast' },
  counts: [
    { level: 'medical-surgical', capacity: 80, available: 12 },
    { level: 'intensive-care', capacity: 6 },
  ],
  asOf: '2020-04-01T00:00:00.000Z',
};

const nothing: FacilityRecord = {
  place: undefined,
  region: undefined,
  details: undefined,
  levels: new Map(),
};

function decided(record: FacilityRecord, data: Registration, ms = at) {
  const decision = decideRegistration(record, { type: 'facility.register', data }, context(ms));
  if (!decision.ok) throw new Error(`refused: ${JSON.stringify(decision.refusal)}`);
  return { events: decision.events, result: registeredSchema.parse(decision.result) };
}

function refusalOf(decision: Decision) {
  return decision.ok
    ? undefined
    : { code: decision.refusal.code, paths: decision.refusal.issues?.map(({ path }) => path) };
}

/** What stands after events, as the store keeps it. */
function standing(record: FacilityRecord, data: Registration, events: readonly NewEvent[]): FacilityRecord {
  const levels = new Map<LevelOfCare, LevelRecord>(record.levels);
  let { place, details, region } = record;
  for (const { type, data: moved } of events) {
    if (isFacilityMoved(type)) {
      const { name, details: change } = facilityMovedSchema.parse(moved);
      place = {
        kind: 'facility',
        name: name?.to ?? place?.name ?? '',
        parent: place?.parent ?? data.region?.id ?? 'org',
      };
      details = change.to;
      region ??= data.region && { kind: 'region', name: data.region.name };
    } else if (type === 'availability.attested') {
      const { level, version, to } = availabilityMovedSchema.parse(moved);
      levels.set(level, { version, now: to, before: undefined });
    }
  }
  return { place, region, details, levels };
}

describe('a facility that is registered', () => {
  const { events, result } = decided(nothing, bayside);
  const stands = standing(nothing, bayside, events);

  test('is there with what is known of it, as of when it is known, by whoever said it', () => {
    expect(result).toEqual({ outcome: 'registered', later: [] });
    expect(events.map(({ type }) => type)).toEqual([
      'facility.registered',
      'availability.attested',
      'availability.attested',
    ]);
    expect(stands.details).toEqual({
      type: 'General acute care',
      region: { id: 'coast', name: 'Coast' },
      version: 1,
      asOf: bayside.asOf,
      source: importer,
    });
  });

  test('INV-7.3 has capacities of which nobody knows what is available, and what is old is unknown from the start', () => {
    const ward = stands.levels.get('medical-surgical')?.now;
    const intensive = stands.levels.get('intensive-care')?.now;
    expect(ward).toMatchObject({ capacity: 80, available: 12, lapsed: true, asOf: bayside.asOf });
    expect(intensive).toMatchObject({ capacity: 6 });
    expect(intensive).not.toHaveProperty('available');
    expect(ward && shownAs(ward, at)).toBe('unknown');
    const fresh = decided(nothing, { ...bayside, asOf: instantOf(at - 60_000) });
    const levels = standing(nothing, bayside, fresh.events).levels;
    const [known, unsaid] = [levels.get('medical-surgical')?.now, levels.get('intensive-care')?.now];
    expect(known).toMatchObject({ lapsed: false });
    expect(known && shownAs(known, at)).toBe('limited');
    expect(unsaid && shownAs(unsaid, at)).toBe('unknown');
  });

  test('INV-2.5 is as it was when the same is said again: no event, and no version grows', () => {
    expect(decided(stands, bayside, at + 86_400_000)).toEqual({
      events: [],
      result: { outcome: 'same', later: [] },
    });
  });

  test('changes in what differs alone; what is not said stays', () => {
    const { region: _stays, ...rest } = bayside;
    const changed = decided(stands, {
      ...rest,
      name: 'Bayside Hospital',
      position: { latitude: 10, longitude: 107 },
      counts: [{ level: 'intensive-care', capacity: 6, available: 1 }],
    });
    expect(changed.events.map(({ topic, type }) => [topic, type])).toEqual([
      ['facility/bayside/availability', 'facility.changed'],
      ['facility/bayside/census', 'facility.renamed'],
      ['facility/bayside/availability', 'availability.attested'],
    ]);
    expect(standing(stands, bayside, changed.events).details).toEqual({
      ...stands.details,
      position: { latitude: 10, longitude: 107 },
      version: 2,
    });
  });

  test('keeps what somebody has said later, and says so', () => {
    const later = decided(stands, {
      ...bayside,
      counts: [{ level: 'intensive-care', capacity: 7, available: 3 }],
      asOf: instantOf(at),
    });
    const now = standing(stands, bayside, later.events);
    const again = decided(now, { ...bayside, name: 'An old name' });
    expect(again).toEqual({ events: [], result: { outcome: 'same', later: ['intensive-care'] } });
  });

  test('keeps the name under which its region was first made', () => {
    const known = { ...nothing, region: { kind: 'region', name: 'The Coast' } };
    expect(standing(known, bayside, decided(known, bayside).events).details?.region).toEqual({
      id: 'coast',
      name: 'The Coast',
    });
  });

  test.each([
    [
      'its id is something else',
      { ...nothing, place: { kind: 'unit', name: 'U', parent: 'd' } },
      bayside,
      'conflict',
      'data.facility',
    ],
    [
      'its region is none',
      { ...nothing, region: { kind: 'unit', name: 'U' } },
      bayside,
      'conflict',
      'data.region.id',
    ],
    [
      'it is in another region',
      stands,
      { ...bayside, region: { id: 'hills', name: 'Hills' } },
      'conflict',
      'data.region.id',
    ],
    [
      'it is its own region',
      nothing,
      { ...bayside, region: { id: 'bayside', name: 'B' } },
      'invalid',
      'data.region.id',
    ],
    ['it is of the future', nothing, { ...bayside, asOf: instantOf(at + 1) }, 'invalid', 'data.asOf'],
  ] as const)('is refused where %s', (_what, record, data, code, path) => {
    const decision = decideRegistration(record, { type: 'facility.register', data }, context());
    expect(refusalOf(decision)).toEqual({ code, paths: [path] });
  });
});

test('INV-1.4 whatever is registered in whatever order, the events fold to what stands; the same twice is once', () => {
  const registration = fc.record(
    {
      facility: fc.constant('bayside'),
      name: fc.constantFrom('Bayside', 'Bayside Hospital'),
      type: fc.constantFrom('Acute', 'Children'),
      region: fc.constant({ id: 'coast', name: 'Coast' }),
      counts: fc.uniqueArray(
        fc.record(
          {
            level: fc.constantFrom(...levelsOfCare.slice(0, 3)),
            capacity: fc.integer({ min: 3, max: 5 }),
            available: fc.integer({ min: 0, max: 3 }),
          },
          { requiredKeys: ['level', 'capacity'] },
        ),
        { selector: ({ level }) => level },
      ),
      asOf: fc.integer({ min: 0, max: 4 }).map((days) => instantOf(at - days * 86_400_000)),
    },
    { requiredKeys: ['facility', 'name', 'region'] },
  );
  fc.assert(
    fc.property(fc.array(registration, { minLength: 1, maxLength: 6 }), (all) => {
      let record = nothing;
      let state: FacilityAvailability = { facility: { id: 'bayside', name: '' }, levels: {} };
      for (const [index, data] of all.entries()) {
        const now = at + index;
        const { events } = decided(record, data, now);
        for (const event of events) state = evolveAvailability(state, event);
        record = standing(record, data, events);
        const again = decided(record, data, now);
        expect(again.events).toEqual([]);
      }
      expect(state.facility.name).toBe(record.place?.name);
      expect(state.details).toEqual(record.details);
      const levels = [...record.levels].flatMap(([level, { now }]) =>
        now === undefined ? [] : [[level, now]],
      );
      expect(state.levels).toEqual(Object.fromEntries(levels));
      for (const { asOf, validUntil, lapsed } of Object.values(state.levels)) {
        expect(millis(validUntil)).toBeGreaterThan(millis(asOf));
        expect(lapsed).toBe(millis(asOf) <= at - 43_200_000 + 5 && millis(validUntil) <= at + all.length);
      }
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantOf } from '../instant.ts';
import { availableTotal } from '../measures/available.ts';
import { complianceOf } from '../measures/compliance.ts';
import { trendIsDue, trendSpanMs, trendStepMs, withPoint } from '../measures/trend.ts';
import { quantile, turnaroundGoalMs, turnaroundOf } from '../measures/turnaround.ts';
import type { DecisionContext } from '../module.ts';
import { changesOf, same, withChanges } from './changes.ts';
import { decideLevels, type LevelRecord, mayUndo, undoWindowMs } from './decide.ts';
import { availabilityMovedSchema } from './events.ts';
import { changedFacility } from './evolve.ts';
import { careGroups, groupOf, levelsOfCare } from './levels.ts';
import { bedTotal, facilityChange, levelTotal } from './network.ts';
import type { AttestedLevel, NetworkFacility, UnitCensus } from './schema.ts';
import { shownAs } from './shown.ts';

const at = Date.parse('2026-03-01T08:00:00.000Z');
const nurse = { kind: 'person', id: 'a', name: 'A' } as const;
const other = { kind: 'person', id: 'b', name: 'B' } as const;
const context = (by: typeof nurse | typeof other, ms: number): DecisionContext => ({
  now: instantOf(ms),
  by,
  newId: () => 'x',
});
const level = (rest: Partial<AttestedLevel> = {}): AttestedLevel => ({
  level: 'hospice',
  capacity: 10,
  available: 3,
  validForMinutes: 60,
  validUntil: instantOf(at + 3_600_000),
  lapsed: false,
  version: 1,
  asOf: instantOf(at),
  source: nurse,
  ...rest,
});

test('every level of care stands in one group', () => {
  expect(new Set(levelsOfCare).size).toBe(levelsOfCare.length);
  for (const one of levelsOfCare) expect(careGroups).toContain(groupOf(one));
});

describe('how a level is shown', () => {
  test.each([
    [0, 10, 'full'],
    [0, 0, 'full'],
    [1, 2, 'limited'],
    [2, 2, 'limited'],
    [3, 3, 'available'],
    [3, 12, 'limited'],
    [4, 12, 'available'],
    [25, 100, 'limited'],
    [26, 100, 'available'],
  ] as const)('%i of %i is %s', (available, capacity, shown) => {
    expect(shownAs(level({ available, capacity }), at)).toBe(shown);
  });

  test('INV-7.3 past its validity, or lapsed, it is unknown whatever it was', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), fc.integer({ min: 0, max: 10 ** 9 }), (a, b, later) => {
        const counts = { available: Math.min(a, b), capacity: Math.max(a, b) };
        expect(shownAs(level(counts), at + 3_600_000 + later)).toBe('unknown');
        expect(shownAs(level({ ...counts, lapsed: true }), at)).toBe('unknown');
        expect(shownAs(level(counts), at + 3_599_999)).not.toBe('unknown');
      }),
    );
  });
});

describe('totals over counts', () => {
  test('INV-7.3 the truth lies in the interval, whatever the unknown counts are', () => {
    const count = fc.record({
      capacity: fc.nat(500),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      known: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(count), (counts) => {
        const inputs = counts.map(({ capacity, share, known }) => ({
          capacity,
          available: Math.floor(capacity * share),
          known,
        }));
        const total = availableTotal(inputs);
        const truth = inputs.reduce((sum, { available }) => sum + available, 0);
        expect(total.low).toBeLessThanOrEqual(truth);
        expect(total.high).toBeGreaterThanOrEqual(truth);
        expect(total.high - total.low).toBe(total.unknown);
        if (inputs.every(({ known }) => known)) expect(total.available).toBe(truth);
      }),
    );
  });

  test('judged from the end of time, all of it is unknown', () => {
    const unit: UnitCensus = {
      id: 'u',
      name: 'U',
      tally: {
        free: 1,
        claimed: 0,
        occupied: 1,
        cleaning: 0,
        contaminated: 0,
        closed: 0,
        isolated: 0,
        beds: 2,
      },
      version: 1,
      asOf: instantOf(at),
      source: nurse,
    };
    expect(levelTotal([level()], Number.POSITIVE_INFINITY)).toMatchObject({ available: 0, unknown: 10 });
    expect(bedTotal([unit], Number.POSITIVE_INFINITY)).toMatchObject({ unknownBeds: 2, known: { beds: 0 } });
    expect(bedTotal([unit], at)).toMatchObject({ unknownBeds: 0, known: { beds: 2 } });
  });
});

describe('measures', () => {
  test('turnaround: median and goal', () => {
    expect(turnaroundOf([])).toBeUndefined();
    expect(turnaroundOf([turnaroundGoalMs, 10, 20])).toEqual({ count: 3, medianMs: 20, withinGoal: 2 });
    expect(turnaroundOf([10, 20])).toMatchObject({ medianMs: 15 });
  });

  test('a quantile lies between the values, and grows with the share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(10 ** 6), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, a, b) => {
          const [low, high] = [
            quantile(values, Math.min(a, b)) ?? -1,
            quantile(values, Math.max(a, b)) ?? -1,
          ];
          expect(low).toBeGreaterThanOrEqual(Math.min(...values));
          expect(high).toBeLessThanOrEqual(Math.max(...values));
          expect(low).toBeLessThanOrEqual(high + 1e-6);
        },
      ),
    );
  });

  test('freshness: within the limit ÷ all, and the age of 95 in 100', () => {
    expect(complianceOf([])).toBeUndefined();
    expect(
      complianceOf([
        { ageMs: 10, limitMs: 10 },
        { ageMs: 11, limitMs: 10 },
        { ageMs: undefined, limitMs: 10 },
      ]),
    ).toMatchObject({ current: 1, expected: 3, p95Ms: 10.95 });
  });

  test('a trend has a point a step, and what began its span', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30 * 60_000), { maxLength: 60 }), (gaps) => {
        let points: { at: string }[] = [];
        let now = at;
        for (const gap of gaps) {
          now += gap;
          if (trendIsDue(points, instantOf(now))) points = withPoint(points, { at: instantOf(now) });
        }
        expect(points.length).toBeLessThanOrEqual(trendSpanMs / trendStepMs + 2);
        const steps = points.map((point) => Math.floor(Date.parse(point.at) / trendStepMs));
        expect(new Set(steps).size).toBe(steps.length);
        expect(
          points.filter((point) => Date.parse(point.at) < now - trendSpanMs - 31 * 60_000).length,
        ).toBeLessThan(2);
      }),
    );
  });
});

describe('changes', () => {
  const record = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.record({ x: fc.nat(3), y: fc.array(fc.nat(2)) }),
  );
  test('what was, with its changes, is what is; of what is the same there is none', () => {
    fc.assert(
      fc.property(record, record, (before, after) => {
        const changes = changesOf(before, after);
        expect(withChanges(before, changes)).toEqual(after);
        expect(changesOf(after, after)).toEqual({});
        expect(same(before, after)).toBe(Object.keys(changes).length === 0);
      }),
    );
  });

  test('a facility after its change is the facility as it is', () => {
    const facility = fc.record({
      levels: fc.dictionary(
        fc.constantFrom('hospice', 'maternity'),
        fc.nat(3).map((available) => level({ available })),
      ),
      measured: fc.option(fc.nat(3)),
    });
    fc.assert(
      fc.property(facility, facility, (first, second) => {
        const of = ({ levels, measured }: typeof first) => ({
          id: 'f',
          name: 'F',
          levels,
          units: {},
          turnaround:
            measured === null
              ? undefined
              : {
                  count: 1,
                  medianMs: measured,
                  withinGoal: 1,
                  version: 1,
                  asOf: instantOf(at),
                  source: nurse,
                },
        });
        let state: NetworkFacility | undefined;
        for (const next of [first, second]) {
          const change = facilityChange(state, of(next), context(nurse, at));
          if (change !== undefined) state = changedFacility(state, change);
          const {
            version: _v,
            asOf: _a,
            source: _s,
            ...shown
          } = state ?? { version: 0, asOf: '', source: '' };
          expect(shown).toEqual(JSON.parse(JSON.stringify(of(next))));
          expect(facilityChange(state, of(next), context(nurse, at))).toBeUndefined();
        }
      }),
    );
  });
});

describe('any sequence of words about a level', () => {
  const word = fc.record({
    type: fc.constantFrom('attest', 'confirm', 'undo', 'lapse'),
    by: fc.constantFrom(nurse, other),
    pause: fc.constantFrom(0, 1, undoWindowMs, undoWindowMs + 1, 3_600_000),
    available: fc.nat(12),
  });
  test('keeps versions growing by one, counts within capacity, and takes back only one’s own within its time', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        let record: LevelRecord = { version: 0, now: undefined, before: undefined };
        let now = at;
        for (const { type, by, pause, available } of words) {
          now += pause;
          const data = { facility: 'f', level: 'hospice' } as const;
          const stands = record.now;
          const levels = new Map([['hospice', record] as const]);
          const decision = decideLevels(
            levels,
            type === 'attest'
              ? { type: 'availability.attest', data: { ...data, available, capacity: 10 } }
              : type === 'confirm'
                ? {
                    type: 'availability.confirm',
                    data: {
                      facility: 'f',
                      levels: [{ level: 'hospice', version: Math.max(1, record.version) }],
                    },
                  }
                : { type: `availability.${type}`, data },
            context(by, now),
          );
          if (type === 'attest') expect(decision.ok).toBe(available <= 10);
          if (type === 'confirm') expect(decision.ok).toBe(stands !== undefined);
          if (type === 'undo') expect(decision.ok).toBe(stands !== undefined && mayUndo(stands, by, now));
          if (type === 'lapse')
            expect(decision.ok).toBe(
              stands !== undefined && !stands.lapsed && Date.parse(stands.validUntil) <= now,
            );
          if (!decision.ok) continue;
          const moved = availabilityMovedSchema.parse(decision.events[0]?.data);
          expect(moved.version).toBe(record.version + 1);
          expect(moved.from).toEqual(stands);
          expect(moved.to?.version ?? moved.version).toBe(moved.version);
          if (type === 'undo') {
            expect(moved.to?.available).toBe(record.before?.available);
            expect(moved.to?.asOf).toBe(record.before?.asOf);
            expect(moved.to?.source).toEqual(record.before?.source);
          }
          if (moved.to !== undefined) expect(moved.to.available).toBeLessThanOrEqual(moved.to.capacity);
          record = {
            version: moved.version,
            now: moved.to,
            before: moved.to?.undoableUntil === undefined ? undefined : moved.from,
          };
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsOfCare } from '#domain/network/levels.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { shownStates } from '#domain/network/shown.ts';
import type { ShownFacility } from '../network-reading.ts';
import { createTableOrder, distanceOf, matches } from './table-order.ts';
import { countOf, createTableRows, rowFreshness } from './table-rows.ts';
import { careChoices, readTableView, stateChoices, type TableView, tableColumns } from './table-view.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');
const at = (ms: number) => new Date(now + ms).toISOString();
const source = { kind: 'person', id: 'p', name: 'Nurse' } as const;
const minute = 60_000;

const level = (name: (typeof levelsOfCare)[number], available: number, validMs = minute): AttestedLevel => ({
  level: name,
  capacity: 40,
  available,
  validForMinutes: 60,
  validUntil: at(validMs),
  lapsed: false,
  version: 1,
  asOf: at(-30 * minute),
  source,
});

const facilities = fc
  .uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 99 }).map((number) => `f-${number}`),
      name: fc.constantFrom('Mercy', 'Đà Nẵng', 'St. Ann', 'Élan 2', 'Élan 10'),
      type: fc.constantFrom('CHILDREN', 'REHABILITATION', undefined),
      region: fc.constantFrom('north', 'south', undefined),
      position: fc.option(
        fc.record({
          latitude: fc.integer({ min: -80, max: 80 }),
          longitude: fc.integer({ min: -170, max: 170 }),
        }),
        { nil: undefined },
      ),
      levels: fc.uniqueArray(
        fc.record({
          name: fc.constantFrom(...levelsOfCare),
          available: fc.integer({ min: 0, max: 40 }),
          validMs: fc.constantFrom(-minute, minute),
        }),
        { selector: ({ name }) => name, maxLength: 4 },
      ),
    }),
    { selector: ({ id }) => id, maxLength: 25 },
  )
  .map((all) =>
    all.map(
      ({ id, name, type, region, position, levels }): ShownFacility => ({
        id,
        name,
        details: {
          ...(type && { type }),
          ...(region && { region: { id: region, name: region } }),
          ...(position && { position }),
          version: 1,
          asOf: at(0),
          source,
        },
        levels: Object.fromEntries(
          levels.map((one) => [one.name, level(one.name, one.available, one.validMs)]),
        ),
        units: {},
        turnaround: undefined,
      }),
    ),
  );
const views = fc.record(
  {
    text: fc.constantFrom('elan', 'da nang', 'mercy north', 'nowhere'),
    care: fc.constantFrom(...careChoices),
    region: fc.constantFrom('north', 'south'),
    state: fc.constantFrom(...stateChoices),
    within: fc.constantFrom(100, 500),
    sort: fc.constantFrom(...tableColumns),
    down: fc.constant(true as const),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<TableView>;
const moments = fc.record({
  atMs: fc.constant(now),
  from: fc.option(fc.constant({ latitude: 10, longitude: 106 }), { nil: undefined }),
});

describe('the order of the table', () => {
  it('shows each row that was asked for once, and no other', () => {
    const order = createTableOrder();
    fc.assert(
      fc.property(facilities, views, moments, (all, view, moment) => {
        const rows = createTableRows()(all);
        const shown = order(rows, view, moment);
        expect(shown.map(({ key }) => key).sort()).toEqual(
          rows
            .filter((row) => matches(row, view, moment))
            .map(({ key }) => key)
            .sort(),
        );
      }),
    );
  });

  it('is the same whatever order the rows came in, and stands by what it is ordered by', () => {
    fc.assert(
      fc.property(facilities, views, moments, (all, view, moment) => {
        const keys = (some: readonly ShownFacility[]) =>
          createTableOrder()(createTableRows()(some), view, moment).map(({ key }) => key);
        expect(keys(all.toReversed())).toEqual(keys(all));
        const shown = createTableOrder()(createTableRows()(all), { ...view, sort: 'distance' }, moment);
        const distances = shown.map((row) => distanceOf(row, moment.from));
        const known = distances.filter((one) => one !== undefined);
        expect(distances.slice(0, known.length)).toEqual(known);
        expect(known).toEqual(known.toSorted((a, b) => (view.down ? b - a : a - b)));
      }),
    );
  });

  it('is after any change what it would be if it were made anew', () => {
    const order = createTableOrder();
    fc.assert(
      fc.property(
        fc.array(facilities, { minLength: 2, maxLength: 4 }),
        views,
        moments,
        (states, view, moment) => {
          for (const state of states) {
            const keys = (made: ReturnType<typeof order>) => made.map(({ key }) => key);
            const rows = createTableRows()(state);
            expect(keys(order(rows, view, moment))).toEqual(keys(createTableOrder()(rows, view, moment)));
          }
        },
      ),
    );
  });

  it('puts what is not known last, whichever way', () => {
    const one = (id: string, levels: readonly AttestedLevel[]): ShownFacility => ({
      id,
      name: id,
      details: undefined,
      levels: Object.fromEntries(levels.map((each) => [each.level, each])),
      units: {},
      turnaround: undefined,
    });
    const rows = createTableRows()([
      one('a', [level('hospice', 3)]),
      one('b', [level('hospice', 40, -1)]),
      one('c', [level('hospice', 0)]),
      one('d', []),
    ]);
    const by = (view: TableView) =>
      createTableOrder()(rows, view, { atMs: now, from: undefined }).map(({ facility }) => facility.id);
    expect(by({ sort: 'available' })).toEqual(['c', 'a', 'b', 'd']);
    expect(by({ sort: 'available', down: true })).toEqual(['a', 'c', 'b', 'd']);
    expect(by({ state: 'open' })).toEqual(['a']);
    expect(by({ care: 'post-acute', state: 'unknown' })).toEqual(['b']);
  });
});

it('makes no row anew of a facility that has not changed', () => {
  const make = createTableRows();
  const [facility] =
    fc.sample(
      facilities.filter((all) => all.length > 0),
      1,
    )[0] ?? [];
  if (facility === undefined) throw new Error('no facility');
  const [first, again, other] = [make([facility]), make([facility]), make([{ ...facility }])];
  expect(again[0]).toBe(first[0]);
  expect(other[0]).not.toBe(first[0]);
});

it('says of a row how far it can be relied on', () => {
  const rows = createTableRows()([
    {
      id: 'a',
      name: 'A',
      details: undefined,
      levels: { hospice: level('hospice', 3) },
      units: {},
      turnaround: undefined,
    },
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  expect(rowFreshness(row, now)).toBe('fresh');
  expect(rowFreshness(row, now + 2 * minute)).toBe('unknown');
  expect(shownStates).toContain(countOf(row, now).state);
});

it('reads from an address what makes sense, and what it has written itself', () => {
  expect(readTableView({ care: 'x', sort: 'y', within: 7, near: '<b>', open: '../', text: '' })).toEqual({});
  expect(readTableView({ near: '10.5, 106', within: '25', open: 12, text: 5 })).toEqual({
    near: '10.5, 106',
    within: 25,
    open: '12',
    text: '5',
  });
  fc.assert(
    fc.property(views, (view) => {
      const { sort, ...rest } = view;
      const expected = sort === undefined || sort === 'facility' ? rest : view;
      expect(readTableView({ ...view })).toEqual(expected);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ccmMap } from './ccm-map.ts';
import { facilityMapSchema } from './facility-map.ts';
import { readFacilityRow } from './facility-rows.ts';

const asOf = '2020-04-01T00:00:00.000Z';
const usual = {
  Name: 'IU HEALTH',
  'Hospital Type': 'GENERAL ACUTE CARE',
  State: 'IN',
  Latitude: '39.77528',
  Longitude: '-86.17656',
  'Staffed All Beds': '',
  'Staffed ICU Beds': '',
  'All Bed Occupancy Rate': '',
  'ICU Bed Occupancy Rate': '',
  CCM_ID: 'CCM-IN-1',
};
const read = (row: Record<string, string>, map = ccmMap) =>
  readFacilityRow(new Map(Object.entries({ ...usual, ...row })), map, asOf);
const countsOf = (row: Record<string, string>) => {
  const result = read(row);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.data.counts;
};
const beds = (all: string, icu: string, rate: string, icuRate: string, type = 'GENERAL ACUTE CARE') => ({
  'Hospital Type': type,
  'Staffed All Beds': all,
  'Staffed ICU Beds': icu,
  'All Bed Occupancy Rate': rate,
  'ICU Bed Occupancy Rate': icuRate,
});

test('a row without counts is a facility all the same, of which nothing is counted', () => {
  expect(read({})).toEqual({
    ok: true,
    data: {
      facility: 'ccm-ccm-in-1',
      name: 'IU HEALTH',
      type: 'GENERAL ACUTE CARE',
      region: { id: 'us-in', name: 'Indiana' },
      position: { latitude: 39.77528, longitude: -86.17656 },
      asOf,
    },
  });
});

describe('what the beds of a row come to', () => {
  test.each([
    [
      'the ICU is part of all',
      beds('100', '20', '0.75', '0.5'),
      [
        ['medical-surgical', 80, 15],
        ['intensive-care', 20, 10],
      ],
    ],
    [
      'nobody knows the ICU’s share',
      beds('100', '20', '0.75', ''),
      [
        ['medical-surgical', 80, undefined],
        ['intensive-care', 20, undefined],
      ],
    ],
    [
      'nobody knows the share of all',
      beds('100', '20', '', '0.5'),
      [
        ['medical-surgical', 80, undefined],
        ['intensive-care', 20, 10],
      ],
    ],
    ['there is no ICU', beds('100', '0', '0.754', '0'), [['medical-surgical', 100, 25]]],
    ['nobody knows of an ICU', beds('100', '', '0.75', ''), [['medical-surgical', 100, 25]]],
    ['it is over full', beds('6', '', '3.26', ''), [['medical-surgical', 6, 0]]],
    [
      'the ICU alone is said to hold more than all',
      beds('100', '50', '0.1', '1'),
      [
        ['medical-surgical', 50, undefined],
        ['intensive-care', 50, 0],
      ],
    ],
    [
      'the wards hold more than their beds',
      beds('100', '50', '0.9', '0.2'),
      [
        ['medical-surgical', 50, 0],
        ['intensive-care', 50, 40],
      ],
    ],
    ['it has none', beds('0', '', '', ''), [['medical-surgical', 0, 0]]],
    ['it is psychiatric', beds('30', '', '', '', 'PSYCHIATRIC'), [['psychiatric', 30, undefined]]],
    [
      'it is for children',
      beds('30', '10', '1', '1', 'CHILDREN'),
      [
        ['paediatric', 20, 0],
        ['intensive-care', 10, 0],
      ],
    ],
    [
      'it is for the long term',
      beds('30', '', '', '', 'LONG TERM CARE'),
      [['skilled-nursing', 30, undefined]],
    ],
  ])('%s', (_what, row, expected) => {
    expect(countsOf(row)?.map(({ level, capacity, available }) => [level, capacity, available])).toEqual(
      expected,
    );
  });

  test('no bed is lost or made up, and never are more available than there are', () => {
    const rate = fc.oneof(
      fc.constant(''),
      fc.double({ min: 0, max: 3, noNaN: true }).map((one) => one.toFixed(6)),
    );
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), rate, rate, (wards, icu, share, icuShare) => {
        const counts = countsOf(beds(String(wards + icu), String(icu), share, icuShare)) ?? [];
        expect(counts.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(wards + icu);
        for (const { capacity, available = 0 } of counts) {
          expect(available).toBeGreaterThanOrEqual(0);
          expect(available).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});

test.each([
  ['no id', { CCM_ID: ' ' }, 'CCM_ID'],
  ['no name', { Name: '' }, 'Name'],
  ['half a bed', { 'Staffed All Beds': '1.5' }, 'Staffed All Beds'],
  ['fewer than none', { 'Staffed All Beds': '-1' }, 'Staffed All Beds'],
  ['words', { 'Staffed All Beds': 'many' }, 'Staffed All Beds'],
  ['a share below none', beds('10', '', '-0.1', ''), 'All Bed Occupancy Rate'],
  ['more in the ICU than there are', beds('10', '11', '', ''), 'Staffed All Beds'],
  ['broken UTF-8', { Name: 'H\uFFFDpital' }, 'Name'],
  ['half a position', { Longitude: '' }, 'data.position.longitude'],
  ['a place off the earth', { Latitude: '91' }, 'data.position.latitude'],
  ['a name too long', { Name: 'x'.repeat(201) }, 'data.name'],
])('a row with %s is refused, with the column', (_what, row, path) => {
  const result = read(row);
  expect(result.ok ? [] : result.issues.map((issue) => issue.path)).toContain(path);
});

test('another map: availability as a number, a level that must be named, a zone and a code', () => {
  const map = facilityMapSchema.parse({
    facility: { column: 'Id' },
    name: 'Name',
    code: 'Code',
    timezone: 'Zone',
    counts: [
      {
        level: { column: 'Kind', values: { H: 'hospice' } },
        capacity: 'Beds',
        available: 'Free',
        validForMinutes: 60,
      },
    ],
  });
  const row = { Id: 'A 1', Name: 'A', Code: 'A1', Zone: 'Asia/Ho_Chi_Minh', Kind: 'H', Beds: '5', Free: '2' };
  expect(read(row, map)).toMatchObject({
    data: {
      facility: 'a-1',
      code: 'A1',
      timezone: 'Asia/Ho_Chi_Minh',
      counts: [{ level: 'hospice', capacity: 5, available: 2, validForMinutes: 60 }],
    },
  });
  expect(read({ ...row, Kind: 'X' }, map)).toMatchObject({ ok: false, issues: [{ path: 'Kind' }] });
  expect(read({ ...row, Free: '6' }, map)).toMatchObject({
    ok: false,
    issues: [{ path: 'Free' }],
  });
});

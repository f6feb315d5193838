import { expect, test } from 'vitest';
import type { AttestedLevel } from '#domain/network/schema.ts';
import type { ShownFacility } from './network-reading.ts';
import { regionTotals } from './regions.ts';

const now = Date.parse('2026-03-01T08:00:00.000Z');
const source = { kind: 'person', id: 'p', name: 'P' } as const;

function level(available: number | undefined, capacity: number, validUntil: string): AttestedLevel {
  return {
    level: 'medical-surgical',
    capacity,
    ...(available === undefined ? {} : { available }),
    validForMinutes: 60,
    validUntil,
    lapsed: false,
    version: 1,
    asOf: '2026-03-01T07:30:00.000Z',
    source,
  };
}

function facility(id: string, region: string | undefined, one?: AttestedLevel): ShownFacility {
  const details = { version: 1, asOf: '2026-03-01T07:30:00.000Z', source };
  return {
    id,
    name: id.toUpperCase(),
    details:
      region === undefined ? details : { ...details, region: { id: region, name: `Region ${region}` } },
    levels: one === undefined ? {} : { [one.level]: one },
    units: {},
    turnaround: undefined,
  };
}

const later = '2026-03-01T09:00:00.000Z';
const earlier = '2026-03-01T07:59:00.000Z';

test('regions add up their facilities, and say what of them nobody knows', () => {
  const totals = regionTotals(
    [
      facility('a', '10', level(3, 10, later)),
      facility('b', '2', level(1, 4, later)),
      facility('c', '10', level(5, 20, earlier)),
      facility('d', '10', level(undefined, 7, later)),
      facility('e', undefined, level(2, 2, later)),
      facility('f', '2'),
    ],
    now,
  );
  expect(totals.map(({ id, facilities }) => [id, facilities])).toEqual([
    ['2', 2],
    ['10', 3],
    [undefined, 1],
  ]);
  expect(totals[1]?.groups.acute).toMatchObject({ available: 3, capacity: 10, unknown: 27 });
  expect(totals[0]?.groups).toEqual({ acute: expect.objectContaining({ available: 1, unknown: 0 }) });
});

test('of what the server does not confirm everything is unknown', () => {
  const [only] = regionTotals([facility('a', '1', level(3, 10, later))], Number.POSITIVE_INFINITY);
  expect(only?.groups.acute).toMatchObject({ available: 0, capacity: 0, unknown: 10 });
});

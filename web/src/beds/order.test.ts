import { expect, it } from 'vitest';
import type { Bed } from '#domain/beds/schema.ts';
import { shownBeds } from './order.ts';

const source = { kind: 'system', id: 's', name: 'Carewall' } as const;
const bed = (name: string, rest: Partial<Bed> = {}): [string, Bed] => [
  name,
  {
    id: name,
    name,
    location: { pointOfCare: 'X', room: '1', bed: '1', facility: 'X' },
    operationalStatus: 'U',
    version: 1,
    asOf: '2026-03-01T08:00:00.000Z',
    source,
    ...rest,
  },
];
const beds = Object.fromEntries([
  bed('b10'),
  bed('b2', { operationalStatus: 'O', asOf: '2026-03-01T07:00:00.000Z' }),
  bed('b1', {
    operationalStatus: 'K',
    isolation: { precaution: 'contact', since: '2026-03-01T08:00:00.000Z' },
  }),
]);
const names = (...args: Parameters<typeof shownBeds>) => shownBeds(...args).map(({ name }) => name);

it('orders beds by name as people count', () => {
  expect(names(beds, 'all', 'name')).toEqual(['b1', 'b2', 'b10']);
});

it('puts what can be given or must be seen to first', () => {
  expect(names(beds, 'all', 'status')).toEqual(['b10', 'b1', 'b2']);
  expect(names(beds, 'all', 'age')).toEqual(['b2', 'b1', 'b10']);
});

it('keeps what was asked for', () => {
  expect(names(beds, 'free', 'name')).toEqual(['b10']);
  expect(names(beds, 'isolated', 'name')).toEqual(['b1']);
  expect(names(beds, 'closed', 'name')).toEqual([]);
});

import { expect, it } from 'vitest';
import { facilitiesOf, type PlaceInZone } from './places.ts';

const org: PlaceInZone = { id: 'org', kind: 'organisation', name: 'Network' };
const facility = (id: string, timezone?: string): PlaceInZone => ({
  id,
  kind: 'facility',
  name: id.toUpperCase(),
  ...(timezone === undefined ? {} : { timezone }),
});
const unit = (id: string, name: string): PlaceInZone => ({ id, kind: 'unit', name });
const topic = (name: string, ...path: PlaceInZone[]) => ({ topic: name, view: 'operational.1', name, path });

it('finds facilities with their units, in order of name', () => {
  const facilities = facilitiesOf([
    topic('unit/w10/beds', org, facility('b'), unit('w10', '10 West')),
    topic('unit/w4/alerts', org, facility('b'), unit('w4', '4 West')),
    topic('unit/w4/beds', org, facility('b'), unit('w4', '4 West')),
    topic('unit/icu/beds', org, facility('a'), unit('icu', 'ICU')),
    topic('network/availability', org),
  ]);
  expect(facilities.map(({ id, units }) => [id, units.map(({ name }) => name)])).toEqual([
    ['a', ['ICU']],
    ['b', ['4 West', '10 West']],
  ]);
  expect(facilities[1]?.units.map(({ alertsTopic }) => alertsTopic)).toEqual(['unit/w4/alerts', undefined]);
});

it('knows the zone of a facility, and doubts one that the browser does not know', () => {
  const zones = facilitiesOf([
    topic('unit/x/beds', org, facility('a', 'Asia/Ho_Chi_Minh'), unit('x', 'X')),
    topic('unit/y/beds', org, facility('b', 'Mars/Olympus'), unit('y', 'Y')),
  ]).map(({ zone }) => zone);
  expect(zones).toEqual([expect.stringMatching(/^Asia\/(Ho_Chi_Minh|Saigon)$/), undefined]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kilometresBetween, positionText, readPosition } from './earth.ts';

const positions = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

it('knows the way between cities', () => {
  const hanoi = { latitude: 21.0285, longitude: 105.8542 };
  const saigon = { latitude: 10.7769, longitude: 106.7009 };
  // Great circle distances as published for these coordinates.
  expect(kilometresBetween(hanoi, saigon)).toBeCloseTo(1143.6, -1);
  expect(
    kilometresBetween({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }),
  ).toBeCloseTo(111.2, 1);
  expect(kilometresBetween({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(
    20_015.1,
    0,
  );
});

it('is the same both ways, nothing from a place to itself, and no way round is shorter', () => {
  fc.assert(
    fc.property(positions, positions, positions, (a, b, c) => {
      const ab = kilometresBetween(a, b);
      expect(ab).toBeCloseTo(kilometresBetween(b, a), 6);
      expect(kilometresBetween(a, a)).toBe(0);
      expect(ab).toBeLessThanOrEqual(kilometresBetween(a, c) + kilometresBetween(c, b) + 1e-3);
    }),
  );
});

it('reads a position as people write it, and what it has written', () => {
  expect(readPosition(' 10.78, 106.70 ')).toEqual({ latitude: 10.78, longitude: 106.7 });
  expect(readPosition('-33 151')).toEqual({ latitude: -33, longitude: 151 });
  for (const text of ['', 'Riverside', '91,0', '0,181', '1,2,3', '1e3, 4'])
    expect(readPosition(text)).toBeUndefined();
  fc.assert(
    fc.property(positions, (position) => {
      const again = readPosition(positionText(position));
      expect(again?.latitude).toBeCloseTo(position.latitude, 3);
      expect(again?.longitude).toBeCloseTo(position.longitude, 3);
    }),
  );
});

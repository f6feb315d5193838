import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved, wholeIn, zoomed } from './camera.ts';
import { clusterScale, clustersOf, type Spot } from './clusters.ts';
import { coarsened, plane, projectedFor } from './projected.ts';

const spots = fc.array(
  fc.record({
    id: fc.uuid(),
    name: fc.constant('A'),
    x: fc.double({ min: -50, max: 1000, noNaN: true }),
    y: fc.double({ min: -50, max: 700, noNaN: true }),
    has: fc.constantFrom<Spot['has']>('open', 'full', 'unknown'),
  }),
  { maxLength: 200 },
);

describe('clusters', () => {
  it('hold every facility once, at any scale', () => {
    fc.assert(
      fc.property(spots, fc.double({ min: 0.05, max: 200, noNaN: true }), (all, k) => {
        const clusters = clustersOf(all, clusterScale(k));
        expect(clusters.flatMap((one) => one.spots.map(({ id }) => id)).sort()).toEqual(
          all.map(({ id }) => id).sort(),
        );
        expect(clusters.reduce((sum, { open }) => sum + open, 0)).toBe(
          all.filter(({ has }) => has === 'open').length,
        );
      }),
    );
  });
});

describe('the camera', () => {
  const sizes = fc.record({
    width: fc.integer({ min: 200, max: 4000 }),
    height: fc.integer({ min: 200, max: 3000 }),
  });
  const moves = fc.array(
    fc.oneof(
      fc.record({ by: fc.double({ min: 0.1, max: 10, noNaN: true }), x: fc.integer(), y: fc.integer() }),
      fc.record({ dx: fc.integer({ min: -5000, max: 5000 }), dy: fc.integer({ min: -5000, max: 5000 }) }),
    ),
    { maxLength: 20 },
  );
  it('never loses the plane, whatever somebody does', () => {
    fc.assert(
      fc.property(sizes, moves, (size, all) => {
        const end = all.reduce(
          (camera, move) =>
            'by' in move
              ? zoomed(camera, move.by, [Math.abs(move.x) % size.width, Math.abs(move.y) % size.height], size)
              : moved(camera, [move.dx, move.dy], size),
          wholeIn(size),
        );
        const middle = [(size.width / 2 - end.x) / end.k, (size.height / 2 - end.y) / end.k];
        expect(middle[0]).toBeGreaterThanOrEqual(-0.001);
        expect(middle[0]).toBeLessThanOrEqual(plane.width + 0.001);
        expect(middle[1]).toBeGreaterThanOrEqual(-0.001);
        expect(middle[1]).toBeLessThanOrEqual(plane.height + 0.001);
      }),
    );
  });
});

describe('the plane', () => {
  const cities = {
    chicago: { latitude: 41.88, longitude: -87.63 },
    anchorage: { latitude: 61.22, longitude: -149.9 },
    honolulu: { latitude: 21.31, longitude: -157.86 },
    sanJuan: { latitude: 18.47, longitude: -66.11 },
  };
  it('is the United States with what lies far off moved in, where a network lies there', async () => {
    const { place, land } = await projectedFor(Object.values(cities));
    expect(land.length).toBeGreaterThan(50);
    const length = (of: 'fine' | 'coarse') => land.reduce((sum, one) => sum + one[of].length, 0);
    expect(length('coarse')).toBeLessThan(length('fine') / 1.5);
    for (const [name, city] of Object.entries(cities)) {
      const [x = -1, y = -1] = place(city) ?? [];
      expect(x, name).toBeGreaterThan(0);
      expect(x, name).toBeLessThan(plane.width);
      expect(y, name).toBeGreaterThan(0);
      expect(y, name).toBeLessThan(plane.height);
    }
    expect(place({ latitude: 13.44, longitude: 144.79 })).toBeUndefined();
  });

  it('draws a coast without what nobody sees from afar', () => {
    expect(coarsened('M0,0L0.2,0L2,0L2.1,0.1Z M5,5L5.1,5Z', 1)).toBe('M0,0L2,0Z M5,5Z');
  });

  it('is the part of the world where the network lies, otherwise', async () => {
    const hanoi = { latitude: 21.03, longitude: 105.85 };
    const saigon = { latitude: 10.78, longitude: 106.7 };
    const { place, land } = await projectedFor([hanoi, saigon]);
    expect(land.some(({ fine }) => fine.startsWith('M'))).toBe(true);
    expect(place(hanoi)?.[1]).toBeLessThan(place(saigon)?.[1] ?? 0);
    await expect(projectedFor([])).resolves.toBeDefined();
    await expect(projectedFor([hanoi])).resolves.toBeDefined();
  });
});

import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPlacesNear } from './nearby-places.ts';
import { createTestHospital, type TestHospital } from './testing/test-hospital.ts';

let hospital: TestHospital;
const positions = new Map<string, { latitude: number; longitude: number }>();

beforeAll(async () => {
  hospital = await createTestHospital();
  // The poles, the date line and the antipodes are where a plane's arithmetic goes wrong.
  const hard = [
    [90, 0],
    [-90, 0],
    [0, 180],
    [0, -180],
    [-16.5, 179.99],
    [-16.5, -179.99],
    [0, 0],
  ] as const;
  const many = fc.sample(
    fc.tuple(fc.double({ min: -90, max: 90, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true })),
    { numRuns: 200, seed: 5 },
  );
  await Promise.all(
    [...hard, ...many].map(async ([latitude, longitude], index) => {
      const facility = `near-${index}`;
      positions.set(facility, { latitude, longitude });
      const region = { id: `area-${index % 4}`, name: 'Area' };
      const data = { facility, name: facility, position: { latitude, longitude }, region };
      const outcome = await hospital.as('admin', 'facility.register', data, { id: uuidv7() });
      if (!outcome.ok) throw new Error(outcome.error.message);
    }),
  );
});
afterAll(() => hospital.close());

const near = (rest: Partial<Parameters<typeof listPlacesNear>[2]>) =>
  listPlacesNear(hospital.databases.app, 'demo', {
    grants: [{ role: 'nurse', place: 'demo' }],
    latitude: 0,
    longitude: 0,
    withinMetres: undefined,
    limit: 200,
    ...rest,
  });

/** The great circle by the haversine formula, over the mean radius of the earth. */
function haversine(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [dLat, dLon] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)];
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}

test('the nearest come first, as far away as the great circle says, and none is passed over', async () => {
  const point = fc.record({
    latitude: fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(90, -90, 0)),
    longitude: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(180, -180)),
  });
  await fc.assert(
    fc.asyncProperty(
      point,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 20_000 }),
      async (from, limit, km) => {
        const truth = [...positions.values()]
          .map((position) => haversine(from, position))
          .sort((a, b) => a - b);
        const withinMetres = km * 1_000;
        const found = await near({ ...from, limit, withinMetres });
        const metres = found.map((place) => place.metres);
        expect(metres).toEqual([...metres].sort((a, b) => a - b));
        for (const place of found) {
          const position = positions.get(place.id);
          if (position === undefined) throw new Error(`${place.id} has no position`);
          // A metre: at the antipodes the arc sine knows no better.
          expect(Math.abs(place.metres - haversine(from, position))).toBeLessThan(1);
        }
        const within = truth.filter((distance) => distance <= withinMetres - 1).length;
        expect(found.length).toBeGreaterThanOrEqual(Math.min(limit, within));
        for (const [index, distance] of metres.entries())
          expect(Math.abs(distance - (truth[index] ?? 0))).toBeLessThan(1);
      },
    ),
    { numRuns: 60 },
  );
});

test('INV-3.2 a place of which one may see nothing is not there', async () => {
  const inArea = (await near({ grants: [{ role: 'provider', place: 'area-1' }] })).map(({ id }) =>
    Number(id.slice(5)),
  );
  expect(inArea.length).toBeGreaterThan(40);
  for (const index of inArea) expect(index % 4).toBe(1);
  expect(await near({ grants: [{ role: 'patient', place: 'demo' }] })).toEqual([]);
  expect(await near({ grants: [] })).toEqual([]);
  const other = await listPlacesNear(hospital.databases.app, 'elsewhere', {
    grants: [{ role: 'admin', place: 'demo' }],
    latitude: 0,
    longitude: 0,
    withinMetres: undefined,
    limit: 10,
  });
  expect(other).toEqual([]);
});

test('the index finds them: it is read from the nearest on, under the policies of the application', async () => {
  const { owner } = hospital.database;
  const [{ body } = { body: '' }] = await owner<{ body: string }[]>`
    select pg_get_function_sqlbody('carewall.places_near'::regproc) as body`;
  const select = body
    .replace(/^\s*BEGIN ATOMIC/i, '')
    .replace(/;\s*END\s*$/i, '')
    .replaceAll('places_near.p_org', "'demo'::text")
    .replaceAll('places_near.p_held', "'{demo}'::text[]")
    .replaceAll('places_near.p_latitude', '41.5::float8')
    .replaceAll('places_near.p_longitude', '-81.7::float8')
    .replaceAll('places_near.p_limit', '5');
  await owner`analyze carewall.facilities, carewall.places`;
  const plan = await owner.begin(async (transaction) => {
    await transaction`select set_config('carewall.org', 'demo', true)`;
    await transaction`set local role carewall_app`;
    await transaction`set local enable_sort = off`;
    const rows = await transaction.unsafe(`explain ${select}`);
    return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
  });
  expect(plan).toMatch(/Index Scan using facilities_near/);
  expect(plan).toMatch(/Order By: \(location OPERATOR\(carewall\.<->\)|Order By: \(location <->/);
  expect(plan).not.toMatch(/Sort/);
});

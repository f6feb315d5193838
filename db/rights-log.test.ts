import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRightsLog, rightsLogFloor } from './rights-log.ts';
import { createTestPeople, type TestPeople, testOrg } from './testing/test-people.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

it('gives what commits late, though later ids were read before it', async () => {
  const { identity, relay } = people.databases;
  const note = (sql: Pick<typeof identity, 'unsafe'>, principal: string) =>
    sql.unsafe('insert into carewall.rights_log (org_id, principal) values ($1, $2)', [testOrg, principal]);
  const start = await rightsLogFloor(relay);

  let commit = (): void => undefined;
  const committing = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let began = (): void => undefined;
  const beginning = new Promise<void>((resolve) => {
    began = resolve;
  });
  const late = identity.begin(async (transaction) => {
    await note(transaction, 'late');
    began();
    await committing;
  });
  await beginning;
  await note(identity, 'early');

  const first = await readRightsLog(relay, { floor: start });
  expect(first.entries.map(({ principal }) => principal)).toEqual(['early']);
  commit();
  await late;
  const second = await readRightsLog(relay, first);
  // The early one again: it stands above the floor that the late one held down.
  expect(second.entries.map(({ principal }) => principal)).toEqual(['late', 'early']);
  expect(second.entries[0]?.id).toBeLessThan(first.entries[0]?.id ?? 0);
  // Other databases of the server have transactions of their own, which hold the floor down as well.
  let last = second;
  await expect
    .poll(async () => {
      last = await readRightsLog(relay, last);
      return last.entries;
    })
    .toEqual([]);
  expect(BigInt(last.floor)).toBeGreaterThan(BigInt(start));
});

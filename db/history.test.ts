import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oldestSeq, readEvents } from './event-log.ts';
import { upkeepHistory } from './history.ts';
import { createTestHospital, type TestHospital } from './testing/test-hospital.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

const key = { org: 'demo', topic: 'unit/ds/beds' };

test('what is older than is kept goes, month by month; the rest and the counting stay', async () => {
  const { owner } = hospital.database;
  const { relay } = hospital.databases;
  await owner`create table carewall.events_2020_01 partition of carewall.events for values from ('2020-01-01Z') to ('2020-02-01Z')`;
  await owner`update carewall.events set at = '2020-01-15Z' where topic = ${key.topic} and seq <= 10`;
  expect(await oldestSeq(relay, key)).toBe(1);
  expect(await upkeepHistory(relay, 90)).toEqual(['events_2020_01']);
  expect(await oldestSeq(relay, key)).toBe(11);
  expect((await readEvents(relay, key, 0, 1))[0]?.seq).toBe(11);
  expect(await upkeepHistory(relay, 90)).toEqual([]);
});

test('answers are kept for longer than any id is taken', async () => {
  const { owner } = hospital.database;
  const put = async (age: string): Promise<string> => {
    const id = randomUUID();
    await owner`
      insert into carewall.commands (org_id, principal, id, payload_hash, type, at)
      values ('demo', 'somebody', ${id}, '', 'bed.claim', clock_timestamp() - ${age}::interval)`;
    return id;
  };
  const old = await put('10 days');
  const young = await put('8 days');
  await upkeepHistory(hospital.databases.relay, 90);
  const left = await owner`select id from carewall.commands where principal = 'somebody'`;
  expect(left.map(({ id }) => id)).toEqual([young]);
  expect(old).not.toBe(young);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry } from '#db/audit.ts';
import { createTestPeople, type TestPeople, testOrg } from '#db/testing/test-people.ts';
import { createJournal } from './journal.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people?.close());

const entry = (id: number): AuditEntry => ({
  org: testOrg,
  principal: { kind: 'person', id: `reader-${id}`, name: 'A Reader' },
  action: 'topic.read',
  outcome: 'ok',
  details: { topic: 'unit/ward/beds', view: 'clinical', why: 'subscribe' },
});
const written = () => people.database.owner`
  select count(*) as rows, count(distinct tx) as transactions from carewall.audit where action = 'topic.read'`;

test('INV-13.4 ten thousand who come at once are ten thousand rows in some statements', async () => {
  const faults: unknown[] = [];
  const journal = createJournal({ sql: people.databases.identity, onFault: (fault) => faults.push(fault) });
  const answers = await Promise.all(Array.from({ length: 10_000 }, (_, id) => journal.write(entry(id))));
  expect(answers.every(Boolean)).toBe(true);
  expect(await written()).toEqual([{ rows: 10_000, transactions: 10 }]);
  expect(faults).toEqual([]);
});

test('INV-13.4 what cannot be written is told so, and so is what is too much to wait', async () => {
  const faults: unknown[] = [];
  const options = { sql: people.databases.identity, onFault: (fault: unknown) => faults.push(fault) };
  await people.database.owner`revoke insert on carewall.audit from carewall_identity`;
  expect(await createJournal(options).write(entry(0))).toBe(false);
  await people.database.owner`grant insert on carewall.audit to carewall_identity`;
  expect(faults).toHaveLength(1);
  const narrow = createJournal({ ...options, most: 2 });
  expect(await Promise.all([1, 2, 3].map((id) => narrow.write(entry(id))))).toEqual([true, true, false]);
});

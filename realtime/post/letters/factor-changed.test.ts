import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FactorChange, recordFactorChange } from '#db/factors.ts';
import { createTestPeople, type TestPeople, testOrg } from '#db/testing/test-people.ts';
import { atLeisureInOrganisation } from '#db/transaction.ts';
import { factorChanged } from './factor-changed.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

async function written(what: FactorChange, by: 'owner' | 'admin', language: 'en' | 'vi') {
  const { id: account } = await people.person();
  const actor = by === 'owner' ? account : 'admin';
  const { id: session } = await people.session(account);
  const about = await recordFactorChange(
    people.databases.identity,
    { org: testOrg, account },
    { what, name: what === 'passkey-added' ? 'Laptop' : '' },
    { principal: { kind: 'person', id: actor, name: 'Somebody' }, session },
  );
  return atLeisureInOrganisation(people.databases.app, testOrg, (sql) =>
    factorChanged.prepare({
      sql,
      org: testOrg,
      about,
      language,
      channel: 'email',
      publicUrl: 'https://wall.example',
    }),
  );
}

it('says what has changed and what to do if it was somebody else', async () => {
  const letter = await written('passkey-added', 'owner', 'en');
  expect(letter?.subject).toBe('How you sign in to Carewall has changed');
  expect(letter?.text).toContain('A passkey was added to your account. (Laptop)');
  expect(letter?.text).toContain('https://wall.example/me/security');
  expect(letter?.text).not.toContain('administrator did this');
});

it('says so where an administrator did it, in the language that is read', async () => {
  expect((await written('reset', 'admin', 'en'))?.text).toContain('An administrator did this.');
  expect((await written('reset', 'admin', 'vi'))?.text).toContain('Một quản trị viên đã làm việc này.');
});

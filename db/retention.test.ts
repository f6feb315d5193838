import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { retentionRules } from '#domain/privacy/retention.ts';
import { upkeepHistory } from './history.ts';
import { applyRetention, readRetention } from './retention.ts';
import { createTestPeople, type TestPeople, testOrg } from './testing/test-people.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

const usual = readRetention('', 90).days;

async function count(table: string): Promise<number> {
  const [row] = await people.database.owner.unsafe(`select count(*)::int as n from carewall.${table}`);
  return Number(row?.n);
}

it('days are read by kind, within their limits', () => {
  expect(usual).toEqual(Object.fromEntries(retentionRules.map(({ kind, days }) => [kind, days])));
  expect(readRetention('sessions=60, letters = 14', 30)).toEqual({
    days: { ...usual, sessions: 60, letters: 14, events: 30 },
    faults: [],
  });
  expect(readRetention('audit=30', 90).faults).toEqual(['audit is kept from 2190 to 36500 days']);
  expect(readRetention('commands=1', 90).faults).toEqual(['commands is kept from 9 to 9 days']);
  expect(readRetention('events=30', 90).faults).toEqual(['events have HISTORY_DAYS']);
  expect(readRetention('everything=1', 90).faults).toEqual(['there is no kind of data everything']);
  expect(readRetention('sessions', 90).faults).toEqual(['must be like sessions=60, letters=14']);
});

it('INV-19.10 what is older than it is kept goes, and what is not stays: each kind', async () => {
  const { owner } = people.database;
  const { privacy, relay } = people.databases;
  const { id: account } = await people.person();
  const old = await people.session(account);
  const fresh = await people.session(account);
  await owner`
    update carewall.sessions set ended_at = clock_timestamp() - interval '31 days', expires_at = clock_timestamp() - interval '31 days'
    where id = ${old.id}`;
  await owner`update carewall.sessions set ended_at = clock_timestamp() - interval '29 days' where id = ${fresh.id}`;
  for (const [id, days] of [
    [randomUUID(), 1_096],
    [randomUUID(), 1_094],
  ] as const) {
    await owner`
      insert into carewall.privacy_requests (org_id, id, kind, account, status, ended_at, version, entity)
      values (${testOrg}, ${id}, 'export', ${account}, 'ready', clock_timestamp() - make_interval(days => ${days}), 2, '{}')`;
    await owner`
      insert into carewall.privacy_archives (org_id, request, expires_at, sealed)
      values (${testOrg}, ${id}, clock_timestamp() + make_interval(days => ${1_095 - days}), '{}')`;
  }
  for (const days of [31, 29]) {
    await owner`
      insert into carewall.post (org_id, letter, language, channel, about, status, created_at, ended_at)
      values (${testOrg}, 'test', 'en', 'email', 'x', 'sent', clock_timestamp() - interval '40 days', clock_timestamp() - make_interval(days => ${days}))`;
  }
  await owner`
    insert into carewall.commands (org_id, principal, id, payload_hash, type, at)
    select ${testOrg}, 'x', gen_random_uuid(), ${randomBytes(4)}, 'x', clock_timestamp() - make_interval(days => d)
    from unnest(array[8, 10]) as d`;
  await owner`
    insert into carewall.rights_log (org_id, principal, at)
    select ${testOrg}, 'x', clock_timestamp() - make_interval(days => d) from unnest(array[0, 2]) as d`;
  const before = { rights: await count('rights_log'), audit: await count('audit') };

  expect(await applyRetention(privacy, usual)).toMatchObject({
    sessions: 1,
    letters: 1,
    archives: 1,
    requests: 1,
  });
  await upkeepHistory(relay, usual.events);
  const left = await owner`select id from carewall.sessions`;
  expect(left.map(({ id }) => id)).toEqual([fresh.id]);
  // With a session go its refresh tokens.
  expect(await count('refresh_tokens')).toBe(1);
  expect(await count('post')).toBe(1);
  expect(await count('privacy_requests')).toBe(1);
  expect(await count('privacy_archives')).toBe(1);
  expect(await count('commands')).toBe(1);
  expect(await count('rights_log')).toBe(before.rights - 1);
  // Nothing takes a row out of the audit.
  expect(await count('audit')).toBe(before.audit);
  expect(await applyRetention(privacy, usual)).toMatchObject({
    sessions: 0,
    letters: 0,
    archives: 0,
    requests: 0,
  });
});

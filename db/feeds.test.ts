import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFeed, feedBySource } from './feeds.ts';
import { createTestPeople, type TestPeople, testOrg } from './testing/test-people.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

it('a feed is known by its source, with the time zone and code of its facility', async () => {
  const { identity, relay } = people.databases;
  const feed = {
    id: 'feed',
    org: testOrg,
    name: 'EPIC',
    application: 'EPIC',
    facility: 'LSH',
    place: 'ward',
  };
  expect(await createFeed(identity, feed)).toBe(true);
  expect(await createFeed(identity, { ...feed, id: 'other' })).toBe(false);
  const source = { application: 'EPIC', facility: 'LSH' };
  expect(await feedBySource(relay, source)).toEqual({
    id: 'feed',
    org: testOrg,
    name: 'EPIC',
    place: 'ward',
    timezone: 'Europe/Vienna',
    facilityCode: 'LSH',
  });
  expect(await feedBySource(relay, { ...source, facility: 'XX' })).toBeUndefined();
  await people.database.owner`update carewall.feeds set disabled_at = clock_timestamp() where id = 'feed'`;
  expect(await feedBySource(relay, source)).toBeUndefined();
});

it('a feed of a whole organisation is in UTC and has no facility', async () => {
  const { identity, relay } = people.databases;
  await createFeed(identity, {
    id: 'wide',
    org: testOrg,
    name: 'BUS',
    application: 'BUS',
    facility: 'ALL',
    place: testOrg,
  });
  expect(await feedBySource(relay, { application: 'BUS', facility: 'ALL' })).toMatchObject({
    timezone: 'UTC',
    facilityCode: undefined,
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestPeople, type TestPeople } from '#db/testing/test-people.ts';
import { createDoorLimits } from './door-limits.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

function nodesAt(now: { at: number }) {
  const options = { sql: people.databases.identity, ring: people.ring, clock: () => now.at };
  return [createDoorLimits(options), createDoorLimits(options)] as const;
}

/** How many of so many letters were let through, asked for of each node in turn. */
async function written(
  nodes: ReturnType<typeof nodesAt>,
  times: number,
  to: (n: number) => [string, string],
) {
  let through = 0;
  for (let n = 0; n < times; n += 1) if (await nodes[n % 2 === 0 ? 0 : 1].mayWrite(...to(n))) through += 1;
  return through;
}

it('a mailbox gets five letters at once and five an hour, whichever nodes they are asked of and from wherever', async () => {
  const now = { at: 1_000_000_000_000 };
  const nodes = nodesAt(now);
  const mailbox = (n: number): [string, string] => [`198.51.100.${n}`, 'desk@lakeside.example'];
  expect(await written(nodes, 10, mailbox)).toBe(5);
  now.at += 12 * 60_000;
  expect(await written(nodes, 10, mailbox)).toBe(1);
  expect(await written(nodes, 2, () => ['198.51.100.1', 'office@lakeside.example'])).toBe(2);
  const kept = await people.database.owner`select encode(key, 'escape') as key from carewall.attempts`;
  expect(kept.map(({ key }) => String(key)).join()).not.toMatch(/lakeside|198\.51/);
});

it('an address asks for twenty at once and two a minute, whichever nodes it asks; what is refused names nobody', async () => {
  const now = { at: 1_000_000_000_000 };
  const nodes = nodesAt(now);
  const address = (n: number): [string, string] => ['203.0.113.9', `somebody-${n}@lakeside.example`];
  const buckets = async () =>
    (await people.database.owner`select count(*)::int as n from carewall.attempts`)[0]?.n ?? 0;
  const before = await buckets();
  expect(await written(nodes, 40, address)).toBe(20);
  expect(await buckets()).toBe(before + 21);
  now.at += 30_000;
  expect(await written(nodes, 2, (n) => address(50 + n))).toBe(1);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabases } from './databases.ts';
import { newKeyRing, parseKeyRing } from './key-ring.ts';
import { newestSigningKey, publishedKeys } from './signing-keys.ts';
import { createTestPeople, type TestPeople } from './testing/test-people.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

it('nodes that start at once make one key between them, sealed where it stands', async () => {
  const { ring, database } = people;
  const nodes = [1, 2, 3].map(() => openDatabases(database.url));
  try {
    const keys = await Promise.all(
      nodes.flatMap(({ identity }) => [newestSigningKey(identity, ring), newestSigningKey(identity, ring)]),
    );
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    const [key] = keys;
    expect(await publishedKeys(people.databases.identity)).toEqual([
      { id: key?.id, publicJwk: { kty: 'OKP', crv: 'Ed25519', x: key?.privateJwk.x } },
    ]);
    const [row] = await database.owner`select row_to_json(k)::text as text from carewall.signing_keys k`;
    expect(row?.text).not.toContain(key?.privateJwk.d);
  } finally {
    await Promise.all(nodes.map((node) => node.end()));
  }
});

it('another key ring is told apart, without a word of the key', async () => {
  const { identity } = people.databases;
  await newestSigningKey(identity, people.ring);
  await expect(newestSigningKey(identity, parseKeyRing(newKeyRing(), 'another'))).rejects.toThrow(
    /^the signing key \S+ cannot be opened: the key ring is not the one that sealed it$/,
  );
});

it('a retired key is published for as long as its tokens live, and signs no more', async () => {
  const { databases, database, ring } = people;
  const first = await newestSigningKey(databases.identity, ring);
  await database.owner`update carewall.signing_keys set retired_at = clock_timestamp() where id = ${first.id}`;
  const second = await newestSigningKey(databases.identity, ring);
  expect(second.id).not.toBe(first.id);
  expect((await publishedKeys(databases.identity)).map(({ id }) => id)).toEqual([second.id, first.id]);
  await database.owner`
    update carewall.signing_keys set retired_at = clock_timestamp() - interval '16 minutes' where id = ${first.id}`;
  expect((await publishedKeys(databases.identity)).map(({ id }) => id)).toEqual([second.id]);
});

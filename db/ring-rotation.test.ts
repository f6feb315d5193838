import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { phi, subject } from '#domain/phi.ts';
import { connect, type Database } from './connect.ts';
import { type KeyRing, makeKeyRing, openKeyRing } from './key-ring.ts';
import { rotateKeyRing } from './ring-rotation.ts';
import { ringSealedColumns } from './ring-sealed-columns.ts';
import { reportKeyRing } from './ring-state.ts';
import { newestSigningKey, publishedKeys, rotateSigningKeys } from './signing-keys.ts';
import { createTestPeople, type TestPeople, testOrg } from './testing/test-people.ts';
import { createVault } from './vault.ts';

const schema = z.object({ who: subject(), name: phi(z.string()) });

let people: TestPeople;
let folder: string;
let sql: Database;
let said: string[];
let files = 0;

beforeAll(async () => {
  people = await createTestPeople();
  folder = await mkdtemp(join(tmpdir(), 'carewall-rings-'));
  sql = connect(people.database.url, { role: 'carewall_keys', max: 2, name: 'carewall keys' });
});
afterAll(async () => {
  await sql.end();
  await people.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  said = [];
  for (const table of ['subject_keys', 'signing_keys', 'ring_keys', 'ring_nodes'])
    await people.database.owner.unsafe(`delete from carewall.${table}`);
});

async function newRing(): Promise<{ file: string; ring: KeyRing }> {
  files += 1;
  const file = join(folder, `ring-${files}.json`);
  await makeKeyRing(file);
  return { file, ring: await openKeyRing({ file, make: false }) };
}

const sealedUnder = async (): Promise<string[]> =>
  z
    .array(z.object({ key: z.string() }))
    .parse(
      await people.database.owner`
        select distinct ring_key as key from (
          select ring_key from carewall.subject_keys union all select ring_key from carewall.signing_keys) k order by 1`,
    )
    .map(({ key }) => key);

const rotate = (file: string, waitMs = 0) =>
  rotateKeyRing({ sql, file, waitMs, say: (line) => said.push(line) });

it('INV-19.1 a rotation wraps everything anew, and what was sealed is read without the old key', async () => {
  const { file, ring } = await newRing();
  const vault = createVault(people.databases.vault, ring);
  const values = Array.from({ length: 700 }, (_, n) => ({
    schema,
    value: { who: `patient-${n}`, name: `Name ${n}` },
  }));
  const sealed = await vault.seal(testOrg, values);
  const signing = await newestSigningKey(people.databases.identity, ring);

  expect(await rotate(file)).toBe('done');
  expect(await sealedUnder()).toEqual(['k2']);
  expect(Object.keys(JSON.parse(await readFile(file, 'utf8')).keys)).toEqual(['k2']);

  // A node that starts afterwards, with the new file alone.
  const later = await openKeyRing({ file, make: false });
  const opened = await createVault(people.databases.vault, later).open(
    testOrg,
    sealed.map((value) => ({ schema, value })),
  );
  expect(opened).toEqual(values.map(({ value }) => value));
  expect((await newestSigningKey(people.databases.identity, later)).id).toBe(signing.id);
  // One that was running meets the new key and reads its file again.
  const running = createVault(people.databases.vault, ring);
  expect(await running.open(testOrg, [{ schema, value: sealed[0] }])).toEqual([values[0]?.value]);
});

it('INV-19.2 a rotation waits for every node that serves, and goes on when it is called again', async () => {
  const { file, ring } = await newRing();
  const other = await openKeyRing({ file, make: false });
  await createVault(people.databases.vault, ring).seal(testOrg, [
    { schema, value: { who: 'patient', name: 'Name' } },
  ]);
  const report = async (node: string, theirs: KeyRing): Promise<void> => {
    await reportKeyRing(people.databases.relay, node, theirs);
  };
  await report('first', ring);
  await report('second', other);

  expect(await rotate(file)).toBe('waiting');
  expect(said.at(-1)).toContain('first, second');
  ring.reload();
  await report('first', ring);
  expect(await rotate(file)).toBe('waiting');
  expect(said.at(-1)).toMatch(/nodes do not have k2 yet: second\./);
  expect(ring.current).toBe('k1');

  other.reload();
  await report('second', other);
  expect(await rotate(file)).toBe('waiting');
  expect(said.at(-1)).toMatch(/do not wrap with k2 yet: first, second\./);
  expect(await sealedUnder()).toEqual(['k1']);

  for (const [name, theirs] of [['first', ring] as const, ['second', other] as const]) {
    theirs.reload();
    await report(name, theirs);
  }
  expect(await rotate(file)).toBe('done');
  expect(await sealedUnder()).toEqual(['k2']);
});

it('INV-19.3 nothing is written under a retired key, whoever was told nothing of the rotation', async () => {
  const { file } = await newRing();
  const text = await readFile(file, 'utf8');
  const stale = await openKeyRing({ text });
  expect(await rotate(file)).toBe('done');
  expect(await reportKeyRing(people.databases.relay, 'stale', stale)).toBe('k2');
  await expect(
    createVault(people.databases.vault, stale).seal(testOrg, [
      { schema, value: { who: 'new', name: 'Name' } },
    ]),
  ).rejects.toThrow('the key k1 of the ring is retired');
});

it('an old key stays where something cannot be opened with the new one', async () => {
  const { file, ring } = await newRing();
  await people.database.owner`
    insert into carewall.subject_keys (org_id, subject, wrapped, ring_key)
      values (${testOrg}, 'of another ring', ${randomBytes(60)}, 'k2')`;
  expect(await rotate(file)).toBe('unreadable');
  expect(said.at(-1)).toBe('k1 must stay: these cannot be opened with k2: subject_keys: 1');
  ring.reload();
  expect(ring.keys).toEqual(['k1', 'k2']);
});

it('what the ring wraps is all on the list, with its guard', async () => {
  const rows = await people.database.owner`
    select c.relname as table, exists (
      select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'retired_ring_key') as guarded
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'carewall'::regnamespace and c.relkind = 'r' and a.attname = 'ring_key' order by 1`;
  expect([...rows]).toEqual(
    ringSealedColumns
      .map(({ table }) => ({ table, guarded: true }))
      .toSorted((a, b) => (a.table < b.table ? -1 : 1)),
  );
});

it('a new signing key is published before it signs, and the old one verifies after', async () => {
  const { ring } = await newRing();
  const { identity } = people.databases;
  const first = await newestSigningKey(identity, ring);
  const second = await rotateSigningKeys(identity, ring, 3_600);
  expect((await newestSigningKey(identity, ring)).id).toBe(first.id);
  expect((await publishedKeys(identity)).map(({ id }) => id).toSorted()).toEqual(
    [first.id, second].toSorted(),
  );
  await people.database.owner`
    update carewall.signing_keys set signs_from = signs_from - interval '1 hour', retired_at = retired_at - interval '1 hour'`;
  expect((await newestSigningKey(identity, ring)).id).toBe(second);
  expect((await publishedKeys(identity)).map(({ id }) => id)).toContain(first.id);
});

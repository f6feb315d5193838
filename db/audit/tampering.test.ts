import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { beginningOf, type ChainHead, follow, wordsOf } from './chain.ts';
import { type AuditedPeople, createAuditedPeople } from './testing/audited-people.ts';

let audited: AuditedPeople;
/** The chain as it was sealed, for each test alike. */
const rows = 40;

beforeAll(async () => {
  audited = await createAuditedPeople();
  await audited.write(rows);
  await audited.seal({ batch: 10, checkpointRows: 10 });
  await audited.tamper(`
    create schema kept;
    create table kept.audit as table carewall.audit;
    create table kept.audit_chain as table carewall.audit_chain;
    create table kept.audit_checkpoints as table carewall.audit_checkpoints;
    create table kept.audit_heads as table carewall.audit_heads;
    create table kept.audit_keys as table carewall.audit_keys`);
}, 60_000);

afterAll(() => audited?.close());

beforeEach(restore);

const tables = ['audit', 'audit_chain', 'audit_checkpoints', 'audit_heads', 'audit_keys'] as const;

async function restore(): Promise<void> {
  const statements = tables.map(
    (table) => `
      delete from carewall.${table};
      insert into carewall.${table} ${table === 'audit' ? 'overriding system value' : ''} select * from kept.${table};`,
  );
  await audited.tamper(statements.join('\n'));
}

const rowAt = (n: number) => `(select audit_id from kept.audit_chain where org_id = 'org' and n = ${n})`;

async function kinds(): Promise<string[]> {
  return [...new Set((await audited.verify()).map(({ kind }) => kind))].sort();
}

async function headAt(n: number): Promise<ChainHead> {
  const [row] = await audited.database.owner`
    select n, hash from carewall.audit_chain where org_id = 'org' and n = ${n}`;
  return z.object({ n: z.number(), hash: z.instanceof(Buffer) }).parse(row);
}

test('INV-13.2 what nobody has touched verifies, in pages of whatever size', async () => {
  expect(await audited.verify()).toEqual([]);
  expect(await audited.verify({ page: 7 })).toEqual([]);
  expect(await audited.verify({ expect: [await headAt(17), await headAt(rows)] })).toEqual([]);
});

test.each([
  ['org_id', `'other'`],
  ['at', `at + interval '1 microsecond'`],
  ['principal', `'{"kind": "person", "id": "somebody-else"}'`],
  ['session', 'gen_random_uuid()'],
  ['action', `'topic.write'`],
  ['outcome', `'forbidden'`],
  ['command', 'gen_random_uuid()'],
  ['heads', `'[]'`],
  ['details', `details || '{"row": 99}'`],
  ['client', `'{"address": "192.0.2.8"}'`],
  ['tx', `'3'`],
])('INV-13.2 a row whose %s was edited is found, and no other', async (column, value) => {
  await audited.tamper(`update carewall.audit set ${column} = ${value} where id = ${rowAt(12)}`);
  const faults = await audited.verify();
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ kind: 'edited', n: 12 });
});

test.each([1, 20, rows])('INV-13.2 a row that was taken away at place %i is found', async (n) => {
  await audited.tamper(`delete from carewall.audit where id = ${rowAt(n)}`);
  expect(await audited.verify()).toMatchObject([{ kind: 'missing', n }]);
  await audited.tamper(`delete from carewall.audit_chain where n = ${n}`);
  const faults = await audited.verify();
  expect(faults.map(({ kind }) => kind)).toContain('missing');
});

test('INV-13.2 an end cut off with its chain, its checkpoints and its head is found by whoever kept a hash', async () => {
  const kept = await headAt(rows);
  await audited.tamper(`
    delete from carewall.audit where id in (select audit_id from kept.audit_chain where n > 25);
    delete from carewall.audit_chain where n > 25;
    delete from carewall.audit_checkpoints where n > 25`);
  expect(await kinds()).toContain('missing');
  await audited.tamper(`
    update carewall.audit_heads h set n = 25, hash = (select hash from kept.audit_chain where n = 25)`);
  expect(await audited.verify({ expect: [kept] })).toMatchObject([{ kind: 'expected', n: rows }]);
});

test('INV-13.2 a row put in is found: without a place at once, with a forged end of the chain by its checkpoint', async () => {
  await audited.tamper(`
    insert into carewall.audit (org_id, at, principal, action, outcome, tx)
      values ('org', now() - interval '1 day', '{"kind": "person", "id": "person-1"}', 'topic.read', 'ok', '3')`);
  expect(await audited.verify()).toMatchObject([{ kind: 'inserted' }]);
  await restore();
  // Between two rows, with every hash from there on made anew.
  const [{ id } = { id: 0 }] = z.array(z.object({ id: z.number() })).parse(
    await audited.database.owner`
      insert into carewall.audit (org_id, principal, action, outcome)
      values ('org', '{"kind": "person", "id": "person-1"}', 'topic.read', 'ok') returning id`,
  );
  await forgeChain((order) => [...order.slice(0, 15), id, ...order.slice(15)]);
  expect(await kinds()).toContain('checkpoint');
});

test('INV-13.2 rows that changed places are found, and named, and so are exchanged ids', async () => {
  await audited.tamper(`
    update carewall.audit_chain c set audit_id = -audit_id where n in (8, 31);
    update carewall.audit_chain c set audit_id = k.audit_id from kept.audit_chain k
      where (c.n = 8 and k.n = 31) or (c.n = 31 and k.n = 8)`);
  expect(await audited.verify()).toMatchObject([
    { kind: 'reordered', n: 8 },
    { kind: 'reordered', n: 31 },
  ]);
  await restore();
  await audited.tamper(`
    create temp table moved as select * from carewall.audit where id in (${rowAt(8)}, ${rowAt(31)});
    delete from carewall.audit where id in (select id from moved);
    update moved set id = case when id = ${rowAt(8)} then ${rowAt(31)} else ${rowAt(8)} end;
    insert into carewall.audit overriding system value select * from moved;
    drop table moved`);
  expect((await audited.verify()).map(({ n }) => n)).toEqual([8, 31]);
});

test('INV-13.2 a hash that was changed in the chain is told from a row that was', async () => {
  await audited.tamper(`update carewall.audit_chain set hash = decode(repeat('00', 32), 'hex') where n = 14`);
  expect(await audited.verify()).toMatchObject([{ kind: 'chain', n: 14 }]);
});

test('INV-13.2 a chain made anew without the key is found, with a key of one’s own and forged signatures too', async () => {
  await audited.tamper(`update carewall.audit set outcome = 'forbidden' where id = ${rowAt(3)}`);
  const chain = await forgeChain((order) => [...order]);
  expect(await kinds()).toEqual(['checkpoint', 'missing']);
  await audited.tamper(
    `update carewall.audit_heads set hash = (select hash from carewall.audit_chain where n = ${rows})`,
  );
  // The checkpoints brought into line: their signatures are of other hashes.
  await audited.tamper(
    'update carewall.audit_checkpoints p set hash = c.hash from carewall.audit_chain c where c.n = p.n',
  );
  expect(await kinds()).toEqual(['checkpoint']);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }));
  await audited.tamper(`
    insert into carewall.audit_keys (id, public_jwk, mac, ring_key) values ('forged', '${jwk}', decode(repeat('00', 32), 'hex'), 'k1')`);
  const held = z.array(z.object({ k: z.number(), n: z.number(), at: z.string() })).parse(
    await audited.database.owner`
      select k, n, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from carewall.audit_checkpoints`,
  );
  for (const { k, n, at } of held) {
    const hash = chain.get(n) ?? Buffer.alloc(0);
    const signature = sign(null, wordsOf({ kind: 'checkpoint', org: 'org', k, n, hash, at }), privateKey);
    await audited.tamper(`
      update carewall.audit_checkpoints set key = 'forged', signature = decode('${signature.toString('hex')}', 'hex') where k = ${k}`);
  }
  const faults = await audited.verify();
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['checkpoint']));
  expect(faults[0]?.what).toContain('not made with this key ring');
});

test('INV-13.2 a checkpoint that is gone is missed', async () => {
  await audited.tamper('delete from carewall.audit_checkpoints where k = 2');
  expect(await audited.verify()).toMatchObject([{ kind: 'checkpoint' }]);
  await restore();
  await audited.tamper(`
    delete from carewall.audit_checkpoints where k > 2;
    update carewall.audit set at = at - interval '1 hour'`);
  expect(await kinds()).toContain('checkpoint');
});

test('INV-13.2 whatever is done at random, something is found', async () => {
  const place = fc.integer({ min: 1, max: rows });
  const deed = fc.oneof(
    fc.record({ does: fc.constant('edit' as const), n: place, value: fc.stringMatching(/^[a-z]{1,12}$/) }),
    fc.record({ does: fc.constant('delete' as const), n: place }),
    fc.record({ does: fc.constant('delete with its place' as const), n: place }),
    fc.record({ does: fc.constant('cut' as const), n: place }),
    fc.record({ does: fc.constant('swap' as const), n: place, m: place }),
    fc.record({ does: fc.constant('hash' as const), n: place }),
    fc.record({ does: fc.constant('forge' as const), n: place }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 3 }), async (deeds) => {
      fc.pre(!deeds.some((one) => one.does === 'swap' && one.n === one.m));
      // Two swaps of the same may undo each other, and that is no tampering.
      fc.pre(deeds.filter(({ does }) => does === 'swap').length < 2);
      await restore();
      for (const one of deeds) {
        if (one.does === 'edit')
          await audited.tamper(
            `update carewall.audit set action = 'x${one.value}' where id = ${rowAt(one.n)}`,
          );
        else if (one.does === 'delete')
          await audited.tamper(`delete from carewall.audit where id = ${rowAt(one.n)}`);
        else if (one.does === 'delete with its place')
          await audited.tamper(
            `delete from carewall.audit where id = ${rowAt(one.n)}; delete from carewall.audit_chain where n = ${one.n}`,
          );
        else if (one.does === 'cut')
          await audited.tamper(
            `delete from carewall.audit where id in (select audit_id from kept.audit_chain where n >= ${one.n});
             delete from carewall.audit_chain where n >= ${one.n}`,
          );
        else if (one.does === 'swap')
          await audited.tamper(`
            update carewall.audit_chain set audit_id = -audit_id where n in (${one.n}, ${one.m});
            update carewall.audit_chain c set audit_id = k.audit_id from kept.audit_chain k
              where (c.n = ${one.n} and k.n = ${one.m}) or (c.n = ${one.m} and k.n = ${one.n})`);
        else if (one.does === 'hash')
          await audited.tamper(`update carewall.audit_chain set hash = sha256(hash) where n = ${one.n}`);
        else {
          await audited.tamper(`update carewall.audit set action = 'forged' where id = ${rowAt(one.n)}`);
          await forgeChain((order) => [...order]);
        }
      }
      expect((await audited.verify()).length).toBeGreaterThan(0);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('INV-13.1 no role of the server changes or removes a row, and neither does its owner by mistake', async () => {
  const { app, relay, identity } = audited.databases;
  for (const table of ['audit', 'audit_chain', 'audit_checkpoints', 'audit_origins']) {
    for (const sql of [app, relay, identity]) {
      await expect(sql.unsafe(`update carewall.${table} set org_id = 'x'`)).rejects.toThrow(
        /permission denied/,
      );
      await expect(sql.unsafe(`truncate carewall.${table}`)).rejects.toThrow(/permission denied/);
    }
  }
  for (const sql of [app, identity]) {
    await expect(sql`delete from carewall.audit`).rejects.toThrow(/permission denied/);
    await expect(sql`delete from carewall.audit_chain`).rejects.toThrow(/permission denied/);
  }
  expect((await relay`delete from carewall.audit returning 1`).length).toBe(0);
  await expect(relay`delete from carewall.audit_chain`).rejects.toThrow(/only ever added to/);
  for (const statement of [
    'update carewall.audit set action = action',
    'delete from carewall.audit',
    'truncate carewall.audit cascade',
  ]) {
    await expect(audited.database.owner.unsafe(statement)).rejects.toThrow(/only ever added to/);
  }
  expect(await audited.verify()).toEqual([]);
});

test('INV-13.1 a row is of its own transaction and moment, and names nobody, whatever its writer says', async () => {
  await audited.databases.identity`
    insert into carewall.audit (org_id, at, tx, principal, action, outcome)
    values ('org', '2020-01-01', '3', '{"kind": "person", "id": "p", "name": "A Name"}', 'a.b', 'ok')`;
  const [written] = await audited.database.owner`
    select at > clock_timestamp() - interval '1 minute' as recent, tx <> '3' as own, principal
    from carewall.audit order by id desc limit 1`;
  expect(written).toEqual({ recent: true, own: true, principal: { kind: 'person', id: 'p' } });
});

/** Makes every hash anew for rows in another order, as whoever can write but has no key would. */
async function forgeChain(reorder: (order: readonly number[]) => number[]): Promise<Map<number, Buffer>> {
  const lines = z
    .array(z.object({ id: z.number(), line: z.string() }))
    .parse(await audited.database.owner`select a.id, carewall.audit_line(a) as line from carewall.audit a`);
  const lineOf = new Map(lines.map(({ id, line }) => [id, line]));
  const order = z
    .array(z.object({ id: z.number() }))
    .parse(
      await audited.database.owner`
        select audit_id as id from carewall.audit_chain where org_id = 'org' and audit_id > 0 order by n`,
    )
    .map(({ id }) => id);
  let head = beginningOf('org');
  const hashes = new Map<number, Buffer>();
  const values: string[] = [];
  for (const id of reorder(order)) {
    head = follow(head, lineOf.get(id) ?? '');
    hashes.set(head.n, head.hash);
    values.push(`('org', ${head.n}, ${id}, decode('${head.hash.toString('hex')}', 'hex'))`);
  }
  await audited.tamper(`
    delete from carewall.audit_chain where org_id = 'org';
    insert into carewall.audit_chain (org_id, n, audit_id, hash) values ${values.join(', ') || "('org', 1, -1, '')"}`);
  return hashes;
}

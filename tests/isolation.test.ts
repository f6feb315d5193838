import { afterAll, describe, expect, test } from 'vitest';
import { createTestHospital } from '#db/testing/test-hospital.ts';
import { type As, type Attempt, attempted, fingerprintOfOthers, running } from './isolation/attempt.ts';
import { readCallables, readTables, type Table } from './isolation/catalogue.ts';
import { privilegesOf, privilegesPage, serverRoles } from './isolation/privileges.ts';
import { fillTables, intruder, victim } from './isolation/tenants.ts';

/*
 * Made from the database's own catalogue: a table, function, view or sequence that is added is tried here without being
 * named. The demo hospital's rows are there too, and are as much another organisation's.
 */

const hospital = await createTestHospital();
const { owner } = hospital.database;
const [tables, serving] = await Promise.all([readTables(owner), serverRoles(owner)]);
await fillTables(owner, tables);
afterAll(() => hospital.close());

const app = 'carewall_app';
const asIntruder: As = { role: app, org: intruder };
const tenantTables = tables.filter(({ tenantColumn, partition }) => tenantColumn !== undefined && !partition);
const cells = tenantTables.map((table) => [table.name, table] as const);

/** Tables that hold no organisation's rows, and why. */
const nobodys: Readonly<Record<string, string>> = {
  attempts: 'failures by keyed fingerprints; an address tries accounts of several organisations',
  audit_keys: 'the keys that sign checkpoints, of the whole installation',
  audit_sealing: 'who seals the audit, and how far; one row',
  history: 'names the history of this database; one row',
  relay: 'who leads the relay; one row, of the relay alone',
  ring_keys: 'which keys the ring has had, of the whole installation; no key stands here',
  ring_nodes: 'which nodes know which keys',
  signing_keys: 'the keys of access tokens, of the whole installation; read by sign-in alone',
};

/** Policies that let the application see more than its organisation's rows, and why that is none of another's. */
const knownWider: Readonly<Record<string, string>> = {
  // A display that waits to be approved belongs to nobody yet; it is there for the transaction that names its code.
  wall_pairings:
    "((org_id = carewall.current_org()) OR ((org_id IS NULL) AND (user_code = NULLIF(current_setting('carewall.user_code'::text, true), ''::text))))",
};

const denied = '42501';
const ownRows = (table: Table): string => `"${table.tenantColumn}" = '${intruder}'`;
/** The other organisation's row of a table, as JSON. */
async function victimsRow(table: Table): Promise<string> {
  const [row] = await owner.unsafe(
    `select to_jsonb(t)::text as row from carewall."${table.name}" t where "${table.tenantColumn}" = '${victim}' limit 1`,
  );
  return String(row?.row);
}

/** Nothing but a refusal for want of a right, or no more than one's own rows. */
function expectOnlyOwn(attempt: Attempt, own: number, what: string): void {
  if ('refused' in attempt) expect(attempt.refused, `${what}: ${attempt.message}`).toBe(denied);
  else expect(attempt.count, what).toBe(own);
}

async function mayDo(table: Table, privilege: string): Promise<boolean> {
  const [row] = await owner`
    select has_any_column_privilege(${app}, ${`carewall.${table.name}`}, ${privilege}) as may`;
  return row?.may === true;
}

async function may(table: Table, privilege: 'delete' | 'truncate'): Promise<boolean> {
  const [row] =
    await owner`select has_table_privilege(${app}, ${`carewall.${table.name}`}, ${privilege}) as may`;
  return row?.may === true;
}

/** The columns of a table that the application's role may write, in one way. */
async function writable(table: Table, privilege: 'insert' | 'update'): Promise<string[]> {
  const rows = await owner`
    select a.attname as name from pg_attribute a
    where a.attrelid = ${`carewall.${table.name}`}::regclass and a.attnum > 0 and not a.attisdropped
      and has_column_privilege(${app}, a.attrelid, a.attnum, ${privilege})`;
  return rows.map(({ name }) => String(name));
}

describe('INV-6.2 the shape of tenancy', () => {
  test('there are tables, and each has a tenant or a reason to have none', () => {
    expect(tenantTables.length).toBeGreaterThan(35);
    const without = tables.filter(({ tenantColumn }) => tenantColumn === undefined).map(({ name }) => name);
    expect(without.filter((name) => !(name in nobodys))).toEqual([]);
  });

  test.each(cells)('%s: row-level security is on, and forced', (_name, { secured, forced }) => {
    expect({ secured, forced }).toEqual({ secured: true, forced: true });
  });

  test.each(cells)('%s: what lets the application in says whose rows', (_name, table) => {
    const policies = table.policies.filter(
      ({ roles, permissive }) => permissive && (roles.includes(app) || roles.includes('public')),
    );
    const whose = `(${table.tenantColumn} = carewall.current_org())`;
    for (const { using, check } of policies) {
      for (const condition of [using, check]) {
        if (condition === null) continue;
        const narrower = condition === whose || condition.startsWith(`(${whose} AND `);
        expect(narrower || condition === knownWider[table.name], condition).toBe(true);
      }
    }
    // None at all is as good: then nothing of it is let through.
    if (policies.length === 0) expect(table.policies.flatMap(({ roles }) => roles)).not.toContain(app);
  });

  test('the roles of the server own nothing and stand above nothing', async () => {
    const rows = await owner`
      select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin,
        (select count(*)::int from pg_class c where c.relowner = r.oid) as relations,
        (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
      from pg_roles r where rolname like 'carewall\\_%' order by rolname`;
    const nothing = {
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolcanlogin: false,
      relations: 0,
      memberships: 0,
    };
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const { rolname, ...has } of rows) expect({ rolname, ...has }).toEqual({ rolname, ...nothing });
  });

  test('a reference to a row of an organisation stays within it', async () => {
    const astray = await owner`
      select c.conrelid::regclass::text as from, c.confrelid::regclass::text as to
      from pg_constraint c
      where c.contype = 'f' and c.connamespace = 'carewall'::regnamespace
        and exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'org_id')
        and exists (select from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'org_id')
        and not exists (
          select from unnest(c.conkey, c.confkey) as k(near, far)
          join pg_attribute n on n.attrelid = c.conrelid and n.attnum = k.near and n.attname = 'org_id'
          join pg_attribute f on f.attrelid = c.confrelid and f.attnum = k.far and f.attname = 'org_id'
        )`;
    expect([...astray]).toEqual([]);
  });

  test('what is unique over all organisations is known: by it alone one could learn that something exists', async () => {
    const rows = await owner`
      select c.relname as table, string_agg(a.attname, ',' order by a.attname) as columns
      from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey::int2[])
      where c.relnamespace = 'carewall'::regnamespace and (i.indisunique or i.indisexclusion) and not c.relispartition
        and exists (select from pg_attribute o where o.attrelid = i.indrelid and o.attname = 'org_id')
      group by c.relname, i.indexrelid having not bool_or(a.attname = 'org_id')`;
    const found = rows.map(({ table, columns }) => `${table} (${columns})`).sort();
    expect(found.filter((index) => !(index in knownAcross))).toEqual([]);
  });
});

/** Unique whatever the organisation, and why that is no door. */
const knownAcross: Readonly<Record<string, string>> = {
  'access_entities (id)': 'made at random, or a domain of addresses, which is one organisation’s',
  'account_requests (id)': 'made at random',
  'accounts (email)': 'sign-in knows the email before it knows the organisation',
  'accounts (id)': 'made at random',
  'audit (id)': 'a counter',
  'audit_chain (audit_id)': 'a counter',
  'backup_codes (account,fingerprint)': 'an account is of one organisation',
  'challenges (hash)': '256 random bits',
  'count_link_secrets (hash)': '256 random bits',
  'factor_changes (id)': 'made at random',
  'feeds (application,facility)': 'a sender is known by what its messages carry, before its organisation is',
  'feeds (id)': 'taken with the names above, by feed_taken',
  'grants (account,place,role)': 'an account is of one organisation',
  'known_devices (account,hash)': 'an account is of one organisation',
  'link_secrets (hash)': '256 random bits',
  'passkeys (credential)': 'made at random by the authenticator',
  'passkeys (id)': 'made at random',
  'refresh_tokens (hash)': '256 random bits',
  'rights_log (id)': 'a counter',
  'session_keys (hash)': '256 random bits',
  'sessions (id)': 'made at random',
  'totp_factors (id)': 'made at random',
  'wall_pairings (device_hash)': '256 random bits',
  'wall_pairings (user_code)': 'made at random, and of nobody until it is approved',
  'walls (account)': 'an account is of one organisation',
};

describe('INV-6.1 the application inside another organisation', () => {
  test.each(cells)('%s: selects, joins, locks and copies no row but its own', async (_name, table) => {
    const [mine] = await owner.unsafe(
      `select count(*)::int as n from carewall."${table.name}" where ${ownRows(table)}`,
    );
    const own = Number(mine?.n);
    expect(own).toBeGreaterThan(0);
    const column = `"${table.tenantColumn}"`;
    const reads = {
      all: `select ${column} from carewall."${table.name}"`,
      named: `select ${column} from carewall."${table.name}" where ${ownRows(table)} or ${column} = '${victim}'`,
      joined: `select a.${column} from carewall."${table.name}" a left join carewall."${table.name}" b on true where b.${column} = a.${column} and a.${column} <> ''`,
      locked: `select ${column} from carewall."${table.name}" for key share`,
      // A condition runs before the policy's only where the planner would let it.
      overheard: `select ${column} from carewall."${table.name}" t where pg_temp.overhear(t.${column})`,
    };
    for (const [how, text] of Object.entries(reads)) {
      const { attempt, seen } = await attempted(
        owner,
        asIntruder,
        async (connection) => {
          await connection.unsafe(overhear);
          return running(text)(connection);
        },
        async (connection) => connection`select current_setting('test.overheard', true) as heard`,
      );
      expectOnlyOwn(attempt, how === 'joined' ? own * own : own, `${how} ${table.name}`);
      if (!('refused' in attempt)) {
        for (const row of attempt.rows) expect(row[table.tenantColumn ?? '']).toBe(intruder);
      }
      expect(String(seen[0]?.heard ?? '')).not.toContain(victim);
      if (how === 'all') expect('refused' in attempt).toBe(!(await mayDo(table, 'select')));
    }
    const { attempt } = await attempted(
      owner,
      asIntruder,
      async (connection) => {
        const out = await connection
          .unsafe(`copy (select ${column} from carewall."${table.name}") to stdout`)
          .readable();
        let text = '';
        for await (const chunk of out) text += String(chunk);
        return { rows: [], count: text.split('\n').filter((line) => line !== '').length };
      },
      async () => undefined,
    );
    expectOnlyOwn(attempt, own, `copy ${table.name} out`);
  });

  test.each(cells)('%s: updates, deletes and merges no row but its own', async (_name, table) => {
    const before = await fingerprintOfOthers(owner, table, intruder);
    const column = `"${table.tenantColumn}"`;
    const target = `carewall."${table.name}"`;
    const updatable = await writable(table, 'update');
    const [some = column] = updatable.map((name) => `"${name}"`);
    const [mine] = await owner.unsafe(`select count(*)::int as n from ${target} where ${ownRows(table)}`);
    const own = Number(mine?.n);
    const writes = {
      'update of all': [`update ${target} set ${some} = ${some}`, own],
      'update by name': [`update ${target} set ${some} = ${some} where ${column} = '${victim}'`, 0],
      'update with returning': [
        `update ${target} set ${some} = ${some} where ${column} <> '${intruder}' returning *`,
        0,
      ],
      'update through a join': [
        `update ${target} t set ${some} = t.${some} from ${target} o where o.${column} <> '${intruder}'`,
        0,
      ],
      'delete by name': [`delete from ${target} where ${column} = '${victim}' returning *`, 0],
      'delete of others': [`delete from ${target} where ${column} <> '${intruder}'`, 0],
      merge: [
        `merge into ${target} t using (select 1) as one on t.${column} <> '${intruder}' when matched then delete`,
        0,
      ],
    } as const;
    for (const [how, [text, count]] of Object.entries(writes)) {
      const { attempt, seen } = await attempted(owner, asIntruder, running(text), (connection) =>
        fingerprintOfOthers(connection, table, intruder),
      );
      expectOnlyOwn(attempt, count, `${how} ${table.name}`);
      expect(seen, `${how} ${table.name}`).toBe(before);
    }
    // Nothing narrower than "all": own rows may hang on each other, but nobody else's go with them.
    const { seen } = await attempted(owner, asIntruder, running(`delete from ${target}`), (connection) =>
      Promise.all(
        tenantTables.map(async (other) => [
          other.name,
          await fingerprintOfOthers(connection, other, intruder),
        ]),
      ),
    );
    expect(seen).toEqual(await printOfAll());
    const { attempt: gone } = await attempted(
      owner,
      asIntruder,
      running(`truncate ${target} cascade`),
      (connection) => fingerprintOfOthers(connection, table, intruder),
    );
    expect(gone).toMatchObject({ refused: denied });
    expect(await may(table, 'truncate')).toBe(false);
  });

  test.each(cells)(
    '%s: puts nothing into another organisation, and gives nothing away to one',
    async (_name, table) => {
      const row = await victimsRow(table);
      const target = `carewall."${table.name}"`;
      const given = (await writable(table, 'insert')).filter(
        (name) => table.columns.find((column) => column.name === name)?.generated === false,
      );
      const columns =
        given.length > 0
          ? given
          : table.columns.filter(({ generated }) => !generated).map(({ name }) => name);
      const list = columns.map((name) => `"${name}"`).join(', ');
      const source = `select ${list} from jsonb_populate_record(null::${target}, '${row.replaceAll("'", "''")}'::jsonb)`;
      const updatable = await writable(table, 'update');
      const [some = table.tenantColumn ?? ''] = updatable;
      const inserts = {
        plain: `insert into ${target} (${list}) ${source}`,
        returning: `insert into ${target} (${list}) ${source} returning *`,
        'on conflict do nothing': `insert into ${target} (${list}) ${source} on conflict do nothing`,
        merge: `merge into ${target} t using (${source}) as s on false when not matched then insert (${list}) values (${columns.map((name) => `s."${name}"`).join(', ')})`,
      };
      const before = await fingerprintOfOthers(owner, table, intruder);
      for (const [how, text] of Object.entries(inserts)) {
        for (const org of [intruder, undefined, '']) {
          const { attempt, seen } = await attempted(owner, { role: app, org }, running(text), (connection) =>
            fingerprintOfOthers(connection, table, intruder),
          );
          expect(attempt, `${how} into ${table.name}`).toMatchObject({ refused: denied });
          expect(seen).toBe(before);
        }
      }
      const away = `update ${target} set "${table.tenantColumn}" = '${victim}' where ${ownRows(table)}`;
      const { attempt, seen } = await attempted(owner, asIntruder, running(away), (connection) =>
        fingerprintOfOthers(connection, table, intruder),
      );
      expect(attempt, `${table.name} given away`).toMatchObject({ refused: denied });
      expect(seen).toBe(before);
      const { attempt: copied } = await attempted(
        owner,
        asIntruder,
        // Copying in is not done past policies: the database refuses it before it reads a line.
        running(`copy ${target} ("${some}") from '/dev/null'`),
        async () => undefined,
      );
      expect('refused' in copied && copied.refused).toMatch(/^(42501|0A000)$/);
    },
  );

  test.each(cells)('%s: without an organisation there is nothing at all', async (_name, table) => {
    const target = `carewall."${table.name}"`;
    const before = await printOf(table);
    const updatable = await writable(table, 'update');
    const [some = table.tenantColumn ?? ''] = updatable;
    for (const org of [undefined, '', 'nowhere', "' or true --", '%']) {
      for (const text of [
        `select * from ${target}`,
        `update ${target} set "${some}" = "${some}"`,
        `delete from ${target}`,
      ]) {
        const { attempt, seen } = await attempted(owner, { role: app, org }, running(text), (connection) =>
          fingerprintOfOthers(connection, table, intruder),
        );
        expectOnlyOwn(attempt, 0, `${text} in ${org}`);
        expect(seen).toBe(before);
      }
    }
  });
});

describe('INV-6.1 by other ways', () => {
  test('a row cannot hang on another organisation’s: its account is not there, like one that is not there', async () => {
    const grant = (account: string): string => `
      insert into carewall.grants (org_id, account, role, place) values ('${intruder}', '${account}', 'admin', '${intruder}/places/id')`;
    const [theirs, nobodys] = await Promise.all(
      ['demo-nurse', 'nobody-at-all'].map((account) =>
        attempted(owner, asIntruder, running(grant(account)), async () => undefined),
      ),
    );
    expect(theirs?.attempt).toMatchObject({
      refused: '23503',
      message: expect.stringContaining('grants_account_fkey'),
    });
    expect(theirs?.attempt).toEqual(nobodys?.attempt);
  });

  test('partitions are nobody’s to open by themselves', async () => {
    const partitions = tables.filter(({ partition }) => partition);
    expect(partitions.length).toBeGreaterThan(1);
    for (const { name } of partitions) {
      for (const role of [app, 'carewall_relay', 'carewall_identity']) {
        for (const text of [
          `select * from carewall."${name}"`,
          `delete from carewall."${name}"`,
          `update carewall."${name}" set type = type`,
        ]) {
          const { attempt } = await attempted(
            owner,
            { role, org: intruder },
            running(text),
            async () => undefined,
          );
          expect(attempt, `${role}: ${text}`).toMatchObject({ refused: denied });
        }
      }
    }
  });

  test('sequences are nobody’s to read or move', async () => {
    const rows = await owner`
      select c.relname as name, r.rolname as role from pg_class c, pg_roles r
      where c.relnamespace = 'carewall'::regnamespace and c.relkind = 'S' and r.rolname like 'carewall\\_%'
        and has_sequence_privilege(r.rolname, c.oid, 'usage, select, update')`;
    expect([...rows]).toEqual([]);
  });

  test('outside of our own schema the application reaches no table', async () => {
    const rows = await owner`
      select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname not in ('carewall', 'pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
        and c.relkind in ('r', 'p', 'v', 'm') and has_schema_privilege(${app}, n.oid, 'usage')
        and has_any_column_privilege(${app}, c.oid, 'select, insert, update')`;
    expect([...rows]).toEqual([]);
  });

  test('a view reads as whoever asks it', async () => {
    const rows = await owner`
      select c.relname as name from pg_class c
      where c.relnamespace = 'carewall'::regnamespace and (c.relkind = 'm'
        or (c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false)))`;
    expect([...rows]).toEqual([]);
  });

  test('nothing is open to everybody, and nothing can be made in the schema', async () => {
    const rows = await owner`
      select c.relname as name from pg_class c, aclexplode(c.relacl) as a
      where c.relnamespace = 'carewall'::regnamespace and a.grantee = 0`;
    expect([...rows]).toEqual([]);
    const [schema] = await owner`
      select bool_or(has_schema_privilege(r, 'carewall', 'create') or has_schema_privilege(r, 'public', 'create')) as may
      from unnest(${serving}::text[]) as r`;
    expect(schema?.may).toBe(false);
  });

  const callables = readCallables(owner, app);
  test('functions that run as their owner are known, and tell the application nothing of organisations', async () => {
    const definers = (await callables).filter(({ definer }) => definer).map(({ name }) => name);
    expect(definers.filter((name) => !(name in runAsOwner))).toEqual([]);
  });

  test('functions answer for another organisation as for one that does not exist, and change nothing of it', async () => {
    const before = await printOfAll();
    const tried: string[] = [];
    for (const { name, arguments: args } of await callables) {
      const call = (org: string): string =>
        `select carewall."${name}"(${args.map((argument) => argumentFor(argument, org)).join(', ')})::text as answer`;
      const [theirs, nobody] = await Promise.all(
        [victim, unknown].map((org) =>
          attempted(owner, asIntruder, running(call(org)), async (connection) =>
            Promise.all(
              tenantTables.map(async (table) => [
                table.name,
                await fingerprintOfOthers(connection, table, intruder),
              ]),
            ),
          ),
        ),
      );
      expect(theirs?.seen, name).toEqual(before);
      expect(told(theirs?.attempt), name).toEqual(told(nobody?.attempt));
      tried.push(name);
    }
    expect(tried).toEqual(
      expect.arrayContaining(['append_events', 'enter_command', 'grants_of', 'merged_with']),
    );
  });
});

describe('what each of the server’s roles may touch', () => {
  test('is as docs/database-roles.md says: a right that is added is looked at', async () => {
    await expect(await privilegesPage(owner)).toMatchFileSnapshot('../docs/database-roles.md');
  });

  test('passwords are read by sign-in alone', async () => {
    for (const role of [app, 'carewall_relay']) {
      const { attempt } = await attempted(
        owner,
        { role, org: intruder },
        running('select password_hash from carewall.accounts'),
        async () => undefined,
      );
      expect(attempt).toMatchObject({ refused: denied });
    }
  });

  test.each(serving.filter((role) => role !== app))(
    '%s touches nothing where no right is on the page',
    async (role) => {
      const granted = await privilegesOf(owner, role);
      for (const { name } of tables) {
        for (const [what, text] of Object.entries({
          select: `select 1 from carewall."${name}"`,
          delete: `delete from carewall."${name}"`,
          truncate: `truncate carewall."${name}" cascade`,
        })) {
          if (granted.some((right) => right.table === name && right.privilege === what)) continue;
          const { attempt } = await attempted(
            owner,
            { role, org: victim },
            running(text),
            async () => undefined,
          );
          expect(attempt, `${role}: ${text}`).toMatchObject({ refused: denied });
        }
      }
    },
  );
});

/** Functions that the application may call and that see more than it does, with what they say. */
const runAsOwner: Readonly<Record<string, string>> = {
  domain_elsewhere: 'whether a domain of addresses is taken, by whomever: requests are sorted by it',
  email_taken: 'whether an address has an account, wherever: sign-in knows no organisation',
  epoch: 'the name of this history',
  feed_taken: 'whether a feed’s name is taken, by whomever: messages carry no other',
};

/** An organisation of which there is nothing. */
const unknown = 'tenant-z';

/** A value for a function's argument that names what one organisation really has. */
function argumentFor({ name, type }: { name: string; type: string }, org: string): string {
  if (name === 'p_org') return `'${org}'`;
  if (name === 'p_kind') return `'person'`;
  if (name === 'p_account' || name === 'p_principal') {
    return type === 'jsonb' ? `jsonb_build_object('id', '${org}/accounts/id')` : `'${org}/accounts/id'`;
  }
  if (name === 'p_session') return `md5('${org}/sessions/id')::uuid`;
  if (name === 'p_command') return `md5('${org}/commands/id')::uuid`;
  if (name === 'p_subjects') return `array['${org}/patient_merges/gone', '${org}/patient_merges/survivor']`;
  if (name === 'p_held') return `array['${org}', '${org}/places/id']`;
  if (name === 'p_events') {
    return `jsonb_build_array(jsonb_build_object('topic', '${org}/topics/topic', 'type', 'x', 'data', '{}'::jsonb))`;
  }
  switch (type) {
    case 'text':
      return `'${org}'`;
    case 'text[]':
      return `array['${org}']`;
    case 'jsonb':
      return `'[]'::jsonb`;
    case 'bytea':
      return `'\\x00'::bytea`;
    case 'boolean':
      return 'true';
    case 'uuid':
      return `md5('${org}')::uuid`;
    default:
      return /int|double|numeric/.test(type) ? '1' : `null::${type}`;
  }
}

/** What an attempt tells, but for what it was told itself and for the time. */
function told(attempt: Attempt | undefined): unknown {
  return JSON.stringify(attempt)
    .replaceAll(victim, unknown)
    .replaceAll(/\d{4}-\d\d-\d\d[ T][\d:.]+(\+00(:00)?|Z)?/g, 'a moment');
}

const overhear = `
  create function pg_temp.overhear(what text) returns boolean language plpgsql cost 0.0000001 as $$
  begin
    perform set_config('test.overheard', coalesce(current_setting('test.overheard', true), '') || what || ' ', true);
    return true;
  end $$`;

const prints = new Map<string, Promise<string>>();
function printOf(table: Table): Promise<string> {
  const known = prints.get(table.name) ?? fingerprintOfOthers(owner, table, intruder);
  prints.set(table.name, known);
  return known;
}
function printOfAll(): Promise<string[][]> {
  return Promise.all(tenantTables.map(async (table) => [table.name, await printOf(table)]));
}

import { z } from 'zod';
import type { Database } from '#db/connect.ts';

/** A right of a database role at a table of ours. */
export interface Privilege {
  readonly schema: string;
  readonly table: string;
  readonly privilege: string;
  /** Undefined: the whole table. */
  readonly columns: readonly string[] | undefined;
}

const privilegesSchema = z.array(
  z.object({
    schema: z.string(),
    table: z.string(),
    privilege: z.string(),
    columns: z
      .array(z.string())
      .nullable()
      .transform((columns) => columns ?? undefined),
  }),
);

/** What a role was given at tables, whole or by column, in every schema of ours. */
export async function privilegesOf(owner: Database, role: string): Promise<Privilege[]> {
  return privilegesSchema.parse(
    await owner`
      select n.nspname as schema, c.relname as table, lower(a.privilege_type) as privilege, null::text[] as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) as a
      where n.nspname not in ('pg_catalog', 'information_schema') and a.grantee = ${role}::regrole
      union all
      select n.nspname, c.relname, lower(a.privilege_type), array_agg(t.attname::text order by t.attnum)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) as a
      where n.nspname not in ('pg_catalog', 'information_schema') and a.grantee = ${role}::regrole
      group by n.nspname, c.relname, a.privilege_type
      order by 1, 2, 3, 4`,
  );
}

const callsSchema = z.array(z.object({ name: z.string() }));

/** The functions that were kept from everybody and given to a role by name. */
async function callsOf(owner: Database, role: string): Promise<string[]> {
  const rows = await owner`
    select n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
      aclexplode(p.proacl) as a
    where n.nspname not in ('pg_catalog', 'information_schema') and a.grantee = ${role}::regrole order by 1`;
  return callsSchema.parse(rows).map(({ name }) => name);
}

const purposes: Readonly<Record<string, string>> = {
  carewall_app: 'Commands and snapshots, inside one organisation at a time (`carewall.org`).',
  carewall_identity: 'Sign-in, accounts and what is made before an organisation is known.',
  carewall_jobs: 'The queue of jobs that its library keeps in a schema of its own; nothing of ours.',
  carewall_keys: 'Wraps anew what the key ring wraps, while keys are exchanged.',
  carewall_privacy:
    'Carries out what people ask about their data, and throws away what is old, over all organisations, in the background.',
  carewall_relay: 'Reads the log, heads and rights of all organisations, and clears away what is old.',
};

/** The roles that the server works under in this database: those that may enter our schema. */
export async function serverRoles(owner: Database): Promise<string[]> {
  const rows = await owner`
    select r.rolname as name from pg_roles r
    where r.rolname like 'carewall\\_%' and has_schema_privilege(r.rolname, 'carewall', 'usage') order by 1`;
  return callsSchema.parse(rows).map(({ name }) => name);
}

/** The page that says what each role of the server may do at each table. */
export async function privilegesPage(owner: Database): Promise<string> {
  const sections = await Promise.all(
    (await serverRoles(owner)).map(async (role) => {
      const purpose = purposes[role];
      if (purpose === undefined) throw new Error(`what is ${role} for?`);
      const privileges = await privilegesOf(owner, role);
      const tables = [...new Set(privileges.map(nameOf))];
      const rows = tables.map((table) => {
        const rights = privileges.filter((one) => nameOf(one) === table).map(rightOf);
        return `| \`${table}\` | ${rights.join(', ')} |`;
      });
      const calls = (await callsOf(owner, role)).map((name) => `\`${name}\``);
      const called =
        calls.length === 0 ? [] : ['', `Calls, besides what everybody may: ${calls.join(', ')}.`];
      return ['', `## ${role}`, '', purpose, '', '| table | may |', '|---|---|', ...rows, ...called].join(
        '\n',
      );
    }),
  );
  return [
    '# What the database roles may do',
    '',
    'Made from the catalogue by `tests/isolation.test.ts`, which fails where a right is added or taken away until this page',
    'says so (`npx vitest run tests/isolation.test.ts -u`). Row-level security stands beneath all of it: see the decision on',
    'isolation.',
    ...sections,
    '',
  ].join('\n');
}

function nameOf({ schema, table }: Privilege): string {
  return schema === 'carewall' ? table : `${schema}.${table}`;
}

function rightOf({ privilege, columns }: Privilege): string {
  return columns === undefined ? privilege : `${privilege} (${columns.join(', ')})`;
}

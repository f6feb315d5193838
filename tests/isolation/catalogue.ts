import { z } from 'zod';
import type { Database } from '#db/connect.ts';

/** A table of our schema as the database's own catalogue has it. */
export interface Table {
  readonly name: string;
  /** Holds rows of organisations: `org_id` says whose. The organisations themselves are by `id`. */
  readonly tenantColumn: 'org_id' | 'id' | undefined;
  readonly partition: boolean;
  readonly secured: boolean;
  readonly forced: boolean;
  readonly owner: string;
  readonly columns: readonly Column[];
  readonly policies: readonly Policy[];
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly needed: boolean;
  readonly generated: boolean;
}

/** What a policy lets whom do. */
export interface Policy {
  readonly name: string;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly command: string;
  readonly using: string | null;
  readonly check: string | null;
}

const tableSchema = z.object({
  name: z.string(),
  partition: z.boolean(),
  secured: z.boolean(),
  forced: z.boolean(),
  owner: z.string(),
  columns: z.array(
    z.object({ name: z.string(), type: z.string(), needed: z.boolean(), generated: z.boolean() }),
  ),
  policies: z.array(
    z.object({
      name: z.string(),
      permissive: z.boolean(),
      roles: z.array(z.string()),
      command: z.string(),
      using: z.string().nullable(),
      check: z.string().nullable(),
    }),
  ),
});

/** Every table of ours, its partitions among them. */
export async function readTables(owner: Database): Promise<Table[]> {
  const rows = await owner`
    select c.relname as name, c.relispartition as partition, c.relrowsecurity as secured,
      c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
          'needed', a.attnotnull and not a.atthasdef and a.attidentity = '',
          'generated', a.attgenerated <> '' or a.attidentity <> '') order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(json_build_object('name', p.policyname, 'permissive', p.permissive = 'PERMISSIVE',
          'roles', p.roles, 'command', p.cmd, 'using', p.qual, 'check', p.with_check) order by p.policyname)
        from pg_policies p where p.schemaname = 'carewall' and p.tablename = c.relname), '[]') as policies
    from pg_class c
    where c.relnamespace = 'carewall'::regnamespace and c.relkind in ('r', 'p') order by c.relname`;
  return z
    .array(tableSchema)
    .parse(rows)
    .map((table) => ({ ...table, tenantColumn: tenantColumnOf(table) }));
}

function tenantColumnOf({ name, columns }: z.infer<typeof tableSchema>): Table['tenantColumn'] {
  if (name === 'organisations') return 'id';
  return columns.some((column) => column.name === 'org_id') ? 'org_id' : undefined;
}

/** A function of ours that the application may call. */
export interface Callable {
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly type: string }[];
  readonly definer: boolean;
  readonly owner: string;
}

const callableSchema = z.object({
  name: z.string(),
  arguments: z.array(z.object({ name: z.string(), type: z.string() })),
  definer: z.boolean(),
  owner: z.string(),
});

/** Every function of ours that a role may call, but for those of extensions and triggers. */
export async function readCallables(owner: Database, role: string): Promise<Callable[]> {
  return z.array(callableSchema).parse(
    await owner`
      select p.proname as name, p.prosecdef as definer, pg_get_userbyid(p.proowner) as owner,
        coalesce((
          select json_agg(json_build_object('name', coalesce(p.proargnames[t.n], ''), 'type', format_type(t.oid, null)) order by t.n)
          from unnest(p.proargtypes::oid[]) with ordinality as t(oid, n)
        ), '[]') as arguments
      from pg_proc p
      where p.pronamespace = 'carewall'::regnamespace and has_function_privilege(${role}, p.oid, 'execute')
        and p.prorettype <> 'trigger'::regtype
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
      order by p.proname`,
  );
}

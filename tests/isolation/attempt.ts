import type { Connection, Database } from '#db/connect.ts';
import type { Table } from './catalogue.ts';

/** What came of a statement: the rows it gave or changed, or the code of its refusal. */
export type Attempt = { readonly rows: readonly Record<string, unknown>[]; readonly count: number } | Refused;
export interface Refused {
  readonly refused: string;
  readonly message: string;
}

export interface As {
  readonly role: string;
  /** Undefined: none is set. */
  readonly org: string | undefined;
}

/**
 * Runs a statement under a role, inside an organisation, and whatever `then` looks at as the owner, in one transaction that
 * is rolled back.
 */
export async function attempted<Seen>(
  owner: Database,
  { role, org }: As,
  statement: (connection: Connection) => Promise<{ rows: readonly Record<string, unknown>[]; count: number }>,
  then: (connection: Connection) => Promise<Seen>,
): Promise<{ attempt: Attempt; seen: Seen }> {
  const connection = await owner.reserve();
  try {
    await connection`begin`;
    if (org !== undefined) await connection`select set_config('carewall.org', ${org}, true)`;
    await connection`select set_config('role', ${role}, true)`;
    await connection`savepoint before`;
    let attempt: Attempt;
    try {
      attempt = await statement(connection);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      attempt = { refused: String(error.code), message: error.message };
      await connection`rollback to savepoint before`;
    }
    await connection`reset role`;
    return { attempt, seen: await then(connection) };
  } finally {
    await connection`rollback`;
    connection.release();
  }
}

/** Runs plain text under a role. */
export function running(text: string) {
  return async (connection: Connection): Promise<{ rows: Record<string, unknown>[]; count: number }> => {
    const rows = await connection.unsafe(text);
    return { rows: [...rows], count: rows.count };
  };
}

/**
 * What stands for all rows of a table but those of one organisation: it is another after any of them was changed,
 * deleted or added to.
 */
export async function fingerprintOfOthers(
  connection: Connection | Database,
  { name, tenantColumn }: Table,
  own: string,
): Promise<string> {
  const [row] = await connection.unsafe(
    `select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text) || t.xmin, ',' order by md5(t::text))), '') as print
     from carewall."${name}" t where "${tenantColumn}" is distinct from '${own}'`,
  );
  return String(row?.print);
}

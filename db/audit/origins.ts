import { z } from 'zod';
import type { Database } from '../connect.ts';
import type { AuditKey } from './audit-keys.ts';

const heldSchema = z.object({ k: z.number(), n: z.number(), hash: z.instanceof(Buffer), at: z.string() });

/** The most rows that go in one statement. */
const batch = 5_000;

/**
 * Lets the audit of an organisation begin at its last checkpoint before a moment, signed for, and takes away what lies
 * before. Gives how many rows went. Uses the relay's role; nothing else may take a row away.
 */
export async function beginAuditAfter(
  sqlRelay: Database,
  key: AuditKey,
  org: string,
  before: Date,
): Promise<number> {
  const [row] = await sqlRelay`
    select k, n, hash, to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from carewall.audit_checkpoints where org_id = ${org} and at <= ${before} order by k desc limit 1`;
  if (row !== undefined) {
    const { k, n, hash, at } = heldSchema.parse(row);
    const signature = key.sign({ kind: 'origin', org, k, n, hash, at });
    await sqlRelay`
      insert into carewall.audit_origins (org_id, k, n, hash, at, key, signature)
        values (${org}, ${k}, ${n}, ${hash}, ${at}::text::timestamptz, ${key.id}, ${signature}) on conflict do nothing`;
  }
  let gone = 0;
  for (;;) {
    // The row first and its place after it: the place is what says that the row may go.
    const places = await sqlRelay.begin(async (sql) => {
      const taken = await sql`
        select c.n, c.audit_id as row from carewall.audit_chain c
        where c.org_id = ${org} and c.n <= (select max(n) from carewall.audit_origins where org_id = ${org})
        order by c.n limit ${batch}`;
      const links = z.array(z.object({ n: z.number(), row: z.number() })).parse(taken);
      const last = links.at(-1);
      if (last === undefined) return 0;
      await sql`delete from carewall.audit where id = any(${links.map((link) => String(link.row))}::bigint[])`;
      await sql`delete from carewall.audit_checkpoints where org_id = ${org} and n <= ${last.n}`;
      await sql`delete from carewall.audit_chain where org_id = ${org} and n <= ${last.n}`;
      return links.length;
    });
    gone += places;
    if (places < batch) return gone;
  }
}

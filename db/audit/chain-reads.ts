import { z } from 'zod';
import type { Queries } from '../connect.ts';
import type { ChainHead } from './chain.ts';

const heldSchema = z.object({
  k: z.number(),
  n: z.number(),
  hash: z.instanceof(Buffer),
  at: z.string(),
  key: z.string(),
  signature: z.instanceof(Buffer),
});
/** A checkpoint or an origin as it stands in the database. */
export type Held = z.infer<typeof heldSchema>;
const linksSchema = z.array(
  z.object({ n: z.number(), row: z.number(), hash: z.instanceof(Buffer), line: z.string().nullable() }),
);
const looseSchema = z.array(z.object({ id: z.number(), loose: z.boolean() }));
const endSchema = z.object({
  n: z.number().nullable(),
  head: z.number().nullable(),
  headHash: z.instanceof(Buffer).nullable(),
});

/** The organisations that have a chain, or rows that would be in one. */
export async function chainedOrganisations(sql: Queries): Promise<string[]> {
  const rows = await sql`
    select org_id as org from carewall.audit_heads
    union select id from carewall.organisations
    union select org_id from carewall.audit_origins order by 1`;
  return z
    .array(z.object({ org: z.string() }))
    .parse(rows)
    .map(({ org }) => org);
}

/** Some places of a chain with their rows, in order. A row that is gone has no line. */
export async function readLinks(
  sql: Queries,
  org: string,
  { after, upTo, limit }: { after: number; upTo: number | undefined; limit: number },
): Promise<z.infer<typeof linksSchema>> {
  return linksSchema.parse(
    await sql`
      select c.n, c.audit_id as row, c.hash, case when a.id is not null then carewall.audit_line(a) end as line
      from (
        select n, audit_id, hash from carewall.audit_chain
        where org_id = ${org} and n > ${after} and n <= ${upTo ?? Number.MAX_SAFE_INTEGER} order by n limit ${limit}
      ) c left join carewall.audit a on a.id = c.audit_id order by c.n`,
  );
}

/** Where a chain ends, and where it was last known to. */
export async function readEnd(sql: Queries, org: string): Promise<z.infer<typeof endSchema>> {
  const [row] = await sql`
    select (select max(n) from carewall.audit_chain where org_id = ${org}) as n, h.n as head, h.hash as "headHash"
    from (select 1) as one left join carewall.audit_heads h on h.org_id = ${org}`;
  return endSchema.parse(row);
}

/** Where a chain begins that is not kept from its first row. */
export async function readOrigin(sql: Queries, org: string): Promise<Held | undefined> {
  const [row] = await sql`
    select k, n, hash, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, key, signature
    from carewall.audit_origins where org_id = ${org} order by n desc limit 1`;
  return row === undefined ? undefined : heldSchema.parse(row);
}

/** The checkpoints after the `k`th. */
export async function checkpointsAfter(sql: Queries, org: string, k: number, limit: number): Promise<Held[]> {
  return z.array(heldSchema).parse(
    await sql`
      select k, n, hash, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, key, signature
      from carewall.audit_checkpoints where org_id = ${org} and k > ${k} order by k limit ${limit}`,
  );
}

/** The checkpoint nearest to a moment, on one side of it. */
export async function checkpointAt(
  sql: Queries,
  org: string,
  side: 'before' | 'after',
  moment: Date,
): Promise<Held | undefined> {
  const [row] = await sql`
    select k, n, hash, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, key, signature
    from carewall.audit_checkpoints
    where org_id = ${org} and ${side === 'before' ? sql`at <= ${moment}` : sql`at >= ${moment}`}
    order by k ${side === 'before' ? sql`desc` : sql`asc`} limit 1`;
  return row === undefined ? undefined : heldSchema.parse(row);
}

/** Whether a chain that goes on meanwhile has come to what its head said. */
export async function standsAt(
  sql: Queries,
  org: string,
  n: number,
  hash: Buffer,
  at: ChainHead,
): Promise<boolean> {
  if (at.n < n) return false;
  if (at.n === n) return at.hash.equals(hash);
  const rows =
    await sql`select from carewall.audit_chain where org_id = ${org} and n = ${n} and hash = ${hash}`;
  return rows.length === 1;
}

/** Rows that have no place in the chain though they are older than it takes, or say that they are of another time. */
export async function* readUnsealed(
  sql: Queries,
  org: string,
  olderMs: number,
  page: number,
): AsyncGenerator<number> {
  let after = 0;
  for (;;) {
    const rows = looseSchema.parse(
      await sql`
        with page as (
          select a.id, a.at, a.tx, a.org_id from carewall.audit a where a.id > ${after} order by a.id limit ${page}
        )
        select p.id, true as loose from page p
        where p.org_id = ${org} and not exists (select from carewall.audit_chain c where c.audit_id = p.id)
          and (
            p.tx < (select floor from carewall.audit_sealing)
            or p.at not between now() - make_interval(secs => ${olderMs / 1000})
              and now() + interval '5 seconds'
          )
        union all select max(id), false from page having max(id) is not null`,
    );
    const last = rows.find(({ loose }) => !loose)?.id;
    if (last === undefined) return;
    for (const { id, loose } of rows) if (loose) yield id;
    after = last;
  }
}

/** The first place after the last checkpoint, where it has stood there for so long. */
export async function readUncheckpointed(
  sql: Queries,
  org: string,
  k: number,
  olderMs: number,
): Promise<number[]> {
  const rows = await sql`
    select c.n from carewall.audit_chain c join carewall.audit a on a.id = c.audit_id
    where c.org_id = ${org}
      and c.n = 1 + coalesce(
        (select n from carewall.audit_checkpoints where org_id = ${org} and k = ${k}),
        (select max(n) from carewall.audit_origins where org_id = ${org}), 0)
      and a.at < now() - make_interval(secs => ${olderMs / 1000})`;
  return z
    .array(z.object({ n: z.number() }))
    .parse(rows)
    .map(({ n }) => n);
}

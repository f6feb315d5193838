import { z } from 'zod';
import type { Database } from '../connect.ts';
import { inOrganisation } from '../transaction.ts';

/** What is looked for in the audit of one organisation. */
export interface AuditFilter {
  readonly who?: string | undefined;
  /** An action, or what its name begins with: `session` finds `session.sign-in`. */
  readonly action?: string | undefined;
  /** A code, `ok`, or `refused` for all that are not ok. */
  readonly outcome?: string | undefined;
  readonly topic?: string | undefined;
  readonly from: Date;
  readonly to: Date;
}

const namedSchema = z.object({ kind: z.string(), id: z.string(), name: z.string().optional() });

/** A row of the audit, with who it was as they are called now. Whoever is gone has no name any more. */
export const auditRowSchema = z.object({
  id: z.number(),
  at: z.string(),
  principal: namedSchema,
  session: z.string().nullable(),
  action: z.string(),
  outcome: z.string(),
  command: z.string().nullable(),
  heads: z.array(z.object({ topic: z.string(), seq: z.number() })).nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  /** Of the row, or of the session that it was done in. */
  client: z
    .object({ address: z.string().optional(), userAgent: z.string().optional() })
    .nullable()
    .catch(null),
  /** Its place in the chain, once it is sealed. */
  n: z.number().nullable(),
});
export type AuditRow = z.infer<typeof auditRowSchema>;

/** Where a page goes on: after the row of this moment and id. */
export interface AuditCursor {
  readonly at: string;
  readonly id: number;
}

/** The newest rows first, after a cursor. */
export async function searchAudit(
  sqlApp: Database,
  org: string,
  filter: AuditFilter,
  page: { readonly after?: AuditCursor | undefined; readonly limit: number },
): Promise<AuditRow[]> {
  const { who, action, outcome, topic, from, to } = filter;
  const { after, limit } = page;
  return inOrganisation(
    sqlApp,
    org,
    (sql) =>
      sql`
        with found as (
          select * from carewall.audit a
          where a.org_id = ${org} and a.at >= ${from} and a.at < ${to}
            ${after === undefined ? sql`` : sql`and (a.at, a.id) < (${after.at}::text::timestamptz, ${after.id}::bigint)`}
            ${who === undefined ? sql`` : sql`and a.principal ->> 'id' = ${who}`}
            ${action === undefined ? sql`` : sql`and (a.action = ${action} or starts_with(a.action, ${`${action}.`}))`}
            ${outcome === undefined ? sql`` : outcome === 'refused' ? sql`and a.outcome <> 'ok'` : sql`and a.outcome = ${outcome}`}
            ${topic === undefined ? sql`` : sql`and (a.details ->> 'topic' = ${topic} or a.heads @> jsonb_build_array(jsonb_build_object('topic', ${topic}::text)))`}
          order by a.at desc, a.id desc limit ${limit}
        )
        select f.id, to_char(f.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
          f.principal || coalesce(jsonb_build_object('name', coalesce(p.name, e.name)) , '{}') as principal,
          f.session, f.action, f.outcome, f.command, f.heads, f.details, coalesce(f.client, s.client) as client, c.n
        from found f
        left join carewall.audit_chain c on c.audit_id = f.id
        left join carewall.sessions s on s.org_id = f.org_id and s.id = f.session
        left join carewall.accounts p on p.org_id = f.org_id and p.id = f.principal ->> 'id'
        left join carewall.feeds e on e.org_id = f.org_id and e.id = f.principal ->> 'id' and f.principal ->> 'kind' = 'feed'
        order by f.at desc, f.id desc`.execute(),
    async (rows) => ({
      abandon: z.array(z.preprocess(withoutEmptyName, auditRowSchema)).parse(rows),
    }),
  );
}

function withoutEmptyName(row: unknown): unknown {
  const parsed = z.looseObject({ principal: z.looseObject({ name: z.string().nullable() }) }).safeParse(row);
  if (!parsed.success) return row;
  const { name, ...principal } = parsed.data.principal;
  return { ...parsed.data, principal: name === null ? principal : { ...principal, name } };
}

const integritySchema = z.object({
  sealed: z.number(),
  hash: z.string(),
  checkpoint: z.number(),
  checkpointAt: z.string().nullable(),
  waiting: z.number(),
});
export type AuditIntegrity = z.infer<typeof integritySchema>;

/** How far the chain of an organisation is, and how many rows of the last minutes have no place yet. */
export async function readIntegrity(sqlApp: Database, org: string): Promise<AuditIntegrity | undefined> {
  return inOrganisation(
    sqlApp,
    org,
    (sql) =>
      sql`
        select h.n as sealed, encode(h.hash, 'hex') as hash, h.checkpoint_n as checkpoint,
          case when h.checkpoint > 0 then to_char(h.checkpoint_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') end
            as "checkpointAt",
          (select count(*) from carewall.audit a
            where a.org_id = ${org} and a.at > clock_timestamp() - interval '2 minutes'
              and not exists (select from carewall.audit_chain c where c.audit_id = a.id)) as waiting
        from carewall.audit_heads h where h.org_id = ${org}`.execute(),
    async ([row]) => ({ abandon: row === undefined ? undefined : integritySchema.parse(row) }),
  );
}

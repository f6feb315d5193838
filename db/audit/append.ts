import { type AuditEntry, insertAudit } from '../audit.ts';
import type { Database } from '../connect.ts';
import { toJson } from '../json.ts';

/** Writes several rows of the audit in one statement, under the role of sign-in: they may be of several organisations. */
export async function appendAudit(sqlIdentity: Database, entries: readonly AuditEntry[]): Promise<void> {
  const [first, ...others] = entries;
  if (first === undefined) return;
  if (others.length === 0) return insertAudit(sqlIdentity, first);
  await sqlIdentity`
    insert into carewall.audit (org_id, principal, session, action, outcome, details, client)
      select org, principal, session, action, outcome, details, client
      from jsonb_to_recordset(${sqlIdentity.json(toJson(entries))}) as r(
        org text, principal jsonb, session uuid, action text, outcome text, details jsonb, client jsonb
      )`;
}

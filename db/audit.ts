import type { ErrorCode } from '#domain/errors.ts';
import type { Source } from '#domain/source.ts';
import type { Queries } from './connect.ts';
import { toJson } from './json.ts';

/** From where something was asked, as far as the network tells. */
export interface AuditedClient {
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Something that happened and is to be accounted for. What it says never identifies a patient and holds no secret. */
export interface AuditEntry {
  readonly org: string;
  readonly principal: Source;
  readonly session?: string | undefined;
  /** `<what>.<verb>`, such as `session.sign-in` or `topic.read`. */
  readonly action: string;
  readonly outcome: 'ok' | ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly client?: AuditedClient | undefined;
}

/** The organisation of what nobody can be named for: no tenant's, so no tenant reads it. */
export const noOrganisation = '';

/** Writes what happened into the audit, in the transaction of its doing where `sql` is one. Sends its query before it first waits. */
export async function insertAudit(sql: Queries, entry: AuditEntry): Promise<void> {
  const { org, principal, session, action, outcome, details, client } = entry;
  await sql`
    insert into carewall.audit (org_id, principal, session, action, outcome, details, client)
      values (${org}, ${sql.json(toJson(principal))}, ${session ?? null}, ${action}, ${outcome},
        ${details === undefined ? null : sql.json(toJson(details))}, ${client === undefined ? null : sql.json(toJson(client))})`.execute();
}

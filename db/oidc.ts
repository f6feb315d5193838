import { z } from 'zod';
import { insertAudit } from './audit.ts';
import type { Database } from './connect.ts';

/** Somebody as an identity provider names them. */
export interface IssuerSubject {
  readonly org: string;
  readonly issuer: string;
  readonly subject: string;
  /** Lower case, and undefined where the issuer does not vouch for it. */
  readonly verifiedEmail: string | undefined;
}

const accountSchema = z.object({
  id: z.string(),
  org: z.string(),
  name: z.string(),
  disabled: z.boolean(),
});
export type SubjectAccount = z.infer<typeof accountSchema>;

/**
 * The account of a subject. One that comes for the first time is linked with the account that has their address, unless
 * another subject of the issuer is: an address that was given to somebody else is not the account's owner. Undefined where
 * there is none; a disabled account is given, and not linked.
 */
export async function accountOfSubject(
  sql: Database,
  { org, issuer, subject, verifiedEmail }: IssuerSubject,
): Promise<SubjectAccount | undefined> {
  const [linked] = await sql`
    select a.id, a.org_id as org, a.name, a.disabled_at is not null as disabled
    from carewall.issuer_subjects s join carewall.accounts a on a.org_id = s.org_id and a.id = s.account
    where s.org_id = ${org} and s.issuer = ${issuer} and s.subject = ${subject}`;
  if (linked !== undefined) return accountSchema.parse(linked);
  if (verifiedEmail === undefined) return undefined;
  const outcome = await sql.begin(async (transaction) => {
    const [row] = await transaction`
      select id, org_id as org, name, disabled_at is not null as disabled from carewall.accounts
      where org_id = ${org} and email = ${verifiedEmail} and kind = 'person' for update`;
    if (row === undefined) return { account: undefined };
    const account = accountSchema.parse(row);
    if (account.disabled) return { account };
    const made = await transaction`
      insert into carewall.issuer_subjects (org_id, issuer, subject, account)
        values (${org}, ${issuer}, ${subject}, ${account.id}) on conflict do nothing returning account`;
    if (made.length === 0) return { account: undefined };
    await insertAudit(transaction, {
      org,
      principal: { kind: 'person', id: account.id, name: account.name },
      action: 'account.issuer-linked',
      outcome: 'ok',
      details: { issuer },
    });
    return { account };
  });
  return outcome.account;
}

import { z } from 'zod';
import {
  applicationSchema,
  emailSchema,
  invitationSchema,
  languageSchema,
  personNameSchema,
  phoneSchema,
} from '#domain/access/schema.ts';
import { phi, subject } from '#domain/phi.ts';
import type { Source } from '#domain/source.ts';
import { type AuditedClient, insertAudit, noOrganisation } from './audit.ts';
import type { Database, Queries } from './connect.ts';
import { enqueuePost, type LetterName } from './jobs/post-queue.ts';
import { toJson } from './json.ts';
import { type LinkPurpose, spendLink } from './link-secrets.ts';
import type { Vault } from './vault.ts';

/** What somebody says who asks for an account. */
export const saidSchema = z.strictObject({
  kind: z.enum(['clinician', 'facility']),
  name: personNameSchema,
  email: emailSchema,
  phone: phoneSchema.optional(),
  language: languageSchema,
  application: applicationSchema,
});
export type Said = z.infer<typeof saidSchema>;

const draftSchema = z.object({ subject: subject(), said: phi(saidSchema) });

/** The organisation to which addresses at a domain belong, or the one that somebody names; undefined where there is none. */
export async function organisationFor(
  sqlIdentity: Database,
  email: string,
  named: string | undefined,
): Promise<string | undefined> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const rows = await sqlIdentity`
    select org_id as org from carewall.access_entities where kind = 'domain' and id = ${domain} and open
    union all
    select id from carewall.organisations where id = ${named ?? ''}
    limit 1`;
  return z.array(z.object({ org: z.string() })).parse(rows)[0]?.org;
}

/** Keeps a request until its address is verified, sealed, and has the letter sent that asks for that. */
export async function keepRequest(
  { sqlIdentity, vault }: { sqlIdentity: Database; vault: Vault },
  org: string,
  id: string,
  said: Said,
): Promise<void> {
  const [sealed] = await vault.seal(org, [{ schema: draftSchema, value: { subject: id, said } }]);
  await sqlIdentity.begin(async (transaction) => {
    await transaction`delete from carewall.account_requests where made_at < clock_timestamp() - interval '2 days'`;
    await transaction`
      insert into carewall.account_requests (id, org_id, said) values (${id}, ${org}, ${transaction.json(toJson(sealed))})`;
    await enqueuePost(transaction, {
      org,
      to: { email: said.email },
      language: said.language,
      letter: 'request-verification',
      about: id,
    });
  });
}

/** A request that was kept, with when it was made; undefined where it is gone. */
export async function readRequest(
  { sqlIdentity, vault }: { sqlIdentity: Database; vault: Vault },
  org: string,
  id: string,
): Promise<{ said: Said; askedAt: string } | undefined> {
  const rows = await sqlIdentity`
    select said, made_at as "madeAt" from carewall.account_requests where org_id = ${org} and id = ${id}`;
  const [row] = z.array(z.object({ said: z.unknown(), madeAt: z.date() })).parse(rows);
  if (row === undefined) return undefined;
  const [draft] = await vault.open(org, [{ schema: draftSchema, value: row.said }]);
  const { said } = draftSchema.parse(draft);
  return said === undefined ? undefined : { said, askedAt: row.madeAt.toISOString() };
}

/** Forgets a request: it stands in the queue, or nowhere. */
export async function forgetRequest(sqlIdentity: Database, org: string, id: string): Promise<void> {
  await sqlIdentity`delete from carewall.account_requests where org_id = ${org} and id = ${id}`;
}

/** An invitation as whoever opens its link is shown it; undefined where it has ended. */
export async function readInvitation(
  { sqlIdentity, vault }: { sqlIdentity: Database; vault: Vault },
  org: string,
  id: string,
): Promise<
  { organisation: string; email: string; name: string; language: 'en' | 'vi'; account?: string } | undefined
> {
  const rows = await sqlIdentity`
    select e.entity, o.name from carewall.access_entities e join carewall.organisations o on o.id = e.org_id
    where e.org_id = ${org} and e.kind = 'invitation' and e.id = ${id}`;
  const [row] = z.array(z.object({ entity: z.unknown(), name: z.string() })).parse(rows);
  if (row === undefined) return undefined;
  const [opened] = await vault.open(org, [{ schema: invitationSchema, value: row.entity }]);
  const { email, name, language, status, expiresAt, account } = invitationSchema.parse(opened);
  const over = status === 'withdrawn' || (status === 'pending' && Date.parse(expiresAt) <= Date.now());
  if (over || email === undefined || name === undefined) return undefined;
  return { organisation: row.name, email, name, language, ...(account === undefined ? {} : { account }) };
}

/** Gives an account that was just made its first password, and uses the invitation's link up. False where another was faster. */
export async function setFirstPassword(
  sqlIdentity: Database,
  { secret, account, passwordHash, client }: PasswordSetting & { readonly account: string },
): Promise<boolean> {
  return sqlIdentity.begin(async (transaction) => {
    const link = await spendLink(transaction, 'invitation', secret);
    if (link === undefined) return false;
    const set = await transaction`
      update carewall.accounts set password_hash = ${passwordHash}
      where id = ${account} and org_id = ${link.org} and password_hash is null returning name`;
    if (set.length === 0) return false;
    await audited(transaction, link.org, account, 'account.accept-invitation', client);
    return true;
  });
}

interface PasswordSetting {
  readonly secret: string;
  readonly passwordHash: string;
  readonly client: AuditedClient;
}

/**
 * Sets the password of whoever brings the link, signs the account out everywhere and tells its owner, in one transaction.
 * False for a link that is unknown, used or has run out.
 */
export async function resetPassword(
  sqlIdentity: Database,
  { secret, passwordHash, client }: PasswordSetting,
): Promise<boolean> {
  return sqlIdentity.begin(async (transaction) => {
    const link = await spendLink(transaction, 'password', secret);
    if (link === undefined) return false;
    const { org, about: account } = link;
    const set = await transaction`
      update carewall.accounts set password_hash = ${passwordHash}
      where id = ${account} and org_id = ${org} and kind = 'person' and disabled_at is null returning email`;
    const [row] = z.array(z.object({ email: z.string() })).parse(set);
    if (row === undefined) return false;
    await transaction`
      update carewall.sessions set ended_at = clock_timestamp(), ended_why = 'password reset'
      where account = ${account} and org_id = ${org} and ended_at is null`;
    await transaction`insert into carewall.rights_log (org_id, principal) values (${org}, ${account})`;
    await audited(transaction, org, account, 'account.reset-password', client);
    await writeTo(transaction, org, account, row.email, 'password-changed');
    return true;
  });
}

/** Has a link sent with which the owner of an address sets another password, where there is an account that can sign in. */
export async function askForReset(
  sqlIdentity: Database,
  email: string,
  client: AuditedClient,
): Promise<void> {
  await sqlIdentity.begin(async (transaction) => {
    const rows = await transaction`
      select id, org_id as org from carewall.accounts
      where email = ${email} and kind = 'person' and disabled_at is null`;
    const [row] = z.array(z.object({ id: z.string(), org: z.string() })).parse(rows);
    if (row === undefined) return;
    await audited(transaction, row.org, row.id, 'account.ask-for-reset', client);
    await writeTo(transaction, row.org, row.id, email, 'password-reset');
  });
}

/** Tells the owner of an address that it has an account already. False where it has none. */
export async function tellOfAccount(sqlIdentity: Database, email: string): Promise<boolean> {
  const rows = await sqlIdentity`
    select id, org_id as org from carewall.accounts where email = ${email} and kind = 'person'`;
  const [row] = z.array(z.object({ id: z.string(), org: z.string() })).parse(rows);
  if (row === undefined) return false;
  await sqlIdentity.begin((transaction) => writeTo(transaction, row.org, row.id, email, 'account-exists'));
  return true;
}

/** Audits something that somebody did at a door before sign-in. */
export async function auditAtDoor(
  sqlIdentity: Database,
  org: string,
  about: { readonly purpose: LinkPurpose; readonly id: string },
  action: string,
  client: AuditedClient,
): Promise<void> {
  await insertAudit(sqlIdentity, {
    org,
    principal: { kind: 'person', id: about.id, name: about.purpose },
    action,
    outcome: 'ok',
    client,
  });
}

/** Audits that somebody brought a link that cannot be used. Nobody knows who it was, or whose it might have been. */
export async function auditRefusedLink(
  sqlIdentity: Database,
  purpose: LinkPurpose,
  client: AuditedClient,
): Promise<void> {
  await insertAudit(sqlIdentity, {
    org: noOrganisation,
    principal: { kind: 'person', id: 'unknown', name: 'unknown' },
    action: `link.${purpose}`,
    outcome: 'gone',
    client,
  });
}

async function audited(
  sql: Queries,
  org: string,
  account: string,
  action: string,
  client: AuditedClient,
): Promise<void> {
  const rows = await sql`select name from carewall.accounts where id = ${account}`;
  const [named] = z.array(z.object({ name: z.string() })).parse(rows);
  const principal: Source = { kind: 'person', id: account, name: named?.name ?? account };
  await insertAudit(sql, { org, principal, action, outcome: 'ok', client });
}

async function writeTo(
  sql: Queries,
  org: string,
  account: string,
  email: string,
  letter: LetterName,
): Promise<void> {
  const rows = await sql`
    select entity ->> 'language' as language from carewall.access_entities
    where org_id = ${org} and kind = 'profile' and id = ${account}`;
  const [said] = z.array(z.object({ language: languageSchema })).parse(rows);
  await enqueuePost(sql, { org, to: { email }, language: said?.language ?? 'en', letter, about: account });
}

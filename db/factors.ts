import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Source } from '#domain/source.ts';
import { type AuditedClient, insertAudit } from './audit.ts';
import type { Database, Queries } from './connect.ts';

/** What an account can prove itself by, besides its password. */
export interface Factors {
  readonly totp: readonly Factor[];
  readonly passkeys: readonly Factor[];
  /** How many backup codes have not been used. */
  readonly backupCodes: number;
}

/** One of them as its owner is shown it. */
export interface Factor {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly usedAt: string | null;
}

const factorChanges = [
  'totp-added',
  'totp-removed',
  'passkey-added',
  'passkey-removed',
  'backup-codes-made',
  'reset',
] as const;
/** What became of an account's factors. */
export type FactorChange = (typeof factorChanges)[number];

/** Who changed them: the audit says so, and the owner is told. */
export interface FactorActor {
  readonly principal: Source;
  readonly session: string;
  readonly client?: AuditedClient | undefined;
}

const factorSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
});
const factorsSchema = z.object({
  totp: z.array(factorSchema),
  passkeys: z.array(factorSchema),
  backupCodes: z.int(),
});

/** What an account can prove itself by, besides its password. */
export async function factorsOf(sql: Queries, account: string): Promise<Factors> {
  const [row] = await sql`
    select
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'createdAt', created_at, 'usedAt', used_at) order by created_at), '[]')
        from carewall.totp_factors where account = ${account}) as totp,
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'createdAt', created_at, 'usedAt', used_at) order by created_at), '[]')
        from carewall.passkeys where account = ${account}) as passkeys,
      (select count(*)::int from carewall.backup_codes where account = ${account} and used_at is null) as "backupCodes"`;
  return factorsSchema.parse(row);
}

/** Takes a factor away. With the last one the backup codes go too: there is nothing left that they stand in for. */
export async function removeFactor(
  sql: Queries,
  account: string,
  factor: { readonly kind: 'totp' | 'passkey'; readonly id: string },
): Promise<{ readonly name: string } | undefined> {
  const removed =
    factor.kind === 'totp'
      ? await sql`delete from carewall.totp_factors where account = ${account} and id = ${factor.id} returning name`
      : await sql`delete from carewall.passkeys where account = ${account} and id = ${factor.id} returning name`;
  const [row] = removed;
  if (row === undefined) return undefined;
  await sql`
    delete from carewall.backup_codes where account = ${account}
      and not exists (select from carewall.totp_factors where account = ${account})
      and not exists (select from carewall.passkeys where account = ${account})`;
  return z.object({ name: z.string() }).parse(row);
}

/** Takes every factor of an account away, and every browser that it is known in. */
export async function removeAllFactors(sql: Queries, account: string): Promise<void> {
  await sql`delete from carewall.totp_factors where account = ${account}`;
  await sql`delete from carewall.passkeys where account = ${account}`;
  await sql`delete from carewall.backup_codes where account = ${account}`;
  await sql`delete from carewall.known_devices where account = ${account}`;
  await sql`delete from carewall.challenges where account = ${account}`;
}

/** Writes down a change of factors, for its owner and for the audit, in the transaction that makes it. Gives its id. */
export async function recordFactorChange(
  sql: Queries,
  { org, account }: { readonly org: string; readonly account: string },
  change: { readonly what: FactorChange; readonly name: string },
  by: FactorActor,
): Promise<string> {
  const id = uuidv7();
  await sql`
    insert into carewall.factor_changes (id, org_id, account, what, name, by_owner)
      values (${id}, ${org}, ${account}, ${change.what}, ${change.name}, ${by.principal.id === account})`;
  await insertAudit(sql, {
    org,
    principal: by.principal,
    session: by.session,
    action: `factor.${change.what}`,
    outcome: 'ok',
    details: { account },
    client: by.client,
  });
  return id;
}

const changeSchema = z.object({
  what: z.enum(factorChanges),
  name: z.string(),
  byOwner: z.boolean(),
  accountName: z.string(),
});

/** A change that was written down; undefined where there is none such. */
export async function factorChangeById(
  sql: Queries,
  id: string,
): Promise<z.infer<typeof changeSchema> | undefined> {
  const [row] = await sql`
    select c.what, c.name, c.by_owner as "byOwner", a.name as "accountName"
    from carewall.factor_changes c join carewall.accounts a on a.id = c.account where c.id = ${id}`;
  return row === undefined ? undefined : changeSchema.parse(row);
}

/** Takes part in changing an account's factors, one change at a time. Undefined where there is no such account in use. */
export async function changingFactors<Result>(
  sql: Database,
  account: string,
  work: (transaction: Queries, account: { readonly org: string; readonly email: string }) => Promise<Result>,
): Promise<Result | undefined> {
  const outcome = await sql.begin(async (transaction) => {
    const [row] = await transaction`
      select org_id as org, email from carewall.accounts
      where id = ${account} and kind = 'person' and disabled_at is null for update`;
    if (row === undefined) return { done: undefined };
    return { done: await work(transaction, z.object({ org: z.string(), email: z.string() }).parse(row)) };
  });
  return outcome.done;
}

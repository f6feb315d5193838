import type postgres from 'postgres';
import { z } from 'zod';
import { type Grant, grantSchema } from '#domain/identity/principal.ts';
import { type Role, relations, roles } from '#domain/identity/roles.ts';
import type { Database, Queries } from './connect.ts';
import { listPerson } from './directory.ts';
import { toJson } from './json.ts';
import { insertTopics } from './network.ts';

/** An account as its owner is shown it. */
export interface Account {
  readonly id: string;
  readonly org: string;
  /** Empty for what is no person's account. */
  readonly email: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** What a password is judged by. */
export interface Credentials {
  readonly id: string;
  readonly org: string;
  readonly name: string;
  /** Undefined for an account that has no password, such as a display's. */
  readonly passwordHash: string | undefined;
  readonly disabled: boolean;
}

export interface NewAccount {
  readonly id: string;
  readonly org: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | undefined;
  readonly grants: readonly AccountGrant[];
}

/** A role that somebody gives to an account. */
export interface AccountGrant {
  readonly role: Role;
  readonly place: string;
}

/** Grants of an account. A role that this version does not know gives nothing, and does not take the others away. Never that of a feed or of Carewall itself. */
export const accountGrantsSchema = z
  .array(z.unknown())
  .transform((grants) => grants.flatMap((grant) => accountGrantSchema.safeParse(grant).data ?? []));
const accountGrantSchema = grantSchema.extend({ role: z.enum([...roles, ...relations]) });

const credentialsSchema = z.object({
  id: z.string(),
  org: z.string(),
  name: z.string(),
  passwordHash: z.string().nullable(),
  disabled: z.boolean(),
});

const accountSchema = z.object({
  id: z.string(),
  org: z.string(),
  email: z
    .string()
    .nullable()
    .transform((email) => email ?? ''),
  name: z.string(),
  grants: accountGrantsSchema,
});

/** The credentials of the account with this email, whatever its case; undefined where there is none. */
export async function accountByEmail(sql: Database, email: string): Promise<Credentials | undefined> {
  const [row] = await sql`
    select id, org_id as org, name, password_hash as "passwordHash", disabled_at is not null as disabled
    from carewall.accounts where email = ${email.toLowerCase()}`;
  if (row === undefined) return undefined;
  const { passwordHash, ...account } = credentialsSchema.parse(row);
  return { ...account, passwordHash: passwordHash ?? undefined };
}

/** An account with its grants, disabled or not; undefined where there is none. */
export async function accountById(sql: Queries, id: string): Promise<Account | undefined> {
  const [row] = await sql`
    select a.id, a.org_id as org, a.email, a.name, ${grantsOf(sql)} as grants
    from carewall.accounts a where a.id = ${id}`;
  return row === undefined ? undefined : accountSchema.parse(row);
}

/** The grants of the account that a query calls `a`, as a column of it. */
export function grantsOf(sql: Queries): postgres.PendingQuery<postgres.Row[]> {
  return sql`carewall.grants_of(a.org_id, a.id)`;
}

/**
 * Makes an account with its grants and the topics that everybody has, and lists it in the organisation's directory.
 * False where its id or email is taken. Raises where a place does not exist.
 */
export async function createAccount(sql: Database, account: NewAccount): Promise<boolean> {
  const { id, org, name } = account;
  return sql.begin(async (transaction) => {
    if (!(await insertAccount(transaction, account))) return false;
    await transaction`
      insert into carewall.places (org_id, id, kind, name, parent, path)
        values (${org}, ${id}, 'person', ${name}, ${org}, ${[org, id]}) on conflict do nothing`;
    await insertTopics(transaction, org, { kind: 'person', id, name });
    await listPerson(transaction, account);
    return true;
  });
}

async function insertAccount(sql: Queries, account: NewAccount): Promise<boolean> {
  const made = await sql`
    with account as (
      insert into carewall.accounts (id, org_id, email, name, password_hash)
        values (${account.id}, ${account.org}, ${account.email.toLowerCase()}, ${account.name}, ${account.passwordHash ?? null})
        on conflict do nothing returning id, org_id
    ), granted as (
      insert into carewall.grants (org_id, account, role, place)
        select a.org_id, a.id, g.role, g.place
        from account a, jsonb_to_recordset(${sql.json(toJson(account.grants))}) as g(role text, place text)
        on conflict do nothing
    )
    select id from account`;
  return made.length > 0;
}

/**
 * Gives an account these roles and no others, and tells the nodes. False where there is no such account. Waits for
 * the commands that are being decided under what is taken away.
 */
export async function replaceGrants(
  sql: Database,
  account: string,
  grants: readonly AccountGrant[],
): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const found = await transaction`select id from carewall.accounts where id = ${account} for update`;
    if (found.length === 0) return false;
    // In the order in which commands lock them, so that the two cannot wait for each other.
    await transaction`select 1 from carewall.grants where account = ${account} and role <> 'member' order by role, place for update`;
    const wanted = transaction.json(toJson(grants));
    await transaction`
      delete from carewall.grants g where g.account = ${account} and g.role <> 'member' and not exists (
        select from jsonb_to_recordset(${wanted}) as w(role text, place text) where w.role = g.role and w.place = g.place
      )`;
    await transaction`
      insert into carewall.grants (org_id, account, role, place)
        select a.org_id, a.id, w.role, w.place
        from carewall.accounts a, jsonb_to_recordset(${wanted}) as w(role text, place text)
        where a.id = ${account}
        on conflict do nothing`;
    await transaction`
      insert into carewall.rights_log (org_id, principal) select org_id, id from carewall.accounts where id = ${account}`;
    await transaction`update carewall.accounts set listed = false where id = ${account}`;
    const changed = await accountById(transaction, account);
    if (changed !== undefined) await listPerson(transaction, changed);
    return true;
  });
}

/** Disables an account, ends all its sessions and tells the nodes. False where there is none, or it was disabled. */
export async function disableAccount(sql: Database, account: string): Promise<boolean> {
  const disabled = await sql`
    with account as (
      update carewall.accounts set disabled_at = clock_timestamp(), listed = false where id = ${account} and disabled_at is null
        returning id, org_id
    ), ended as (
      update carewall.sessions s set ended_at = clock_timestamp(), ended_why = 'account disabled'
        from account a where s.account = a.id and s.ended_at is null
    ), logged as (
      insert into carewall.rights_log (org_id, principal) select org_id, id from account
    )
    select id from account`;
  return disabled.length > 0;
}

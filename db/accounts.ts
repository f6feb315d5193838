import type postgres from 'postgres';
import { z } from 'zod';
import { type Grant, grantSchema } from '#domain/identity/principal.ts';
import { type Role, roleSchema } from '#domain/identity/roles.ts';
import type { Database } from './connect.ts';
import { toJson } from './json.ts';

/** A pool, or a transaction of one. */
export type Queries = postgres.ISql<{ bigint: number }>;

/** An account as its owner is shown it. */
export interface Account {
  readonly id: string;
  readonly org: string;
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

/** A grant that an account can hold: never that of a feed or of Carewall itself. */
export interface AccountGrant {
  readonly role: Role;
  readonly place: string;
}

/** Grants of an account. A role that this version does not know gives nothing, and does not take the others away. */
export const accountGrantsSchema = z
  .array(z.unknown())
  .transform((grants) => grants.flatMap((grant) => accountGrantSchema.safeParse(grant).data ?? []));
const accountGrantSchema = grantSchema.extend({ role: roleSchema });

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
  email: z.string(),
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
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object('role', g.role, 'place', g.place) order by g.place, g.role), '[]')
    from carewall.grants g where g.account = a.id and g.org_id = a.org_id
  )`;
}

/** Makes an account with its grants. False where its id or email is taken. Raises where a place does not exist. */
export async function createAccount(sql: Database, account: NewAccount): Promise<boolean> {
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
 * Gives an account these grants and no others, and tells the nodes. False where there is no such account. Waits for
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
    await transaction`select 1 from carewall.grants where account = ${account} order by role, place for update`;
    const wanted = transaction.json(toJson(grants));
    await transaction`
      delete from carewall.grants g where g.account = ${account} and not exists (
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
    return true;
  });
}

/** Disables an account, ends all its sessions and tells the nodes. False where there is none, or it was disabled. */
export async function disableAccount(sql: Database, account: string): Promise<boolean> {
  const disabled = await sql`
    with account as (
      update carewall.accounts set disabled_at = clock_timestamp() where id = ${account} and disabled_at is null
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

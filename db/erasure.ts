import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Connection, Database } from './connect.ts';
import type { KeyRing } from './key-ring.ts';
import { personalTables } from './personal-rows.ts';
import { atLeisureInOrganisation } from './transaction.ts';

/** Whose data is meant: an account's, or a patient's by pseudonym. */
export interface DataSubject {
  readonly org: string;
  readonly account: string | undefined;
  readonly patient: string | undefined;
}

/** What may stay of an erased person, under a pseudonym, because it is a record for others too. */
export const keepable = ['messages'] as const;
export type Keepable = (typeof keepable)[number];

/** How the pseudonym of somebody begins whose account was erased. */
const formerName = 'Former colleague';

const accountSchema = z.object({ name: z.string(), email: z.string().nullable() });
const subjectsSchema = z.array(z.object({ subject: z.string() }));

/** The pseudonym under whose data key archives about an account are sealed. */
export function accountSubject(ring: KeyRing, org: string, account: string): string {
  return ring.pseudonym(org, 'account', account);
}

/**
 * Erases somebody in one transaction: destroys their data keys, of all numbers that were merged with theirs; takes an
 * account's name and address out of every row, its sessions and means of signing in away. Records stay, of nobody in
 * particular. Gives `held`, and does nothing, where a legal hold stands over them.
 */
export async function erase(
  sql: Database,
  ring: KeyRing,
  who: DataSubject,
  keeps: readonly Keepable[],
): Promise<'done' | 'held'> {
  const { org, account } = who;
  return atLeisureInOrganisation(sql, org, async (connection) => {
    // Over a log of months this takes longer than any command may; nobody waits for it.
    await connection`set local statement_timeout = '30min'`;
    // Whoever places a hold now waits until this is over: there is no moment between looking and erasing.
    await connection`lock table carewall.privacy_holds in share mode`;
    const subjects = await subjectsOf(connection, ring, who);
    const held = await connection`
      select from carewall.privacy_holds
      where org_id = ${org} and (account = ${account ?? null} or patient = any(${subjects}))`;
    if (held.length > 0) return 'held';

    await connection`delete from carewall.subject_keys where org_id = ${org} and subject = any(${subjects})`;
    await connection`
      delete from carewall.privacy_archives a using carewall.privacy_requests r
      where a.org_id = ${org} and r.org_id = ${org} and r.id = a.request
        and (r.account = ${account ?? null} or r.patient = any(${subjects}))`;
    if (account !== undefined) await eraseAccount(connection, ring, org, account, keeps);
    // Every node hears of it within a quarter of a second, and remembers no key any more.
    await connection`
      insert into carewall.rights_log (org_id, principal)
      select ${org}, p from unnest(${[erasedPrincipal, ...(account === undefined ? [] : [account])]}::text[]) as p`;
    return 'done';
  });
}

/** Whom the rights log names when somebody was erased: nobody who could have rights. */
export const erasedPrincipal = 'erased';

/** Every pseudonym that stands for somebody: of all numbers merged with theirs, and of what an account has as its own. */
export async function subjectsOf(
  sql: Connection,
  ring: KeyRing,
  { org, account, patient }: DataSubject,
): Promise<string[]> {
  const rows = await sql`
    select distinct s as subject from carewall.merged_with(${org}, array(
      select ${patient ?? null}::text where ${patient !== undefined}
      union
      select entity ->> 'subject' from carewall.person_items
        where org_id = ${org} and account = ${account ?? null} and entity ? 'subject'
    )) as s`;
  const found = subjectsSchema.parse(rows).map(({ subject }) => subject);
  return account === undefined ? found : [...found, accountSubject(ring, org, account)];
}

async function eraseAccount(
  sql: Connection,
  ring: KeyRing,
  org: string,
  account: string,
  keeps: readonly Keepable[],
): Promise<void> {
  const [row] = await sql`
    select name, email from carewall.accounts where org_id = ${org} and id = ${account} for update`;
  if (row === undefined) return;
  const { email } = accountSchema.parse(row);
  const name = `${formerName} ${ring.pseudonym(org, 'former', account).slice(0, 4)}`;
  const newEmail = `${randomBytes(8).toString('hex')}@erased.invalid`;
  const tables = await personalTables(sql);
  for (const { name: table, ofAccount } of tables) {
    if (ofAccount)
      await sql`delete from carewall.${sql(table)} where org_id = ${org} and account = ${account}`;
  }
  await sql`
    update carewall.accounts
    set name = ${name}, email = case when kind = 'person' then ${newEmail} end, password_hash = null,
      disabled_at = coalesce(disabled_at, clock_timestamp())
    where org_id = ${org} and id = ${account}`;
  await sql`update carewall.places set name = ${name} where org_id = ${org} and id = ${account}`;
  await sql`update carewall.topics set name = ${name} where org_id = ${org} and place = ${account}`;
  if (email !== null && tables.some((table) => table.name === 'demo_mailbox'))
    await sql`delete from carewall.demo_mailbox where org_id = ${org} and address = ${email}`;
  const said = !keeps.includes('messages');
  for (const { name: table, json, text } of tables) {
    for (const column of json) {
      const renamed = sql`carewall.renamed(${sql(column)}, ${account}, ${name}, ${email}, ${newEmail})`;
      const next =
        said && ['events', 'messages'].includes(table)
          ? sql`carewall.unsaid(${renamed}, ${account})`
          : renamed;
      await sql`
        update carewall.${sql(table)} set ${sql(column)} = ${next}
        where org_id = ${org} and (position(${JSON.stringify(account)} in ${sql(column)}::text) > 0
          or position(${JSON.stringify(email ?? account)} in ${sql(column)}::text) > 0)`;
    }
    for (const column of email === null ? [] : text) {
      await sql`
        update carewall.${sql(table)} set ${sql(column)} = ${newEmail}
        where org_id = ${org} and ${sql(column)} = ${email}`;
    }
  }
}

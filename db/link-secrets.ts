import { z } from 'zod';
import type { Queries } from './connect.ts';
import { hashOfSecret, newSecret } from './secrets.ts';

/** What a link in a letter is for. */
export type LinkPurpose = 'invitation' | 'request' | 'password' | 'email';

/** A purpose and what it is about: an invitation, a request, or an account. */
export interface LinkSubject {
  readonly org: string;
  readonly purpose: LinkPurpose;
  readonly about: string;
}

/** Makes the secret of a link and keeps its hash. */
export async function newLink(
  sql: Queries,
  { org, purpose, about }: LinkSubject,
  validMinutes: number,
): Promise<string> {
  const { secret, hash } = newSecret();
  await sql`
    insert into carewall.link_secrets (hash, org_id, purpose, about, expires_at)
      values (${hash}, ${org}, ${purpose}, ${about}, clock_timestamp() + make_interval(mins => ${validMinutes}::int))`;
  return secret;
}

/** Ends every link of a purpose. Sends its query before it first waits. */
export async function endLinks(sql: Queries, { org, purpose, about }: LinkSubject): Promise<void> {
  await sql`
    delete from carewall.link_secrets where org_id = ${org} and purpose = ${purpose} and about = ${about}`.execute();
}

const foundSchema = z.array(z.object({ org: z.string(), about: z.string() }));

/** What a link is about, whoever it belongs to; undefined for one that is unknown, used or has run out. */
export async function readLink(
  sqlIdentity: Queries,
  purpose: LinkPurpose,
  secret: string,
): Promise<{ org: string; about: string } | undefined> {
  const rows = await sqlIdentity`
    select org_id as org, about from carewall.link_secrets
    where hash = ${hashOfSecret(secret)} and purpose = ${purpose} and used_at is null and expires_at > clock_timestamp()`;
  return foundSchema.parse(rows)[0];
}

/**
 * Uses a link up, and with it all others that were sent for the same. Of two who bring it at once, one gets what it is about.
 */
export async function spendLink(
  sqlIdentity: Queries,
  purpose: LinkPurpose,
  secret: string,
): Promise<{ org: string; about: string } | undefined> {
  const rows = await sqlIdentity`
    with used as (
      update carewall.link_secrets set used_at = clock_timestamp()
        where hash = ${hashOfSecret(secret)} and purpose = ${purpose} and used_at is null and expires_at > clock_timestamp()
        returning hash, org_id, purpose, about
    ), others as (
      delete from carewall.link_secrets o using used u
        where o.org_id = u.org_id and o.purpose = u.purpose and o.about = u.about and o.hash <> u.hash
    )
    select org_id as org, about from used`;
  return foundSchema.parse(rows)[0];
}

/** Clears away links that ran out a month ago. */
export async function clearLinks(sqlIdentity: Queries): Promise<void> {
  await sqlIdentity`delete from carewall.link_secrets where expires_at < clock_timestamp() - interval '30 days'`;
}

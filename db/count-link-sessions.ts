import { z } from 'zod';
import type { Principal } from '#domain/identity/principal.ts';
import type { Database } from './connect.ts';

/** The account in whose name a contact's links answer. */
export function linkAccountOf(org: string, contact: string): string {
  return `count-link:${org}:${contact}`;
}

const heldLinkSchema = z.object({ org: z.string(), link: z.string(), contact: z.string(), name: z.string() });
/** A link that somebody holds the secret of. */
export type HeldLink = z.infer<typeof heldLinkSchema>;

/** The link that a secret opens, in whatever organisation, whatever became of it. */
export async function linkBySecret(identity: Database, hash: Buffer): Promise<HeldLink | undefined> {
  const rows = await identity`
    select s.org_id as org, s.link, l.contact, c.entity ->> 'name' as name from carewall.count_link_secrets s
    join carewall.count_links l on l.org_id = s.org_id and l.id = s.link
    join carewall.count_contacts c on c.org_id = l.org_id and c.id = l.contact
    where s.hash = ${hash}`;
  return z.array(heldLinkSchema).parse(rows)[0];
}

/** What a link's session may do: nothing but give the counts. It sees nothing. */
const scope = { topics: [], commands: ['link.submit'] };

/**
 * The session of a link, made when its counts are given for the first time: a service of the contact's own, a provider
 * at their facility, kept to that one command. It ends with the link's time.
 */
export async function sessionOfLink(
  identity: Database,
  { org, link, contact, name }: HeldLink,
): Promise<{ principal: Pick<Principal, 'kind' | 'id' | 'org' | 'name'>; session: string }> {
  const account = linkAccountOf(org, contact);
  // Of many answers at once each may be the first.
  await identity`
    insert into carewall.accounts (id, org_id, name, kind) values (${account}, ${org}, ${name}, 'service')
    on conflict do nothing`;
  await identity`
    with account as (
      update carewall.accounts set name = ${name} where id = ${account} and org_id = ${org} returning id
    ), given as (
      insert into carewall.grants (org_id, account, role, place)
        select l.org_id, account.id, 'provider', l.facility from carewall.count_links l, account
        where l.org_id = ${org} and l.id = ${link}
      on conflict do nothing
    )
    insert into carewall.sessions (id, org_id, account, expires_at, kind, scope, stepped_up_at)
      select l.id, l.org_id, account.id, (l.entity ->> 'validUntil')::timestamptz, 'link', ${identity.json(scope)}, null
      from carewall.count_links l, account where l.org_id = ${org} and l.id = ${link}
    on conflict (id) do nothing`;
  return { principal: { kind: 'service', id: account, org, name }, session: link };
}

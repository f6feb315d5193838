import { z } from 'zod';
import type { Queries } from './connect.ts';

/** What letters about accounts say: never a name or an address of whoever they go to. Read inside the organisation. */

const invitationSchema = z.array(
  z.object({
    organisation: z.string(),
    by: z.string(),
    via: z.enum(['administrator', 'request', 'operator']),
    minutes: z.coerce.number(),
  }),
);

/** An invitation that can still be accepted; undefined for one that cannot. */
export async function invitationToSend(
  sql: Queries,
  org: string,
  id: string,
): Promise<z.infer<typeof invitationSchema>[number] | undefined> {
  const rows = await sql`
    select o.name as organisation, e.entity -> 'source' ->> 'name' as by, e.entity ->> 'via' as via,
      floor(extract(epoch from (e.entity ->> 'expiresAt')::timestamptz - clock_timestamp()) / 60)::int as minutes
    from carewall.access_entities e join carewall.organisations o on o.id = e.org_id
    where e.org_id = ${org} and e.kind = 'invitation' and e.id = ${id} and e.open`;
  const [found] = invitationSchema.parse(rows);
  return found === undefined || found.minutes <= 0 ? undefined : found;
}

/** Why a request was declined, and by which organisation. */
export async function declinedRequest(
  sql: Queries,
  org: string,
  id: string,
): Promise<{ organisation: string; reason: string } | undefined> {
  const rows = await sql`
    select o.name as organisation, e.entity ->> 'reason' as reason
    from carewall.access_entities e join carewall.organisations o on o.id = e.org_id
    where e.org_id = ${org} and e.kind = 'request' and e.id = ${id} and e.entity ->> 'status' = 'declined'`;
  return z.array(z.object({ organisation: z.string(), reason: z.string() })).parse(rows)[0];
}

/** What an organisation is called. */
export async function organisationName(sql: Queries, org: string): Promise<string | undefined> {
  const rows = await sql`select name from carewall.organisations where id = ${org}`;
  return z.array(z.object({ name: z.string() })).parse(rows)[0]?.name;
}

/** Whether an account is there and may sign in. */
export async function isUsable(sql: Queries, org: string, account: string): Promise<boolean> {
  const rows = await sql`
    select id from carewall.accounts where org_id = ${org} and id = ${account} and disabled_at is null`;
  return rows.length > 0;
}

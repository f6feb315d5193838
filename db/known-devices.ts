import type { Database } from './connect.ts';
import { hashOfSecret } from './secrets.ts';

/** So many browsers of one account are known; of more, the one longest unused is forgotten. */
const mostOfAccount = 20;

/** Whether an account has signed in with this browser before. Asks the same for an account that does not exist. */
export async function knowsDevice(
  sql: Database,
  account: string | undefined,
  secret: string,
): Promise<boolean> {
  const found = await sql`
    select 1 from carewall.known_devices where account = ${account ?? ''} and hash = ${hashOfSecret(secret)}`;
  return found.length > 0;
}

/** Remembers that an account has signed in with this browser. */
export async function rememberDevice(
  sql: Database,
  { org, account }: { readonly org: string; readonly account: string },
  secret: string,
): Promise<void> {
  await sql`
    with crowd as (
      delete from carewall.known_devices where account = ${account} and hash in (
        select hash from carewall.known_devices where account = ${account} order by seen_at desc offset ${mostOfAccount - 1}
      )
    )
    insert into carewall.known_devices (org_id, account, hash) values (${org}, ${account}, ${hashOfSecret(secret)})
      on conflict (account, hash) do update set seen_at = clock_timestamp()`;
}

import { z } from 'zod';
import type { Queries } from './connect.ts';

/** A public key that a person's device holds the other half of. */
export interface Passkey {
  readonly id: string;
  readonly org: string;
  readonly account: string;
  /** The credential's id as WebAuthn spells it, base64url. */
  readonly credential: string;
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly transports: readonly string[];
}

const passkeySchema = z.object({
  id: z.string(),
  org: z.string(),
  account: z.string(),
  credential: z.string(),
  publicKey: z.instanceof(Buffer),
  signCount: z.int(),
  transports: z.array(z.string()),
});

/** The passkeys of an account. */
export async function passkeysOf(sql: Queries, account: string): Promise<Passkey[]> {
  const rows = await sql`
    select id, org_id as org, account, credential, public_key as "publicKey", sign_count as "signCount", transports
    from carewall.passkeys where account = ${account} order by created_at, id`;
  return z.array(passkeySchema).parse(rows);
}

/** The passkey with this credential id; undefined where there is none, or its account is disabled. */
export async function passkeyByCredential(sql: Queries, credential: string): Promise<Passkey | undefined> {
  const [row] = await sql`
    select p.id, p.org_id as org, p.account, p.credential, p.public_key as "publicKey", p.sign_count as "signCount", p.transports
    from carewall.passkeys p join carewall.accounts a on a.id = p.account
    where p.credential = ${credential} and a.disabled_at is null`;
  return row === undefined ? undefined : passkeySchema.parse(row);
}

/** Keeps a passkey. False where the credential is known already. */
export async function addPasskey(
  sql: Queries,
  passkey: Passkey & { readonly name: string },
): Promise<boolean> {
  const { id, org, account, name, credential, publicKey, signCount, transports } = passkey;
  const added = await sql`
    insert into carewall.passkeys (id, org_id, account, name, credential, public_key, sign_count, transports)
      values (${id}, ${org}, ${account}, ${name}, ${credential}, ${publicKey}, ${signCount}, ${[...transports]})
      on conflict (credential) do nothing returning 1`;
  return added.length > 0;
}

/**
 * Takes the counter that came with a signature. False where it does not go on from the one before: somebody has a copy of
 * the key. Authenticators that do not count always say 0.
 */
export async function takeSignCount(sql: Queries, id: string, signCount: number): Promise<boolean> {
  const used = await sql`
    update carewall.passkeys set sign_count = ${signCount}, used_at = clock_timestamp()
      where id = ${id} and (sign_count < ${signCount} or (sign_count = 0 and ${signCount} = 0)) returning 1`;
  return used.length > 0;
}

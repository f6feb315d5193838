import { z } from 'zod';
import type { Queries } from './connect.ts';
import type { KeyRing } from './key-ring.ts';

/** A secret of one-time codes, opened. */
export interface TotpFactor {
  readonly id: string;
  readonly secret: Buffer;
}

/** A secret that is not in the database in the clear. */
export interface SealedSecret {
  readonly sealed: Buffer;
  readonly ringKey: string;
}

const rowSchema = z.object({ id: z.string(), sealed: z.instanceof(Buffer), ringKey: z.string() });

/** The label under which a secret is sealed. What is sealed is of one account: it cannot be read as another's, whoever moves rows about. */
export function totpLabel(account: string): string {
  return `totp ${account}`;
}

/** Seals a secret of one-time codes for an account. */
export function sealTotpSecret(ring: KeyRing, account: string, secret: Buffer): SealedSecret {
  return { sealed: ring.wrap(secret, totpLabel(account)), ringKey: ring.current };
}

/** Opens what was sealed for an account. Raises where it was for another, or its key is gone. */
export function openTotpSecret(ring: KeyRing, account: string, { sealed, ringKey }: SealedSecret): Buffer {
  return ring.unwrap(sealed, ringKey, totpLabel(account));
}

/** The secrets of one-time codes of an account. */
export async function totpFactorsOf(sql: Queries, ring: KeyRing, account: string): Promise<TotpFactor[]> {
  const rows = await sql`
    select id, sealed_secret as sealed, ring_key as "ringKey" from carewall.totp_factors where account = ${account}`;
  return z
    .array(rowSchema)
    .parse(rows)
    .map((row) => ({ id: row.id, secret: openTotpSecret(ring, account, row) }));
}

/** Keeps a secret that a code of this step has confirmed: that code is used. */
export async function addTotpFactor(
  sql: Queries,
  factor: SealedSecret & {
    readonly id: string;
    readonly org: string;
    readonly account: string;
    readonly name: string;
    readonly step: number;
  },
): Promise<void> {
  const { id, org, account, name, sealed, ringKey, step } = factor;
  await sql`
    insert into carewall.totp_factors (id, org_id, account, name, sealed_secret, ring_key, last_step)
      values (${id}, ${org}, ${account}, ${name}, ${sealed}, ${ringKey}, ${step})`;
}

/** Uses the code of a step up. False where one of that step or a later one has been used: of two at once, one wins. */
export async function spendTotpStep(sql: Queries, id: string, step: number): Promise<boolean> {
  const used = await sql`
    update carewall.totp_factors set last_step = ${step}, used_at = clock_timestamp()
      where id = ${id} and last_step < ${step} returning 1`;
  return used.length > 0;
}

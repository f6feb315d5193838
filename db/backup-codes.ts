import type { Queries } from './connect.ts';

/** Puts codes in the place of all that an account had. */
export async function replaceBackupCodes(
  sql: Queries,
  { org, account }: { readonly org: string; readonly account: string },
  fingerprints: readonly Buffer[],
): Promise<void> {
  await sql`delete from carewall.backup_codes where account = ${account}`;
  for (const fingerprint of fingerprints)
    await sql`insert into carewall.backup_codes (org_id, account, fingerprint) values (${org}, ${account}, ${fingerprint})`;
}

/** Uses a code up. False where there is none such, or it has been used: of two at once, one wins. */
export async function spendBackupCode(sql: Queries, account: string, fingerprint: Buffer): Promise<boolean> {
  const used = await sql`
    update carewall.backup_codes set used_at = clock_timestamp()
      where account = ${account} and fingerprint = ${fingerprint} and used_at is null returning 1`;
  return used.length > 0;
}

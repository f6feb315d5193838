import { z } from 'zod';
import type { Database } from './connect.ts';

/** The session that a system's key opens, by the key's hash; undefined where there is no such key. */
export async function sessionOfKey(identity: Database, hash: Buffer): Promise<string | undefined> {
  const rows = await identity`select session from carewall.session_keys where hash = ${hash}`;
  return z.array(z.object({ session: z.string() })).parse(rows)[0]?.session;
}

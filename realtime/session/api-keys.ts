import type { Database } from '#db/connect.ts';
import { hashOfSecret } from '#db/secrets.ts';
import { sessionOfKey } from '#db/session-keys.ts';

/** Finds the session that a system's key opens. */
export interface ApiKeys {
  /** The session of a key; undefined for one that nobody was given. Whether it still lives, the session says. */
  session(token: string): Promise<string | undefined>;
}

const form = /^cwk_([0-9a-f]{64})$/;

/** Whether a token means to be a key and not an access token. */
export function isApiKey(token: string): boolean {
  return token.startsWith('cwk_');
}

/**
 * Keys by their hash. Which session a key opens never changes, so it is remembered; that it was revoked is said by the
 * session, which is read and dropped as every other. What is not found is not remembered.
 */
export function createApiKeys({ sql, most = 5_000 }: { sql: Database; most?: number }): ApiKeys {
  const known = new Map<string, string>();
  return {
    async session(token) {
      const secret = form.exec(token)?.[1];
      if (secret === undefined) return undefined;
      const hash = hashOfSecret(secret);
      const name = hash.toString('base64');
      const found = known.get(name);
      if (found !== undefined) return found;
      const session = await sessionOfKey(sql, hash);
      if (session === undefined) return undefined;
      if (known.size >= most) known.clear();
      known.set(name, session);
      return session;
    },
  };
}

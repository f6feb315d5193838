import { randomBytes } from 'node:crypto';
import { hashOfSecret } from '#db/secrets.ts';

/** A new refresh token and what of it is stored. */
export function newRefreshToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfSecret(token) };
}

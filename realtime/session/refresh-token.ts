import { createHash, randomBytes } from 'node:crypto';

/** A new refresh token and what of it is stored. */
export function newRefreshToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfRefreshToken(token) };
}

/** What is stored of a refresh token. Plain SHA-256: nobody tries out 256 random bits. */
export function hashOfRefreshToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

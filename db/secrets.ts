import { createHash, randomBytes } from 'node:crypto';

/** A secret that is told once, and what is kept of it. */
export interface NewSecret {
  /** 256 random bits as 64 hexadecimal digits. */
  readonly secret: string;
  readonly hash: Buffer;
}

/** Makes a secret. It goes to whoever it is for and nowhere else: not into a row, a log or a job. */
export function newSecret(): NewSecret {
  const secret = randomBytes(32).toString('hex');
  return { secret, hash: hashOfSecret(secret) };
}

/** What is kept of a secret. Plain SHA-256: nobody tries out 256 random bits. */
export function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

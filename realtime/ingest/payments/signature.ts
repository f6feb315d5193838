import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Refusal, refuse } from '#domain/errors.ts';

/** The header that says who sent a webhook: `t=<seconds since 1970>,v1=<hex of HMAC-SHA-256 of "t.body">`. */
export const signatureHeader = 'Carewall-Signature';

/** How far the sender's clock may be from ours, either way. */
export const toleranceMs = 5 * 60_000;

export interface Signature {
  readonly seconds: number;
  readonly digest: Buffer;
}

/** The signature of a body at a moment, as its header. */
export function sign(secret: string, body: Uint8Array, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  return `t=${seconds},v1=${digestOf(secret, seconds, body).toString('hex')}`;
}

/** Reads the header; a refusal where it is missing, malformed, or of another time than now. */
export function readSignature(header: string | undefined, nowMs: number): Signature | Refusal {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '');
  if (match?.[1] === undefined || match[2] === undefined) {
    const issue = { path: signatureHeader, message: 'must be like t=<seconds>,v1=<64 hex digits>' };
    return refuse('invalid', 'the webhook is not signed', [issue]);
  }
  const seconds = Number(match[1]);
  if (Math.abs(nowMs - seconds * 1000) > toleranceMs) {
    const issue = { path: `${signatureHeader}.t`, message: 'is more than 5 minutes from the clock' };
    return refuse('invalid', 'the signature is stale', [issue]);
  }
  return { seconds, digest: Buffer.from(match[2], 'hex') };
}

/** Whether the secret made this signature of this body, in the same time whatever the answer. */
export function isSignedBy(secret: string, { seconds, digest }: Signature, body: Uint8Array): boolean {
  return timingSafeEqual(digestOf(secret, seconds, body), digest);
}

function digestOf(secret: string, seconds: number, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { KeyRing } from '#db/key-ring.ts';

/**
 * What a browser carries while its owner signs in at an identity provider: what the answer will be checked by, and where
 * they wanted to be. Sealed, so that neither the browser nor whoever sees the cookie reads or makes one.
 */
const journeySchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  /** In milliseconds since 1970. */
  endsAt: z.number(),
});
export type SignInJourney = z.infer<typeof journeySchema>;

/** How long one may take over there. */
export const journeySeconds = 600;
const label = 'sign-in journey';

/** Begins a journey, with secrets of its own. */
export function beginJourney(returnTo: string, now: number): SignInJourney {
  const secret = (): string => randomBytes(32).toString('base64url');
  return {
    state: secret(),
    nonce: secret(),
    verifier: secret(),
    returnTo,
    endsAt: now + journeySeconds * 1_000,
  };
}

/** A journey as its browser carries it. */
export function sealJourney(ring: KeyRing, journey: SignInJourney): string {
  const sealed = ring.wrap(Buffer.from(JSON.stringify(journey)), label);
  return `${sealed.toString('base64url')}.${ring.current}`;
}

/** The journey that a browser brings back; undefined where it is none of ours, or took too long. */
export function openJourney(
  ring: KeyRing,
  cookie: string | undefined,
  now: number,
): SignInJourney | undefined {
  const [, sealed, key] = /^([\w-]{40,4000})\.(.{1,200})$/.exec(cookie ?? '') ?? [];
  if (sealed === undefined || key === undefined) return undefined;
  let text: string;
  try {
    text = ring.unwrap(Buffer.from(sealed, 'base64url'), key, label).toString();
  } catch {
    return undefined;
  }
  const journey = journeySchema.parse(JSON.parse(text));
  return journey.endsAt > now ? journey : undefined;
}

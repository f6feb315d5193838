import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { TokenKeys } from './token-keys.ts';

/** What a valid token says: who holds it and in which session. Never what they may do. */
export interface AccessClaims {
  readonly session: string;
  readonly principal: string;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface AccessTokens {
  /** A token of ten minutes. Raises where the signing key cannot be read. */
  issue(holder: {
    readonly session: string;
    readonly principal: string;
  }): Promise<{ token: string; expiresIn: number }>;
  /** What a token says, or `unauthenticated`. Raises where its key is not known and the database is out of reach. */
  verify(token: string): Promise<AccessClaims | Refusal>;
  /** The public keys, as a JSON Web Key Set. */
  jwks(): Promise<{ keys: Record<string, string>[] }>;
}

const issuer = 'carewall';
const algorithm = 'EdDSA';
const lifeSeconds = 600;
/** How far the clocks of two nodes may be apart. */
const toleranceSeconds = 5;

const claimsSchema = z.object({ sub: z.string().min(1), sid: z.uuid(), exp: z.int() });

export function createAccessTokens(options: {
  readonly keys: TokenKeys;
  /** Whom tokens are for: those of another installation are not taken, even where keys were copied. */
  readonly audience: string;
  readonly clock: () => number;
}): AccessTokens {
  const { keys, audience, clock } = options;

  return {
    async issue({ session, principal }) {
      const { id, key } = await keys.signing();
      const now = Math.floor(clock() / 1000);
      const token = await new SignJWT({ sid: session })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: id })
        .setSubject(principal)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + lifeSeconds)
        .sign(key);
      return { token, expiresIn: lifeSeconds };
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = kid === undefined ? undefined : await keys.verifying(kid);
            if (key === undefined) throw new errors.JWKSNoMatchingKey();
            return key;
          },
          {
            // Before a key is looked for: no token says how it wants to be checked.
            algorithms: [algorithm],
            issuer,
            audience,
            clockTolerance: toleranceSeconds,
            currentDate: new Date(clock()),
            requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          },
        );
        const { sub, sid, exp } = claimsSchema.parse(payload);
        return { session: sid, principal: sub, expiresAt: exp * 1000 };
      } catch (error) {
        if (error instanceof errors.JWTExpired)
          return refuse('unauthenticated', 'the access token has run out');
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
          return refuse('unauthenticated', 'the access token is not valid');
        }
        throw error;
      }
    },

    async jwks() {
      const published = await keys.published();
      return {
        keys: published.map(({ id, publicJwk }) => ({ ...publicJwk, kid: id, use: 'sig', alg: algorithm })),
      };
    },
  };
}

import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
} from 'openid-client';
import { z } from 'zod';
import type { OidcSettings } from '../settings.ts';
import type { SignInJourney } from './sign-in-journey.ts';

/** Who somebody is, as their identity provider says. */
export interface Vouched {
  readonly subject: string;
  /** Undefined where the issuer does not say that it is theirs. */
  readonly verifiedEmail: string | undefined;
  /** By more than one factor, as the issuer says. */
  readonly strong: boolean;
  /** When they proved themselves over there, in seconds since 1970; a session that lasts there may be old. */
  readonly provedAt: number | undefined;
}

/** Why nobody was vouched for: the answer does not fit or was refused, or the issuer does not answer. */
export type NotVouched = 'refused' | 'unavailable';

/** The identity provider of an organisation, by OpenID Connect. */
export interface IdentityProvider {
  /** Where a browser is sent. Undefined where the issuer cannot be reached. */
  begin(journey: SignInJourney, redirectUri: string): Promise<URL | undefined>;
  /** What comes of a browser that was sent back to this address. */
  end(journey: SignInJourney, answeredAt: URL): Promise<Vouched | NotVouched>;
}

const timeoutSeconds = 5;
/** Its endpoints may move; its keys are looked up by themselves. */
const oldAfterMs = 3_600_000;
/** A missing issuer is not asked for by every visitor. */
const askAgainMs = 2_000;

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  email: z.string().max(254).optional(),
  // Some say it as a text. Anything but a clear yes is a no.
  email_verified: z.unknown().transform((value) => value === true || value === 'true'),
  acr: z.string().optional().catch(undefined),
  amr: z.array(z.string()).catch([]),
  auth_time: z.number().optional().catch(undefined),
});

/** Reads what the issuer says of itself when it is first needed. */
export function createIdentityProvider(options: {
  readonly settings: OidcSettings;
  readonly clientSecret: string | undefined;
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
}): IdentityProvider {
  const { settings, clientSecret, clock, onFault } = options;
  const issuer = new URL(settings.issuer);
  let known: { configuration: Promise<Configuration | undefined>; until: number } | undefined;

  async function discovered(): Promise<Configuration | undefined> {
    try {
      return await discovery(
        issuer,
        settings.clientId,
        undefined,
        clientSecret === undefined ? None() : ClientSecretBasic(clientSecret),
        {
          timeout: timeoutSeconds,
          // The signature too, not the connection alone.
          execute: [
            enableNonRepudiationChecks,
            ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : []),
          ],
        },
      );
    } catch (error) {
      onFault(error);
      return undefined;
    }
  }

  function configuration(): Promise<Configuration | undefined> {
    if (known === undefined || known.until <= clock()) {
      const asked = { configuration: discovered(), until: clock() + oldAfterMs };
      known = asked;
      void asked.configuration.then((found) => {
        if (found === undefined) asked.until = clock() + askAgainMs;
      });
    }
    return known.configuration;
  }

  return {
    async begin({ state, nonce, verifier }, redirectUri) {
      const found = await configuration();
      if (found === undefined) return undefined;
      return buildAuthorizationUrl(found, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(settings.strongAcr.length === 0 ? {} : { acr_values: settings.strongAcr.join(' ') }),
      });
    },

    async end({ state, nonce, verifier }, answeredAt) {
      const found = await configuration();
      if (found === undefined) return 'unavailable';
      try {
        const tokens = await authorizationCodeGrant(found, answeredAt, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = claimsSchema.safeParse(tokens.claims());
        if (!claims.success) return 'refused';
        const { sub, email, email_verified, acr, amr, auth_time } = claims.data;
        return {
          subject: sub,
          verifiedEmail: email_verified ? email?.trim().toLowerCase() : undefined,
          strong: amr.includes('mfa') || (acr !== undefined && settings.strongAcr.includes(acr)),
          provedAt: auth_time,
        };
      } catch (error) {
        if (isOutOfReach(error)) {
          onFault(error);
          return 'unavailable';
        }
        return 'refused';
      }
    },
  };
}

/** Whether it failed for want of an answer, and not by one that does not fit. */
function isOutOfReach(error: unknown): boolean {
  if (error instanceof AuthorizationResponseError) return error.error === 'temporarily_unavailable';
  if (error instanceof ResponseBodyError) return error.status >= 500;
  if (error instanceof ClientError) return outOfReach.has(error.code ?? '');
  return true;
}

const outOfReach = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);

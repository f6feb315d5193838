import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { addressBlock } from '#domain/address-block.ts';
import { type Refusal, refuse, tryAgain } from '#domain/errors.ts';
import { problem, tooManyRequests } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import { createKeyedBuckets } from '../limits.ts';
import type { AccessTokens } from './access-tokens.ts';
import { proofSchema } from './proofs.ts';
import { assertionSchema } from './relying-party.ts';
import { foreignPage, fromOwnPage } from './same-site.ts';
import type { SessionCookies } from './session-cookies.ts';
import type { SecondFactorAsked, SignedIn, SignIn, SignInRefusal } from './sign-in.ts';

export interface SessionRoutesOptions {
  readonly signIn: SignIn;
  readonly accessTokens: AccessTokens;
  readonly cookies: SessionCookies;
  /** Whether browsers can have passkeys for us. */
  readonly passkeys: () => boolean;
  /** How browsers reach us. Asked at each request: the port may be known only once we listen. */
  readonly publicUrl: () => string;
  readonly onFault?: (error: unknown) => void;
}

const path = '/api/v1/session';

const credentialsSchema = z.strictObject({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1024),
});

/** The secret of a proof that has begun. */
export const challengeSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a challenge that was given');
const secondFactorSchema = z.looseObject({ challenge: challengeSchema });
const passkeySchema = z.strictObject({ challenge: challengeSchema, response: assertionSchema });

/** Signing in, refreshing, signing out, and the keys that access tokens are checked by. */
export function createSessionRoutes(options: SessionRoutesOptions): Hono {
  const { signIn, accessTokens, cookies, publicUrl } = options;
  const routes = new Hono();
  // Each that asks for a passkey leaves a row until it has run out. A whole hospital may begin its day behind one address.
  const asking = createKeyedBuckets(200, 10, { most: 20_000 });

  function answered(context: Context, outcome: SignedIn | SecondFactorAsked | SignInRefusal): Response {
    if ('code' in outcome) return refused(outcome);
    if (!('challenge' in outcome)) return granted(cookies, outcome);
    const { challenge, methods, publicKey } = outcome;
    const mfa = { challenge, methods, ...(publicKey === undefined ? {} : { publicKey }) };
    return context.json({ mfa }, 200, { 'cache-control': 'no-store' });
  }

  /** A page of another site must not sign a browser in as somebody else, nor try passwords from its visitors' addresses. */
  function foreign(context: Context): Response | undefined {
    return fromOwnPage(context.req.raw, publicUrl()) ? undefined : refused(foreignPage);
  }

  routes.post(path, async (context) => {
    const read = await readJson(context.req.raw, credentialsSchema);
    if (!read.ok) return refused(read.error);
    const { email, password } = read.data;
    return (
      foreign(context) ?? answered(context, await signIn.signIn(email, password, cookies.client(context)))
    );
  });

  routes.post(`${path}/mfa`, async (context) => {
    const read = await readJson(context.req.raw, secondFactorSchema);
    if (!read.ok) return refused(read.error);
    const { challenge, ...rest } = read.data;
    const proof = proofSchema.safeParse(rest);
    if (!proof.success) return refused(refuse('invalid', 'the proof does not have the right shape'));
    return (
      foreign(context) ??
      answered(context, await signIn.secondFactor(challenge, proof.data, cookies.client(context)))
    );
  });

  routes.post(`${path}/passkey/options`, async (context) => {
    const from = foreign(context);
    if (from !== undefined) return from;
    if (!options.passkeys()) return refused(noName);
    if (!asking.take(addressBlock(cookies.client(context).address))) return tooManyRequests();
    return context.json(await signIn.askForPasskey(), 200, { 'cache-control': 'no-store' });
  });

  routes.post(`${path}/passkey`, async (context) => {
    const read = await readJson(context.req.raw, passkeySchema);
    if (!read.ok) return refused(read.error);
    const { challenge, response } = read.data;
    return (
      foreign(context) ??
      answered(context, await signIn.passkey(challenge, response, cookies.client(context)))
    );
  });

  routes.post(`${path}/refresh`, async (context) => {
    const from = foreign(context);
    if (from !== undefined) return from;
    const refreshToken = cookies.refreshToken(context);
    if (refreshToken === undefined) return refused(refuse('unauthenticated', 'there is no session; sign in'));
    const outcome = await signIn.refresh(refreshToken);
    if (!('code' in outcome)) return answered(context, outcome);
    return refused(outcome, { 'set-cookie': cookies.gone() });
  });

  routes.delete(path, async (context) => {
    const refreshToken = cookies.refreshToken(context);
    const bearer = bearerOf(context.req.header('authorization'));
    if (bearer !== undefined) {
      const claims = await accessTokens.verify(bearer);
      if (!('code' in claims)) await signIn.signOut({ session: claims.session });
      else if (refreshToken === undefined) return refused(claims, { 'www-authenticate': 'Bearer' });
    }
    if (refreshToken !== undefined) {
      const from = foreign(context);
      if (from !== undefined) return from;
      await signIn.signOut({ refreshToken });
    } else if (bearer === undefined) return refused(refuse('unauthenticated', 'there is no session'));
    return context.body(null, 204, { 'cache-control': 'no-store', 'set-cookie': cookies.gone() });
  });

  routes.get('/.well-known/jwks.json', async (context) =>
    // Short: a key that was taken away must not be trusted for long elsewhere.
    context.json(await accessTokens.jwks(), 200, { 'cache-control': 'public, max-age=60' }),
  );

  routes.onError((error) => {
    options.onFault?.(error);
    return refused(tryAgain);
  });

  return routes;
}

/** The answer to whoever has signed in: an access token, who they are, and the cookies. */
export function granted(cookies: SessionCookies, outcome: SignedIn): Response {
  const { accessToken, expiresIn, user, idleMinutes } = outcome;
  const { id, name, email, org, grants } = user;
  const idle = idleMinutes === undefined ? {} : { idleSeconds: idleMinutes * 60 };
  const response = Response.json({ accessToken, expiresIn, ...idle, user: { id, name, email, org, grants } });
  response.headers.set('cache-control', 'no-store');
  for (const cookie of cookies.of(outcome)) response.headers.append('set-cookie', cookie);
  return response;
}

function refused(refusal: SignInRefusal, headers: Record<string, string> = {}): Response {
  const { retryAfterSeconds } = refusal;
  return problem(refusal, {
    'cache-control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...headers,
  });
}

/** Passkeys are bound to a name. */
export const noName: Refusal = refuse(
  'conflict',
  'passkeys need a server that is reached by a name, not by an address',
);

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

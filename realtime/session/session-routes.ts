import { type Context, Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { z } from 'zod';
import { type Refusal, refuse } from '#domain/errors.ts';
import { problem } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import type { AccessTokens } from './access-tokens.ts';
import { refreshCookie, refreshCookieName } from './refresh-cookie.ts';
import { fromOwnPage } from './same-site.ts';
import type { SignedIn, SignIn, SignInRefusal } from './sign-in.ts';

export interface SessionRoutesOptions {
  readonly signIn: SignIn;
  readonly accessTokens: AccessTokens;
  /** How browsers reach us. Asked at each request: the port may be known only once we listen. */
  readonly publicUrl: () => string;
  readonly clock: () => number;
  readonly onFault?: (error: unknown) => void;
}

const path = '/api/v1/session';

const credentialsSchema = z.strictObject({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1024),
});

/** What the engine says of the client beside the request. */
const clientSchema = z.object({ address: z.string() });

/** Signing in, refreshing, signing out, and the keys that access tokens are checked by. */
export function createSessionRoutes(options: SessionRoutesOptions): Hono {
  const { signIn, accessTokens, publicUrl, clock } = options;
  const routes = new Hono();

  function granted(context: Context, { accessToken, expiresIn, user, ...rest }: SignedIn): Response {
    const maxAge = Math.max(0, Math.floor((rest.sessionExpiresAt - clock()) / 1000));
    const { id, name, email, org, grants } = user;
    return context.json({ accessToken, expiresIn, user: { id, name, email, org, grants } }, 200, {
      'cache-control': 'no-store',
      'set-cookie': refreshCookie(publicUrl(), rest.refreshToken, maxAge),
    });
  }

  function refused(refusal: SignInRefusal, headers: Record<string, string> = {}): Response {
    const { retryAfterSeconds } = refusal;
    return problem(refusal, {
      'cache-control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      ...headers,
    });
  }

  routes.post(path, async (context) => {
    const read = await readJson(context.req.raw, credentialsSchema);
    if (!read.ok) return refused(read.error);
    const { address } = clientSchema.parse(context.env);
    const outcome = await signIn.signIn(read.data.email, read.data.password, address);
    return 'code' in outcome ? refused(outcome) : granted(context, outcome);
  });

  routes.post(`${path}/refresh`, async (context) => {
    if (!fromOwnPage(context.req.raw, publicUrl())) return refused(foreignPage);
    const refreshToken = getCookie(context, refreshCookieName);
    if (refreshToken === undefined) return refused(refuse('unauthenticated', 'there is no session; sign in'));
    const outcome = await signIn.refresh(refreshToken);
    if (!('code' in outcome)) return granted(context, outcome);
    return refused(outcome, {
      'set-cookie': refreshCookie(publicUrl(), '', 0),
    });
  });

  routes.delete(path, async (context) => {
    const refreshToken = getCookie(context, refreshCookieName);
    const bearer = bearerOf(context.req.header('authorization'));
    if (bearer !== undefined) {
      const claims = await accessTokens.verify(bearer);
      if (!('code' in claims)) await signIn.signOut({ session: claims.session });
      else if (refreshToken === undefined) return refused(claims, { 'www-authenticate': 'Bearer' });
    }
    if (refreshToken !== undefined) {
      if (!fromOwnPage(context.req.raw, publicUrl())) return refused(foreignPage);
      await signIn.signOut({ refreshToken });
    } else if (bearer === undefined) return refused(refuse('unauthenticated', 'there is no session'));
    context.header('set-cookie', refreshCookie(publicUrl(), '', 0));
    context.header('cache-control', 'no-store');
    return context.body(null, 204);
  });

  routes.get('/.well-known/jwks.json', async (context) =>
    // Short: a key that was taken away must not be trusted for long elsewhere.
    context.json(await accessTokens.jwks(), 200, { 'cache-control': 'public, max-age=60' }),
  );

  routes.onError((error) => {
    options.onFault?.(error);
    return refused(refuse('unavailable', 'it could not be done now; try again'));
  });

  return routes;
}

const foreignPage: Refusal = refuse('forbidden', 'this is not for pages of another site');

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

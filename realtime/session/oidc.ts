import { type Context, Hono } from 'hono';
import { generateCookie, getCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Database } from '#db/connect.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { accountOfSubject } from '#db/oidc.ts';
import { auditRefusedSignIn } from '#db/sessions.ts';
import { addressBlock } from '#domain/address-block.ts';
import type { Refusal } from '#domain/errors.ts';
import { clientOf } from '../http/client-of.ts';
import { tooManyRequests } from '../http/problem.ts';
import { createKeyedBuckets } from '../limits.ts';
import type { OidcSettings } from '../settings.ts';
import type { IdentityProvider, Vouched } from './identity-provider.ts';
import { returnPath } from './return-path.ts';
import { beginJourney, journeySeconds, openJourney, sealJourney } from './sign-in-journey.ts';

/** Lets somebody in for whom the identity provider has vouched. */
export interface VouchedSignIn {
  /** Whether the account has a second factor of ours, which is then asked of it whoever vouches. */
  hasSecondFactor(account: string): Promise<boolean>;
  /** The `Set-Cookie` headers of a session that begins. */
  begin(context: Context, account: string, steppedUp: boolean): Promise<readonly string[] | Refusal>;
}

export interface OidcOptions {
  readonly settings: OidcSettings;
  readonly provider: IdentityProvider;
  readonly sql: Database;
  readonly ring: KeyRing;
  readonly signIn: VouchedSignIn;
  readonly publicUrl: () => string;
  readonly clock: () => number;
}

const cookieName = 'carewall_journey';
const path = '/session/oidc';
/** Where a browser begins. */
export const oidcStart = `/api/v1${path}`;

/** What the sign-in page is told of a journey that came to nothing. The reasons are few, so that they tell nothing of accounts. */
export type JourneyFault = 'refused' | 'unavailable' | 'second-factor';

/** Somebody who proved themselves over there within this time has done so for us. */
const freshSeconds = 120;

const startSchema = z.object({ returnTo: z.string().max(2_000).optional() });

/**
 * Sign-in by way of an identity provider: the authorization code flow with PKCE, state and nonce, bound to the browser by a
 * sealed cookie. Who comes back has an account here already; nobody is given one, and no right comes with a claim.
 */
export function createOidcRoutes(options: OidcOptions): Hono {
  const { settings, provider, sql, ring, signIn, publicUrl, clock } = options;
  const routes = new Hono();
  // A shift that begins behind one address all comes at once.
  const rate = createKeyedBuckets(300, 5, { most: 20_000 });

  function journeyCookie(value: string): string {
    return generateCookie(cookieName, value, {
      path: oidcStart,
      httpOnly: true,
      // The issuer's page sends the browser back, and that is another site's.
      sameSite: 'Lax',
      secure: new URL(publicUrl()).protocol === 'https:',
      maxAge: value === '' ? 0 : journeySeconds,
    });
  }

  /** On to a page, of ours or the issuer's. The address may hold a code: nothing is to remember or pass on where one was. */
  function onTo(url: string, cookies: readonly string[]): Response {
    const headers = new Headers({
      location: url,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    for (const cookie of cookies) headers.append('set-cookie', cookie);
    return new Response(null, { status: 303, headers });
  }

  function turnedBack(fault: JourneyFault): Response {
    return onTo(`/?sign-in=${fault}`, [journeyCookie('')]);
  }

  function limited(context: Context): boolean {
    return !rate.take(addressBlock(clientOf(context).address));
  }

  async function accountFor(vouched: Vouched): Promise<{ id: string } | JourneyFault> {
    const account = await accountOfSubject(sql, { ...vouched, org: settings.org, issuer: settings.issuer });
    if (account === undefined || account.disabled) {
      await auditRefusedSignIn(sql, account, 'unauthenticated');
      return 'refused';
    }
    if (!vouched.strong && (await signIn.hasSecondFactor(account.id))) {
      await auditRefusedSignIn(sql, account, 'step_up');
      return 'second-factor';
    }
    return { id: account.id };
  }

  routes.get(path, async (context) => {
    if (limited(context)) return tooManyRequests();
    const { returnTo } = startSchema.safeParse(context.req.query()).data ?? {};
    const journey = beginJourney(returnPath(returnTo, publicUrl()), clock());
    const url = await provider.begin(journey, new URL(`${oidcStart}/callback`, publicUrl()).href);
    if (url === undefined) return turnedBack('unavailable');
    return onTo(url.href, [journeyCookie(sealJourney(ring, journey))]);
  });

  routes.get(`${path}/callback`, async (context) => {
    if (limited(context)) return tooManyRequests();
    const journey = openJourney(ring, getCookie(context, cookieName), clock());
    if (journey === undefined) return turnedBack('refused');
    const answeredAt = new URL(oidcStart, publicUrl());
    answeredAt.pathname += '/callback';
    answeredAt.search = new URL(context.req.url).search;
    const vouched = await provider.end(journey, answeredAt);
    if (typeof vouched === 'string') {
      if (vouched === 'refused') await auditRefusedSignIn(sql, undefined, 'unauthenticated');
      return turnedBack(vouched);
    }
    const account = await accountFor(vouched);
    if (typeof account === 'string') return turnedBack(account);
    const begun = await signIn.begin(context, account.id, provesAnew(vouched, clock()));
    if ('code' in begun) return turnedBack('refused');
    return onTo(journey.returnTo, [...begun, journeyCookie('')]);
  });

  return routes;
}

/** Whether somebody has just proved themselves over there by more than one factor: else it is asked for here, where it matters. */
function provesAnew({ strong, provedAt }: Vouched, now: number): boolean {
  return strong && provedAt !== undefined && now / 1_000 - provedAt <= freshSeconds;
}

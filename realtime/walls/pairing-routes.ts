import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Database } from '#db/connect.ts';
import { hashOfSecret, newSecret } from '#db/secrets.ts';
import { beginPairing, newUserCode, pairingSeconds, takePairing } from '#db/wall-pairings.ts';
import { addressBlock } from '#domain/address-block.ts';
import { type Refusal, refuse, tryAgain } from '#domain/errors.ts';
import { clientOf } from '../http/client-of.ts';
import { problem } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import { createKeyedBuckets } from '../limits.ts';
import type { AccessTokens } from '../session/access-tokens.ts';
import { newRefreshToken } from '../session/refresh-token.ts';
import { foreignPage, fromOwnPage } from '../session/same-site.ts';
import type { SessionCookies } from '../session/session-cookies.ts';

export interface PairingRoutesOptions {
  readonly sql: Database;
  readonly accessTokens: AccessTokens;
  readonly cookies: SessionCookies;
  readonly publicUrl: () => string;
  readonly clock: () => number;
  readonly onFault: (error: unknown) => void;
}

const path = '/walls/pairings';
/** How many seconds a device lets pass between its questions. */
const intervalSeconds = 3;
/** Clocks and networks are not exact to the millisecond. */
const toleranceMs = 500;
/** A body of these routes holds one secret or nothing. */
const mostBytes = 1_024;

const nothingSchema = z.strictObject({});
const askSchema = z.strictObject({ deviceCode: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits') });

/**
 * RFC 8628's four answers in the closed list of codes: `conflict` is `authorization_pending`, `rate_limited` is
 * `slow_down`, `forbidden` is `access_denied`, and `gone` is `expired_token` as well as a secret that never was.
 */
const answers = {
  waiting: refuse('conflict', 'nobody has approved this display yet; ask again'),
  'too soon': refuse('rate_limited', 'too soon; ask again later'),
  denied: refuse('forbidden', 'this display was turned away'),
  gone: refuse('gone', 'this code has run out; begin again'),
} as const satisfies Record<string, Refusal>;

/** How a display becomes a wall: it shows a code, somebody approves it, and it takes its token. */
export function pairingRoutes(options: PairingRoutesOptions): Hono {
  const { sql, accessTokens, cookies, publicUrl, clock } = options;
  const routes = new Hono();
  // After a power cut a hospital's displays that are not paired yet come at once, from behind one address.
  const beginnings = createKeyedBuckets(20, 0.2, { most: 20_000, clock });
  const questions = createKeyedBuckets(100, 20, { most: 20_000, clock });

  // It matches what is below it too.
  routes.use(
    `${path}/*`,
    async (context, next) => {
      // What is answered here sets a cookie: no page of another site has any business with it.
      if (fromOwnPage(context.req.raw, publicUrl())) return next();
      return refused(foreignPage);
    },
    bodyLimit({ maxSize: mostBytes, onError: () => refused(refuse('too_large', 'the body is too large')) }),
  );

  routes.post(path, async (context) => {
    const address = addressBlock(clientOf(context).address);
    if (!beginnings.take(address)) return tooMany(30);
    const read = await readJson(context.req.raw, nothingSchema);
    if (!read.ok) return refused(read.error);
    for (let tried = 0; tried < 5; tried += 1) {
      const { secret, hash } = newSecret();
      const userCode = newUserCode();
      const begun = await beginPairing(sql, { deviceHash: hash, userCode, address });
      if (begun === 'full') return tooMany(60);
      if (begun === 'again') continue;
      const verificationUri = `${new URL(publicUrl()).origin}/admin/walls`;
      return context.json(
        {
          deviceCode: secret,
          userCode,
          verificationUri,
          // In the fragment: no log and no referrer holds it.
          verificationUriComplete: `${verificationUri}#${userCode}`,
          expiresIn: pairingSeconds,
          interval: intervalSeconds,
        },
        200,
        { 'cache-control': 'no-store' },
      );
    }
    return refused(tryAgain);
  });

  routes.post(`${path}/token`, async (context) => {
    const client = clientOf(context);
    if (!questions.take(addressBlock(client.address))) return tooMany(intervalSeconds);
    const read = await readJson(context.req.raw, askSchema);
    if (!read.ok) return refused(read.error);
    const refresh = newRefreshToken();
    const taken = await takePairing(sql, {
      deviceHash: hashOfSecret(read.data.deviceCode),
      refreshHash: refresh.hash,
      leastMs: intervalSeconds * 1000 - toleranceMs,
      client,
    });
    if (taken.outcome === 'too soon') return tooMany(intervalSeconds + 2, answers['too soon']);
    if (taken.outcome !== 'taken') return refused(answers[taken.outcome]);
    const { session, account } = taken;
    const { token, expiresIn } = await accessTokens.issue({ session: session.id, principal: account.id });
    const set = cookies.of({
      refreshToken: refresh.token,
      sessionExpiresAt: session.expiresAt,
      device: undefined,
    });
    const response = context.json({ accessToken: token, expiresIn, user: account }, 200, {
      'cache-control': 'no-store',
    });
    for (const cookie of set) response.headers.append('set-cookie', cookie);
    return response;
  });

  routes.onError((error) => {
    options.onFault(error);
    return refused(tryAgain);
  });
  return routes;
}

function refused(refusal: Refusal): Response {
  return problem(refusal, { 'cache-control': 'no-store' });
}

function tooMany(
  seconds: number,
  refusal: Refusal = refuse('rate_limited', 'too many requests; slow down'),
): Response {
  return problem(refusal, { 'cache-control': 'no-store', 'retry-after': String(seconds) });
}

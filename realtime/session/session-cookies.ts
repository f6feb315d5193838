import type { Context } from 'hono';
import { generateCookie, getCookie } from 'hono/cookie';
import { clientOf } from '../http/client-of.ts';
import type { SignedIn, SignInClient } from './sign-in.ts';

const refreshName = 'carewall_refresh';
const deviceName = 'carewall_device';
const path = '/api/v1/session';
const deviceSeconds = 180 * 86_400;

/** The cookies of a session: the token that renews it, and the secret by which a browser is known again. */
export interface SessionCookies {
  /** The `Set-Cookie` headers of somebody who has signed in or renewed their session. */
  of(signedIn: Pick<SignedIn, 'refreshToken' | 'sessionExpiresAt' | 'device'>): string[];
  /** The header that takes the session away. The browser stays known. */
  gone(): string;
  refreshToken(context: Context): string | undefined;
  /** From where a request comes, as signing in counts it. */
  client(context: Context): SignInClient;
}

export function createSessionCookies(options: {
  readonly publicUrl: () => string;
  readonly clock: () => number;
}): SessionCookies {
  const { publicUrl, clock } = options;

  function attributes(maxAge: number) {
    const secure = new URL(publicUrl()).protocol === 'https:';
    return { path, httpOnly: true, sameSite: 'Strict', secure, maxAge } as const;
  }

  return {
    of({ refreshToken, sessionExpiresAt, device }) {
      const maxAge = Math.max(0, Math.floor((sessionExpiresAt - clock()) / 1000));
      return [
        generateCookie(refreshName, refreshToken, attributes(maxAge)),
        ...(device === undefined ? [] : [generateCookie(deviceName, device, attributes(deviceSeconds))]),
      ];
    },
    gone: () => generateCookie(refreshName, '', attributes(0)),
    refreshToken: (context) => getCookie(context, refreshName),
    client(context) {
      const device = getCookie(context, deviceName);
      return {
        address: clientOf(context).address,
        userAgent: context.req.header('user-agent'),
        device: device !== undefined && /^[0-9a-f]{64}$/.test(device) ? device : undefined,
        language: /^\s*vi\b/i.test(context.req.header('accept-language') ?? '') ? 'vi' : 'en',
      };
    },
  };
}

import { generateCookie } from 'hono/cookie';

/** The cookie that holds a browser's refresh token. It goes to the session's routes alone. */
export const refreshCookieName = 'carewall_refresh';

/** The header that sets it; an age of 0 takes it away. */
export function refreshCookie(publicUrl: string, token: string, maxAgeSeconds: number): string {
  return generateCookie(refreshCookieName, token, {
    path: '/api/v1/session',
    httpOnly: true,
    sameSite: 'Strict',
    secure: new URL(publicUrl).protocol === 'https:',
    maxAge: maxAgeSeconds,
  });
}

import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { generateCookie } from 'hono/cookie';
import { createSession } from '#db/sessions.ts';
import { refuse } from '#domain/errors.ts';
import type { StartPart } from '../part.ts';
import type { OidcSettings } from '../settings.ts';
import { createIdentityProvider } from './identity-provider.ts';
import { createOidcRoutes, oidcStart, type VouchedSignIn } from './oidc.ts';
import { newRefreshToken } from './refresh-token.ts';

/** Sign-in by way of an identity provider, where one is set; and which ways in there are. */
export const startOidc: StartPart = async ({ settings, databases, ring, publicUrl, onFault }) => {
  const { oidc } = settings;
  const open = new Hono();
  open.get('/session/methods', (context) =>
    context.json(
      { password: true, ...(oidc === undefined ? {} : { oidc: { name: oidc.name, start: oidcStart } }) },
      200,
      { 'cache-control': 'no-store' },
    ),
  );
  if (oidc === undefined) return { name: 'identity provider', open };
  const signIn: VouchedSignIn = {
    hasSecondFactor: async () => false,
    async begin(_context, account) {
      const { token, hash } = newRefreshToken();
      const session = await createSession(databases.identity, account, hash);
      if (session === undefined) return refuse('unauthenticated', 'the account cannot be signed in to');
      const maxAge = Math.max(0, Math.floor((session.expiresAt - Date.now()) / 1000));
      const secure = new URL(publicUrl()).protocol === 'https:';
      return [
        generateCookie('carewall_refresh', token, {
          path: '/api/v1/session',
          httpOnly: true,
          sameSite: 'Strict',
          secure,
          maxAge,
        }),
      ];
    },
  };
  open.route(
    '/',
    createOidcRoutes({
      settings: oidc,
      provider: createIdentityProvider({
        settings: oidc,
        clientSecret: await secretOf(oidc),
        clock: Date.now,
        onFault,
      }),
      sql: databases.identity,
      ring,
      signIn,
      publicUrl,
      clock: Date.now,
    }),
  );
  return { name: 'identity provider', open };
};

/** Raises where the file cannot be read: a server that cannot do what it is set to says so at its start. */
async function secretOf({ clientSecret }: OidcSettings): Promise<string | undefined> {
  if (clientSecret === undefined || 'value' in clientSecret) return clientSecret?.value;
  const text = (await readFile(clientSecret.file, 'utf8')).trim();
  if (text === '') throw new Error('OIDC_CLIENT_SECRET_FILE: the file is empty');
  return text;
}

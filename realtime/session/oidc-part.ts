import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import { factorsOf } from '#db/factors.ts';
import type { StartPart } from '../part.ts';
import type { OidcSettings } from '../settings.ts';
import { createIdentityProvider } from './identity-provider.ts';
import { createOidcRoutes, oidcStart, type VouchedSignIn } from './oidc.ts';

/** Sign-in by way of an identity provider, where one is set; and which ways in there are. */
export const startOidc: StartPart = async ({ settings, databases, ring, session, publicUrl, onFault }) => {
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
    async hasSecondFactor(account) {
      const { totp, passkeys, backupCodes } = await factorsOf(databases.identity, account);
      return totp.length > 0 || passkeys.length > 0 || backupCodes > 0;
    },
    async begin(context, account, steppedUp) {
      const client = session.cookies.client(context);
      const begun = await session.begin(account, { strength: 'external', steppedUp }, client);
      return 'code' in begun ? begun : session.cookies.of(begun);
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

import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { z } from 'zod';
import { freePort } from '../../testing/server-process.ts';

/** Somebody whom an issuer knows. */
export interface IssuerAccount {
  readonly sub: string;
  readonly email: string;
  readonly emailVerified: boolean;
}

/** A real OpenID Connect issuer of one test's own, with a sign-in form that asks for nothing but a name. */
export interface TestIssuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** By subject; they may change at any time. */
  readonly accounts: Map<string, IssuerAccount>;
  /** While it is set, it makes the identity tokens, out of what the issuer would have said. */
  tells: ((claims: JWTPayload, sign: (claims: JWTPayload) => Promise<string>) => Promise<string>) | undefined;
  /** While it is set, every request is answered so, whatever it asks. */
  fails: ((path: string) => number | undefined) | undefined;
  close(): Promise<void>;
}

export async function startIssuer(redirectUris: string[], at?: number): Promise<TestIssuer> {
  const port = at ?? (await freePort());
  const url = `http://localhost:${port}`;
  const clientId = 'carewall';
  const clientSecret = 'a secret of the test, long enough';
  const accounts = new Map<string, IssuerAccount>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: redirectUris,
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'of-the-test' }],
    },
    cookies: { keys: ['a key of the test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    acrValues: ['gold'],
    findAccount: (_context, sub) => {
      const account = accounts.get(sub);
      if (account === undefined) return undefined;
      return {
        accountId: sub,
        claims: () => ({ sub, email: account.email, email_verified: account.emailVerified }),
      };
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId ?? clientId,
        accountId: context.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(url, configuration);
  provider.proxy = false;
  const sign = (claims: JWTPayload): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'of-the-test' }).sign(privateKey);
  provider.use(async (context, next) => {
    await next();
    if (context.oidc?.route !== 'token' || issuer.tells === undefined) return;
    const body = z.looseObject({ id_token: z.string() }).safeParse(context.body);
    if (body.success) {
      context.body = { ...body.data, id_token: await issuer.tells(decodeJwt(body.data.id_token), sign) };
    }
  });
  const answer = provider.callback();
  const issuer: TestIssuer = {
    url,
    clientId,
    clientSecret,
    accounts,
    fails: undefined,
    tells: undefined,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', url).pathname;
    const status = issuer.fails?.(path);
    if (status !== undefined) {
      response.writeHead(status).end('no');
      return;
    }
    if (!path.startsWith('/interaction/')) {
      void answer(request, response);
      return;
    }
    if (request.method === 'GET') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<form method="post"><label>Subject <input name="sub"></label><button>Continue</button></form>`);
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const sub = new URLSearchParams(body).get('sub') ?? '';
      const account = accounts.get(sub);
      const result =
        account === undefined
          ? { error: 'access_denied', error_description: 'nobody is called so' }
          : { login: { accountId: sub } };
      provider.interactionFinished(request, response, result).catch(() => response.writeHead(500).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return issuer;
}

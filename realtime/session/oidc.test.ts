import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createAccount, disableAccount } from '#db/accounts.ts';
import { type Databases, openDatabases } from '#db/databases.ts';
import { createOrganisation } from '#db/network.ts';
import { freePort } from '../testing/server-process.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { startIssuer, type TestIssuer } from './testing/issuer.ts';
import { createVisitor, type Visitor } from './testing/visitor.ts';

let server: TestServer;
let databases: Databases;
let issuer: TestIssuer;
/** Another issuer, in which everybody is whoever they say. */
let stranger: TestIssuer;
let origin: string;
const callback = '/api/v1/session/oidc/callback';

beforeAll(async () => {
  const at = await freePort();
  server = await startTestServer('uws', {
    OIDC_ISSUER: `http://localhost:${at}`,
    OIDC_CLIENT_ID: 'carewall',
    OIDC_CLIENT_SECRET: 'a secret of the test, long enough',
    OIDC_ORG: 'demo',
    OIDC_NAME: 'Riverside staff',
  });
  origin = `http://localhost:${new URL(server.url()).port}`;
  [issuer, stranger] = await Promise.all([
    startIssuer([`${origin}${callback}`], at),
    startIssuer([`${origin}${callback}`]),
  ]);
  databases = openDatabases(server.database.url);
  await createOrganisation(databases.identity, { id: 'other', name: 'Another' });
  for (const [id, org] of [
    ['of-another', 'other'],
    ['leaver', 'demo'],
    ['second', 'demo'],
    ['third', 'demo'],
    ['fourth', 'demo'],
  ] as const) {
    await createAccount(databases.identity, {
      id,
      org,
      email: `${id}@hospital.example`,
      name: id,
      passwordHash: undefined,
      grants: org === 'demo' ? [{ role: 'nurse', place: '4w' }] : [],
    });
  }
  await disableAccount(databases.identity, 'leaver');
  known('nurse-at-issuer', 'nurse@demo.carewall.example');
});
afterEach(() => {
  issuer.fails = undefined;
  issuer.tells = undefined;
});
afterAll(async () => {
  await databases.end();
  await Promise.all([server.close(), issuer.close(), stranger.close()]);
});

function known(sub: string, email: string, emailVerified = true): void {
  issuer.accounts.set(sub, { sub, email, emailVerified });
  stranger.accounts.set(sub, { sub, email, emailVerified });
}

/** Where an answer sends on to. */
function sentTo(response: Response, from: string): string {
  return new URL(response.headers.get('location') ?? '', from).href;
}

/** Goes from the sign-in page to the issuer. */
async function begun(visitor: Visitor, returnTo?: string): Promise<string> {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ returnTo })}`;
  const start = await visitor.get(`${origin}/api/v1/session/oidc${query}`);
  expect(start.status).toBe(303);
  return sentTo(start, origin);
}

/** Signs in over there, and gives the address to which the issuer sends back. */
async function vouchedFor(visitor: Visitor, sub: string, authorize: string): Promise<string> {
  let response = await visitor.get(authorize);
  let at = authorize;
  for (let steps = 0; steps < 10; steps += 1) {
    const location = response.headers.get('location');
    if (location !== null) {
      at = sentTo(response, at);
      if (at.startsWith(`${origin}${callback}`)) return at;
      response = await visitor.get(at);
    } else response = await visitor.post(at, { sub });
  }
  throw new Error(`the issuer does not send back: ${response.status} at ${at}`);
}

async function cameBack(
  visitor: Visitor,
  url: string,
): Promise<{ status: number; to: string; signedIn: boolean }> {
  const response = await visitor.get(url);
  const signedIn = visitor.cookies(`${origin}/api/v1/session/refresh`).includes('carewall_refresh');
  return { status: response.status, to: response.headers.get('location') ?? '', signedIn };
}

async function journey(sub: string, visitor = createVisitor(), returnTo?: string) {
  return cameBack(visitor, await vouchedFor(visitor, sub, await begun(visitor, returnTo)));
}

const refused = { status: 303, to: '/?sign-in=refused', signedIn: false };
const unavailable = { status: 303, to: '/?sign-in=unavailable', signedIn: false };

async function whoIs(visitor: Visitor): Promise<unknown> {
  const response = await fetch(`${origin}/api/v1/session/refresh`, {
    method: 'POST',
    headers: { cookie: visitor.cookies(`${origin}/api/v1/session/refresh`), 'sec-fetch-site': 'same-origin' },
  });
  return response.json();
}

test('the sign-in page is told of it, and of no secret', async () => {
  const response = await fetch(`${origin}/api/v1/session/methods`);
  expect(await response.json()).toEqual({
    password: true,
    oidc: { name: 'Riverside staff', start: '/api/v1/session/oidc' },
  });
});

describe('who is vouched for', () => {
  test('gets a session of their own account, with the rights that account has', async () => {
    const visitor = createVisitor();
    expect(await journey('nurse-at-issuer', visitor, '/units/4w?sort=bed')).toEqual({
      status: 303,
      to: '/units/4w?sort=bed',
      signedIn: true,
    });
    expect(await whoIs(visitor)).toMatchObject({ user: { id: 'demo-nurse', org: 'demo' } });
    const audited = await server.database.owner`
      select action, outcome from carewall.audit where principal ->> 'id' = 'demo-nurse' order by id desc limit 2`;
    expect(audited.map(({ action }) => action).sort()).toEqual(['account.issuer-linked', 'session.sign-in']);
  });

  test('is known by subject from then on: an address that moves over there opens nothing', async () => {
    known('mover', 'second@hospital.example');
    const visitor = createVisitor();
    expect(await journey('mover', visitor)).toMatchObject({ to: '/', signedIn: true });
    expect(await whoIs(visitor)).toMatchObject({ user: { id: 'second' } });
    known('mover', 'admin@demo.carewall.example');
    const again = createVisitor();
    await journey('mover', again);
    expect(await whoIs(again)).toMatchObject({ user: { id: 'second' } });
    known('heir', 'second@hospital.example');
    expect(await journey('heir')).toEqual(refused);
  });

  test('does not bring rights: what the issuer claims of roles is not read', async () => {
    known('claimant', 'third@hospital.example');
    issuer.tells = (claims, sign) =>
      sign({ ...claims, roles: ['admin'], groups: ['admin'], grants: [{ role: 'admin', place: 'demo' }] });
    const visitor = createVisitor();
    await journey('claimant', visitor);
    expect(await whoIs(visitor)).toMatchObject({
      user: { id: 'third', grants: [{ role: 'nurse', place: '4w' }, { role: 'self' }] },
    });
  });

  test.each([
    ['an address nobody has here', 'nobody@hospital.example', true],
    ['an address that the issuer does not vouch for', 'fourth@hospital.example', false],
    ['a disabled account', 'leaver@hospital.example', true],
    ['an account of another organisation', 'of-another@hospital.example', true],
    ['no address at all', '', true],
  ])('with %s is refused, with the same answer', async (what, email, verified) => {
    known(what, email, verified);
    expect(await journey(what)).toEqual(refused);
  });

  test('but whose account was disabled since is refused', async () => {
    known('goes', 'fourth@hospital.example');
    expect(await journey('goes')).toMatchObject({ signedIn: true });
    await disableAccount(databases.identity, 'fourth');
    expect(await journey('goes')).toEqual(refused);
  });
});

describe('an answer that does not belong to the journey is refused', () => {
  test('none was begun in this browser: somebody else’s answer signs nobody in', async () => {
    const attacker = createVisitor();
    const url = await vouchedFor(attacker, 'nurse-at-issuer', await begun(attacker));
    expect(await cameBack(createVisitor(), url)).toEqual(refused);
    const victim = createVisitor();
    await begun(victim);
    expect(await cameBack(victim, url)).toEqual(refused);
  });

  test.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'another')],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['two states', (url: URL) => url.searchParams.append('state', 'another')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['another code', (url: URL) => url.searchParams.set('code', 'x'.repeat(43))],
    ['another issuer’s name', (url: URL) => url.searchParams.set('iss', stranger.url)],
    ['a refusal', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ])('%s', async (_what, change) => {
    const visitor = createVisitor();
    const url = new URL(await vouchedFor(visitor, 'nurse-at-issuer', await begun(visitor)));
    change(url);
    expect(await cameBack(visitor, url.href)).toEqual(refused);
  });

  test('a code that was used', async () => {
    const visitor = createVisitor();
    const url = await vouchedFor(visitor, 'nurse-at-issuer', await begun(visitor));
    const twin = visitor.copy();
    expect(await cameBack(visitor, url)).toMatchObject({ signedIn: true });
    expect(await cameBack(twin, url)).toEqual(refused);
    const again = await visitor.get(url);
    expect(again.headers.get('location')).toBe(refused.to);
  });

  test.each(['nonce', 'code_challenge', 'state'])(
    'one for which the %s was changed on the way',
    async (name) => {
      const visitor = createVisitor();
      const authorize = new URL(await begun(visitor));
      authorize.searchParams.set(name, 'A'.repeat(43));
      expect(await cameBack(visitor, await vouchedFor(visitor, 'nurse-at-issuer', authorize.href))).toEqual(
        refused,
      );
    },
  );

  test('one of another issuer', async () => {
    const visitor = createVisitor();
    const authorize = new URL(await begun(visitor));
    const elsewhere = new URL(authorize.pathname + authorize.search, stranger.url);
    expect(await cameBack(visitor, await vouchedFor(visitor, 'nurse-at-issuer', elsewhere.href))).toEqual(
      refused,
    );
  });

  test.each([
    '',
    'x',
    'x'.repeat(60),
    `${'A'.repeat(200)}.first`,
    '%00.first',
    `${'A'.repeat(60)}.__proto__`,
  ])('with the cookie %j', async (cookie) => {
    const visitor = createVisitor();
    const url = await vouchedFor(visitor, 'nurse-at-issuer', await begun(visitor));
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: `carewall_journey=${cookie}` },
    });
    expect(response.headers.get('location')).toBe(refused.to);
  });
});

describe('an identity token that is not right is refused', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each<[string, NonNullable<TestIssuer['tells']>]>([
    [
      'signed by another key under the same name',
      (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'of-the-test' }).sign(privateKey),
    ],
    ['not signed', async (claims) => new UnsecuredJWT(claims).encode()],
    [
      'signed with the client’s secret',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode('a secret of the test, long enough')),
    ],
    ['for another client', (claims, sign) => sign({ ...claims, aud: 'another' })],
    [
      'for another client too',
      (claims, sign) => sign({ ...claims, aud: ['carewall', 'another'], azp: 'another' }),
    ],
    ['of another issuer', (claims, sign) => sign({ ...claims, iss: 'https://evil.example' })],
    [
      'of yesterday',
      (claims, sign) => sign({ ...claims, iat: (claims.iat ?? 0) - 90_000, exp: (claims.iat ?? 0) - 86_400 }),
    ],
    ['without a nonce', (claims, sign) => sign({ ...claims, nonce: undefined })],
    ['without a subject', (claims, sign) => sign({ ...claims, sub: undefined })],
    ['truncated', async (claims, sign) => (await sign(claims)).slice(0, -20)],
    ['no token', async () => 'nonsense'],
  ])('%s', async (_what, tells) => {
    issuer.tells = tells;
    expect(await journey('nurse-at-issuer')).toEqual(refused);
  });
});

describe('an issuer that does not answer', () => {
  test('is said to be out of reach, and taken again when it is back', async () => {
    for (const path of ['/token', '/jwks']) {
      issuer.fails = (asked) => (asked === path ? 503 : undefined);
      const outcome = await journey('nurse-at-issuer');
      // Its keys may still be known from before.
      if (path === '/token') expect(outcome).toEqual(unavailable);
      issuer.fails = undefined;
    }
    expect(await journey('nurse-at-issuer')).toMatchObject({ signedIn: true });
  });

  test('at the beginning neither', async () => {
    const port = await freePort();
    const alone = await startTestServer('node', {
      OIDC_ISSUER: `http://localhost:${port}`,
      OIDC_CLIENT_ID: 'carewall',
      OIDC_ORG: 'demo',
    });
    try {
      const start = await fetch(`${alone.url()}/api/v1/session/oidc`, { redirect: 'manual' });
      expect(start.headers.get('location')).toBe(unavailable.to);
      expect((await fetch(`${alone.url()}/readyz`)).status).toBe(200);
      const late = await startIssuer([], port);
      await expect
        .poll(async () => {
          const next = await fetch(`${alone.url()}/api/v1/session/oidc`, { redirect: 'manual' });
          return next.headers.get('location');
        })
        .toContain(`${late.url}/auth?`);
      await late.close();
    } finally {
      await alone.close();
    }
  });
});

test('where one is brought afterwards is a page of ours, whatever was asked', async () => {
  for (const elsewhere of [
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    '/.//evil.example',
    '/%09/evil.example',
    '/\t/evil.example',
    'https://evil.example/@localhost',
  ]) {
    const { to } = await journey('nurse-at-issuer', createVisitor(), elsewhere);
    expect(new URL(to, origin).origin, elsewhere).toBe(origin);
  }
});

test('neither codes nor secrets are in the log', async () => {
  const visitor = createVisitor();
  const authorize = await begun(visitor);
  const url = await vouchedFor(visitor, 'nurse-at-issuer', authorize);
  await cameBack(visitor, url);
  const log = server.process().log();
  for (const name of ['code', 'state']) expect(log).not.toContain(new URL(url).searchParams.get(name));
  expect(log).not.toContain(new URL(authorize).searchParams.get('nonce'));
  expect(log).not.toContain('a secret of the test');
});

test('an address that asks again and again has to wait', async () => {
  const answers = await Promise.all(
    Array.from({ length: 400 }, async () => {
      const { status } = await fetch(`${origin}/api/v1/session/oidc`, { redirect: 'manual' });
      return status;
    }),
  );
  expect(answers).toContain(429);
});

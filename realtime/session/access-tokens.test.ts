import { decodeJwt, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newestSigningKey } from '#db/signing-keys.ts';
import { createTestPeople, type TestPeople } from '#db/testing/test-people.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createTokenKeys } from './token-keys.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

const session = crypto.randomUUID();
const holder = { session, principal: 'person-1' };
const refused = { code: 'unauthenticated' };

function node(audience = 'here') {
  let now = Date.now();
  const clock = () => now;
  const keys = createTokenKeys({ sql: people.databases.identity, ring: people.ring, clock });
  return { ...createAccessTokens({ keys, audience, clock }), pass: (ms: number) => (now += ms) };
}

/** A token that is right in all but what is changed in it. */
async function forged(change: (token: SignJWT) => SignJWT, header: Record<string, unknown> = {}) {
  const { id, privateJwk } = await newestSigningKey(people.databases.identity, people.ring);
  const token = new SignJWT({ sid: session })
    .setProtectedHeader({ alg: 'EdDSA', kid: id, ...header })
    .setSubject('person-1')
    .setIssuer('carewall')
    .setAudience('here')
    .setIssuedAt()
    .setExpirationTime('5 minutes');
  return change(token).sign(await importJWK(privateJwk, 'EdDSA'));
}

it('a token says who and in which session, for ten minutes, on every node', async () => {
  const [one, other] = [node(), node()];
  const { token, expiresIn } = await one.issue(holder);
  expect(expiresIn).toBe(600);
  const claims = decodeJwt(token);
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub']);
  expect(await other.verify(token)).toEqual({ ...holder, expiresAt: (claims.exp ?? 0) * 1000 });
  other.pass(600_000 + 3_000);
  expect(await other.verify(token)).toMatchObject(holder);
  other.pass(5_000);
  expect(await other.verify(token)).toEqual({ ...refused, message: 'the access token has run out' });
  expect(await node().verify(await forged((good) => good))).toMatchObject(holder);
});

it('anybody can check one by the published keys, which hold nothing private', async () => {
  const tokens = node();
  const { token } = await tokens.issue(holder);
  const { keys } = await tokens.jwks();
  expect(keys).toEqual([
    {
      kty: 'OKP',
      crv: 'Ed25519',
      alg: 'EdDSA',
      use: 'sig',
      kid: expect.any(String),
      x: expect.any(String),
    },
  ]);
  const { payload } = await jwtVerify(token, await importJWK(keys[0] ?? {}, 'EdDSA'));
  expect(payload.sid).toBe(session);
});

it('what was not signed by our key, as we sign, is refused', async () => {
  const tokens = node();
  const { id } = await newestSigningKey(people.databases.identity, people.ring);
  const { keys } = await tokens.jwks();
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'person-1', sid: session, iss: 'carewall', aud: 'here', iat: now, exp: now + 60 };

  const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const sign = (alg: string, kid: string | undefined, key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT(claims).setProtectedHeader(kid === undefined ? { alg } : { alg, kid }).sign(key);
  const { token } = await tokens.issue(holder);
  const [head, , signature] = token.split('.');

  const bad = {
    none: `${base64({ alg: 'none', kid: id })}.${base64(claims)}.`,
    'none, signed': `${base64({ alg: 'none', kid: id })}.${base64(claims)}.${signature}`,
    // The public key, which everybody has, taken for a shared secret.
    HS256: await sign('HS256', id, Buffer.from(keys[0]?.x ?? '', 'base64url')),
    'HS256 by the key as text': await sign('HS256', id, Buffer.from(JSON.stringify(keys[0]).padEnd(64))),
    'another key': await sign('EdDSA', id, stranger.privateKey),
    'an unknown key': await sign('EdDSA', 'unknown', stranger.privateKey),
    'no key': await sign('EdDSA', undefined, stranger.privateKey),
    'a key it brings itself': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', jwk: await exportJWK(stranger.publicKey) })
      .sign(stranger.privateKey),
    'other claims': `${head}.${base64({ ...claims, sub: 'person-2' })}.${signature}`,
    'another issuer': await forged((good) => good.setIssuer('elsewhere')),
    'another audience': await forged((good) => good.setAudience('elsewhere')),
    'no subject': await forged((good) => good.setSubject('')),
    'a session that is none': await new SignJWT({ ...claims, sid: 'x' })
      .setProtectedHeader({ alg: 'EdDSA', kid: id })
      .sign(
        await importJWK((await newestSigningKey(people.databases.identity, people.ring)).privateJwk, 'EdDSA'),
      ),
    'not yet valid': await forged((good) => good.setNotBefore('1 minute')),
    'long over': await forged((good) => good.setExpirationTime(now - 60)),
    'no token': 'no token',
    nothing: '',
  };
  for (const [what, text] of Object.entries(bad)) {
    expect({ what, ...(await tokens.verify(text)) }).toMatchObject({ what, ...refused });
  }
});

it('a key that another node made is found, and made-up ones do not reach the database each time', async () => {
  const { owner } = people.database;
  const old = node();
  await old.issue(holder);
  await owner`update carewall.signing_keys set retired_at = clock_timestamp()`;
  const { token } = await node().issue(holder);
  // The one it read a moment ago; asked again at once, it does not look.
  expect(await old.verify(token)).toMatchObject(refused);
  old.pass(1_000);
  expect(await old.verify(token)).toMatchObject(holder);
});

it('a database that is away is told from a token that is wrong', async () => {
  const lost = createTestPeople();
  const { databases, ring, close } = await lost;
  const keys = createTokenKeys({ sql: databases.identity, ring, clock: Date.now });
  const tokens = createAccessTokens({ keys, audience: 'here', clock: Date.now });
  const { token } = await node().issue(holder);
  await close();
  await expect(tokens.verify(token)).rejects.toThrow();
});

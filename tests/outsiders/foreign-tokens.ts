import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { decodeJwt, exportJWK, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { Databases } from '#db/databases.ts';
import { type KeyRing, newKeyRing, parseKeyRing } from '#db/key-ring.ts';
import { createSession, endSession } from '#db/sessions.ts';
import { createAccessTokens } from '#realtime/session/access-tokens.ts';
import { createTokenKeys } from '#realtime/session/token-keys.ts';

const minute = 60_000;

/** Tokens that open nothing, each with what is wrong with it, made from one that does. */
export async function foreignTokens(options: {
  databases: Databases;
  ring: KeyRing;
  account: string;
}): Promise<{ right: string; wrong: readonly (readonly [string, string])[] }> {
  const { databases, ring, account } = options;
  const keysAt = (clock: () => number) => createTokenKeys({ sql: databases.identity, ring, clock });
  const session = async (): Promise<string> => {
    const made = await createSession(databases.identity, account, randomBytes(32));
    if (made === undefined) throw new Error(`${account} cannot sign in`);
    return made.id;
  };
  const issued = async (
    holder: { session: string; principal: string },
    { clock = Date.now, audience = 'carewall' }: { clock?: () => number; audience?: string } = {},
  ): Promise<string> =>
    (await createAccessTokens({ keys: keysAt(clock), audience, clock }).issue(holder)).token;

  const living = await session();
  const ended = await session();
  await endSession(databases.identity, { session: ended });
  const holder = { session: living, principal: account };
  const right = await issued(holder);
  const [head = '', body = '', signature = ''] = right.split('.');
  const { id, key } = await keysAt(Date.now).signing();
  const claims = decodeJwt(right);
  const header = { alg: 'EdDSA', typ: 'JWT', kid: id };
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const published = (await keysAt(Date.now).published()).find((one) => one.id === id)?.publicJwk;
  const asSecret = Buffer.from(JSON.stringify(published));
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const elsewhere = parseKeyRing(newKeyRing(), 'of another installation');
  const changed = (change: Record<string, unknown>): string =>
    `${head}.${Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url')}.${signature}`;

  return {
    right,
    wrong: [
      ['nonsense', 'nonsense'],
      ['three parts of nothing', 'a.b.c'],
      ['expired', await issued(holder, { clock: () => Date.now() - 60 * minute })],
      [
        'not yet',
        await new SignJWT({ ...claims, nbf: Math.floor(Date.now() / 1000) + 3_600 })
          .setProtectedHeader(header)
          .sign(key),
      ],
      ['forged with another key', await new SignJWT(claims).setProtectedHeader(header).sign(stranger)],
      [
        'forged with a key that it brings itself',
        await new SignJWT(claims)
          .setProtectedHeader({
            alg: 'EdDSA',
            jwk: await exportJWK(generateKeyPairSync('ed25519').publicKey),
          })
          .sign(stranger),
      ],
      [
        'naming a key at an address of its own',
        await new SignJWT(claims)
          .setProtectedHeader({ ...header, kid: 'other', jku: 'http://127.0.0.1:9/jwks.json' })
          .sign(stranger),
      ],
      ['without a signature', new UnsecuredJWT(claims).encode()],
      ['its signature taken away', `${head}.${body}.`],
      [
        'signed with the public key as a secret',
        await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: id }).sign(asSecret),
      ],
      [
        'of another algorithm',
        await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: id }).sign(rsa),
      ],
      ['truncated', right.slice(0, -7)],
      ['longer', `${right}AAAA`],
      ['of somebody else by its claims', changed({ sub: 'demo-admin' })],
      ['with a longer life by its claims', changed({ exp: 4_102_444_800 })],
      [
        'of another installation',
        (
          await createAccessTokens({
            keys: {
              signing: async () => ({
                id: randomUUID(),
                key: await importJWK(stranger.export({ format: 'jwk' }), 'EdDSA'),
              }),
              verifying: async () => undefined,
              published: async () => [],
            },
            audience: `carewall ${elsewhere.current}`,
            clock: Date.now,
          }).issue(holder)
        ).token,
      ],
      ['for another audience', await issued(holder, { audience: 'another' })],
      [
        'of another issuer',
        await new SignJWT({ ...claims, iss: 'evil' }).setProtectedHeader(header).sign(key),
      ],
      [
        'without an end',
        await new SignJWT({ ...claims, exp: undefined }).setProtectedHeader(header).sign(key),
      ],
      [
        'without a session',
        await new SignJWT({ ...claims, sid: undefined }).setProtectedHeader(header).sign(key),
      ],
      ['of a session that was ended', await issued({ session: ended, principal: account })],
      ['of a session that never was', await issued({ session: randomUUID(), principal: account })],
      ['of a session of somebody else', await issued({ session: living, principal: 'demo-admin' })],
    ],
  };
}

import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Databases, openDatabases } from '#db/databases.ts';
import { createAccessTokens } from './session/access-tokens.ts';
import { createTokenKeys } from './session/token-keys.ts';
import { ask, connectSocket, signIn } from './testing/contract-client.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

let server: TestServer;
let databases: Databases;
beforeAll(async () => {
  server = await startTestServer('uws');
  databases = openDatabases(server.database.url);
});
afterAll(async () => {
  await databases.end();
  await server.close();
});

const tokenLifeMs = 600_000;
const claimsSchema = z.object({ sub: z.string(), sid: z.string() });

/** A token of the same session that runs out in so many milliseconds. */
async function tokenThatEndsIn(ms: number, token: string): Promise<string> {
  const { sub, sid } = claimsSchema.parse(decodeJwt(token));
  const clock = (): number => Date.now() - tokenLifeMs + ms;
  const keys = createTokenKeys({ sql: databases.identity, ring: server.ring, clock });
  const tokens = createAccessTokens({ keys, audience: 'carewall', clock });
  return (await tokens.issue({ session: sid, principal: sub })).token;
}

test('INV-3.6 a connection whose token ran out a minute ago is closed, unless it was renewed meanwhile', {
  timeout: 90_000,
}, async () => {
  const token = await signIn(server.url(), 'nurse');
  const [left, renewed] = await Promise.all(
    [0, 1].map(async () => connectSocket(server.url(), await tokenThatEndsIn(2_000, token))),
  );
  if (left === undefined || renewed === undefined) throw new Error('no sockets');
  const began = Date.now();
  for (const socket of [left, renewed]) {
    expect(await ask(socket, 'subscribe', { topic: 'unit/ds/beds' })).toMatchObject({ ok: true });
  }
  // A page that was asleep renews late, and must not lose its place for it.
  expect(await ask(renewed, 'token', { token })).toMatchObject({ ok: true });
  await until('the one is closed', () => !left.connected, 75_000);
  expect(Date.now() - began).toBeGreaterThan(60_000);
  expect(renewed.connected).toBe(true);
  expect(await ask(renewed, 'subscribe', { topic: 'unit/4w/beds' })).toMatchObject({ ok: true });
  renewed.disconnect();
});

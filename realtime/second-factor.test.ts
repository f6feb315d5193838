import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type AccountClient, type Answer, createAccountClient } from './testing/account-client.ts';
import { createSoftPasskey, type SoftPasskey } from './testing/soft-passkey.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('uws');
});
afterAll(() => server.close());

const mfaSchema = z.object({
  mfa: z.object({
    challenge: z.string(),
    methods: z.array(z.string()),
    publicKey: z.object({ challenge: z.string() }).optional(),
  }),
});
const askedSchema = z.object({ challenge: z.string(), publicKey: z.object({ challenge: z.string() }) });
const totpSchema = z.object({ challenge: z.string(), key: z.string(), uri: z.string() });
const addedSchema = z.object({ id: z.string(), backupCodes: z.array(z.string()).optional() });

const mfaOf = (answer: Answer) => mfaSchema.parse(answer.body).mfa;
const client = () => createAccountClient(server.url);
const told = ({ status, body }: Answer) => ({ status, code: body.code, detail: body.detail });

function origin(): { origin: string; rpId: string } {
  return { origin: `http://localhost:${new URL(server.url()).port}`, rpId: 'localhost' };
}

/** The code of a key, so many steps of 30 s from now. */
function codeOf(key: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + steps * 30_000 });
}

async function withTotp(
  role: string,
): Promise<{ at: AccountClient; key: string; codes: string[]; id: string }> {
  const at = client();
  await at.signIn(role);
  const asked = totpSchema.parse((await at.ask('POST', '/me/factors/totp/options')).body);
  expect(asked.uri).toMatch(/^otpauth:\/\/totp\/Carewall/);
  const { challenge, key } = asked;
  const body = { challenge, code: codeOf(key, -1), name: 'Phone' };
  const added = addedSchema.parse((await at.ask('POST', '/me/factors/totp', body)).body);
  return { at, key, codes: added.backupCodes ?? [], id: added.id };
}

async function withPasskey(
  role: string,
): Promise<{ at: AccountClient; passkey: SoftPasskey; codes: string[] }> {
  const at = client();
  const passkey = createSoftPasskey(origin());
  await at.signIn(role);
  const { challenge, publicKey } = askedSchema.parse(
    (await at.ask('POST', '/me/factors/passkey/options')).body,
  );
  const body = { challenge, response: passkey.make(publicKey.challenge), name: 'Laptop' };
  const added = await at.ask('POST', '/me/factors/passkey', body);
  expect(added.status).toBe(200);
  return { at, passkey, codes: addedSchema.parse(added.body).backupCodes ?? [] };
}

/** The state of an account as it was before, so that one test leaves nothing to the next. */
async function plain(role: string): Promise<void> {
  const account = `${role}@demo.carewall.example`;
  for (const table of ['totp_factors', 'passkeys', 'backup_codes', 'known_devices'])
    await server.database.owner`delete from ${server.database.owner(`carewall.${table}`)}
      where account = (select id from carewall.accounts where email = ${account})`;
  await server.database.owner`delete from carewall.attempts`;
}

describe('one-time codes', () => {
  test('INV-15.2 are asked for after the password, and each is taken once', async () => {
    const { key, codes } = await withTotp('nurse');
    expect(codes).toHaveLength(10);
    const at = client();
    const first = await at.signIn('nurse');
    expect(first.body).not.toHaveProperty('accessToken');
    expect(first.headers.getSetCookie()).toEqual([]);
    const { challenge, methods } = mfaOf(first);
    expect(methods).toEqual(['totp', 'backup']);
    const code = codeOf(key);
    const entered = await at.ask('POST', '/session/mfa', { challenge, method: 'totp', code });
    expect(entered.body).toMatchObject({ expiresIn: 600, user: { email: 'nurse@demo.carewall.example' } });
    // The challenge is used up, and so is the code.
    const again = await at.ask('POST', '/session/mfa', { challenge, method: 'totp', code: codeOf(key, 1) });
    expect(again.status).toBe(401);
    const next = mfaOf(await client().signIn('nurse'));
    const replayed = await at.ask('POST', '/session/mfa', {
      challenge: next.challenge,
      method: 'totp',
      code,
    });
    expect(told(replayed)).toEqual(told(again));
    await plain('nurse');
  });

  test('a wrong code, an old one, another’s challenge and one that nobody gave are refused alike', async () => {
    const { key } = await withTotp('pharmacist');
    const { challenge } = mfaOf(await client().signIn('pharmacist'));
    const at = client();
    const tries = [
      { challenge, method: 'totp', code: '000000' },
      { challenge, method: 'totp', code: codeOf(key, -3) },
      { challenge, method: 'totp', code: 'abcdef' },
      { challenge, method: 'backup', code: 'AAAAA-AAAAA' },
      { challenge: 'f'.repeat(64), method: 'totp', code: codeOf(key) },
    ];
    const answers = [];
    for (const body of tries) answers.push(told(await at.ask('POST', '/session/mfa', body)));
    expect(answers[0]).toMatchObject({ status: 401, code: 'unauthenticated' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    // What was begun for a sign-in proves nothing elsewhere.
    await at.signIn('nurse');
    const elsewhere = await at.ask('POST', '/session/step-up', {
      challenge,
      method: 'totp',
      code: codeOf(key),
    });
    expect(elsewhere.status).toBe(401);
    const enrolled = await at.ask('POST', '/me/factors/totp', { challenge, code: codeOf(key), name: 'x' });
    expect(enrolled.status).toBe(400);
    await plain('pharmacist');
  });

  test('cannot be tried for long: a challenge takes five, an account a few more', async () => {
    const { key } = await withTotp('lab');
    const { challenge } = mfaOf(await client().signIn('lab'));
    const at = client();
    for (let n = 0; n < 5; n += 1)
      expect(
        (await at.ask('POST', '/session/mfa', { challenge, method: 'totp', code: '000000' })).status,
      ).toBe(401);
    const right = { method: 'totp', code: codeOf(key) };
    expect((await at.ask('POST', '/session/mfa', { challenge, ...right })).status).toBe(401);
    const next = mfaOf(await at.signIn('lab'));
    expect(
      (await at.ask('POST', '/session/mfa', { challenge: next.challenge, ...right, code: '1' })).status,
    ).toBe(401);
    const limited = await at.ask('POST', '/session/mfa', { challenge: next.challenge, ...right });
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    await plain('lab');
  });

  test('run out with their challenge', async () => {
    const { key } = await withTotp('dietician');
    const { challenge } = mfaOf(await client().signIn('dietician'));
    await server.database.owner`update carewall.challenges set expires_at = clock_timestamp()`;
    const late = await client().ask('POST', '/session/mfa', { challenge, method: 'totp', code: codeOf(key) });
    expect(late.status).toBe(401);
    await plain('dietician');
  });

  test('stand sealed in the database, and backup codes as keyed fingerprints', async () => {
    const { key, codes } = await withTotp('nurse');
    const rows = await server.database.owner`
      select sealed_secret::text, fingerprint::text from carewall.totp_factors full join carewall.backup_codes using (account)`;
    const secret = Buffer.from(Secret.fromBase32(key).bytes).toString('hex');
    expect(JSON.stringify(rows)).not.toContain(secret);
    for (const code of codes) expect(JSON.stringify(rows)).not.toContain(Buffer.from(code).toString('hex'));
    await plain('nurse');
  });
});

test('INV-15.3 a backup code is worth one sign-in, however it is written', async () => {
  const { codes } = await withTotp('radiologist');
  const [code = '', other = ''] = codes;
  const at = client();
  const first = mfaOf(await at.signIn('radiologist'));
  const spelt = code.toLowerCase().replace('-', ' ');
  const answers = await Promise.all([
    at.ask('POST', '/session/mfa', { challenge: first.challenge, method: 'backup', code: spelt }),
    client().ask('POST', '/session/mfa', {
      challenge: mfaOf(await client().signIn('radiologist')).challenge,
      method: 'backup',
      code,
    }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  const last = mfaOf(await client().signIn('radiologist'));
  const entered = await client().ask('POST', '/session/mfa', {
    challenge: last.challenge,
    method: 'backup',
    code: other,
  });
  expect(entered.status).toBe(200);
  await plain('radiologist');
});

describe('passkeys', () => {
  test('open the door after a password, and without one', async () => {
    const { passkey } = await withPasskey('clinician');
    const at = client();
    const { challenge, methods, publicKey } = mfaOf(await at.signIn('clinician'));
    expect(methods).toEqual(['passkey', 'backup']);
    const response = passkey.use(publicKey?.challenge ?? '', { verified: false });
    const entered = await at.ask('POST', '/session/mfa', { challenge, method: 'passkey', response });
    expect(entered.body).toMatchObject({ user: { email: 'clinician@demo.carewall.example' } });

    const alone = client();
    const asked = askedSchema.parse((await alone.ask('POST', '/session/passkey/options')).body);
    const body = { challenge: asked.challenge, response: passkey.use(asked.publicKey.challenge) };
    expect((await alone.ask('POST', '/session/passkey', body)).body).toMatchObject({
      user: { email: 'clinician@demo.carewall.example' },
    });
    // The same assertion again, and the same challenge again.
    expect((await client().ask('POST', '/session/passkey', body)).status).toBe(401);
    const fresh = { ...body, response: passkey.use(asked.publicKey.challenge) };
    expect((await client().ask('POST', '/session/passkey', fresh)).status).toBe(401);
    await plain('clinician');
  });

  test('INV-15.4 of another origin, another site, another key, without its owner or with a counter of the past are nothing', async () => {
    const { passkey } = await withPasskey('clinician');
    const stranger = createSoftPasskey(origin());
    const evil = 'http://evil.example';
    const attempt = async (make: (challenge: string) => ReturnType<SoftPasskey['use']>) => {
      const { challenge, publicKey } = askedSchema.parse(
        (await client().ask('POST', '/session/passkey/options')).body,
      );
      return told(
        await client().ask('POST', '/session/passkey', { challenge, response: make(publicKey.challenge) }),
      );
    };
    expect(await attempt((challenge) => passkey.use(challenge, { counter: 10 }))).toMatchObject({
      status: 200,
    });
    const refused = [
      await attempt((challenge) => passkey.use(challenge, { counter: 11, origin: evil })),
      await attempt((challenge) => passkey.use(challenge, { counter: 12, rpId: 'evil.example' })),
      await attempt((challenge) => passkey.use(challenge, { counter: 13, verified: false })),
      await attempt(() => passkey.use(Buffer.alloc(32).toString('base64url'), { counter: 14 })),
      await attempt((challenge) => ({
        ...stranger.use(challenge),
        id: passkey.credential,
        rawId: passkey.credential,
      })),
      await attempt((challenge) => stranger.use(challenge)),
      // Copied: its twin has gone on.
      await attempt((challenge) => passkey.use(challenge, { counter: 10 })),
      await attempt((challenge) => passkey.use(challenge, { counter: 0 })),
    ];
    for (const answer of refused) expect(answer).toEqual(refused[0]);
    expect(refused[0]).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(await attempt((challenge) => passkey.use(challenge, { counter: 15 }))).toMatchObject({
      status: 200,
    });
    await plain('clinician');
  });

  test('are not made for another site, nor with a challenge of another session', async () => {
    const at = client();
    await at.signIn('nurse');
    const other = client();
    await other.signIn('nurse');
    const passkey = createSoftPasskey(origin());
    const begin = async (by: AccountClient) =>
      askedSchema.parse((await by.ask('POST', '/me/factors/passkey/options')).body);
    const one = await begin(at);
    const foreign = passkey.make(one.publicKey.challenge, { origin: 'http://evil.example' });
    const bodies = [
      { challenge: one.challenge, response: foreign, name: 'x' },
      {
        challenge: one.challenge,
        response: passkey.make(one.publicKey.challenge, { verified: false }),
        name: 'x',
      },
    ];
    for (const body of bodies) expect((await at.ask('POST', '/me/factors/passkey', body)).status).toBe(400);
    const stolen = { challenge: one.challenge, response: passkey.make(one.publicKey.challenge), name: 'x' };
    expect((await other.ask('POST', '/me/factors/passkey', stolen)).status).toBe(400);
    expect((await at.ask('POST', '/me/factors/passkey', stolen)).status).toBe(200);
    expect((await at.ask('POST', '/me/factors/passkey', stolen)).status).toBe(400);
    await plain('nurse');
  });
});

describe('what stands behind a step-up', () => {
  const routes: [string, string][] = [
    ['POST', '/me/factors/totp/options'],
    ['POST', '/me/factors/totp'],
    ['POST', '/me/factors/passkey/options'],
    ['POST', '/me/factors/passkey'],
    ['POST', '/me/factors/backup-codes'],
    ['DELETE', `/me/factors/totp/${crypto.randomUUID()}`],
    ['DELETE', `/me/factors/passkey/${crypto.randomUUID()}`],
  ];

  async function later(at: AccountClient): Promise<void> {
    const { sub } = z.object({ sub: z.string() }).parse(JSON.parse(atob(at.token().split('.')[1] ?? '')));
    await server.database.owner`
      update carewall.sessions set stepped_up_at = clock_timestamp() - interval '11 minutes' where account = ${sub}`;
  }

  test('INV-15.5 is not to be had with a session that has been open for a while', async () => {
    const at = client();
    await at.signIn('nurse');
    await later(at);
    for (const [method, path] of routes)
      expect([path, (await at.ask(method, path, {})).body.code]).toEqual([path, 'step_up']);
    const admin = client();
    await admin.signIn('admin');
    await later(admin);
    expect((await admin.ask('DELETE', '/accounts/nurse/factors')).body.code).toBe('step_up');
  });

  test('is there again after a password, and only for ten minutes', async () => {
    const at = client();
    await at.signIn('nurse');
    await later(at);
    const asked = z
      .object({ challenge: z.string(), methods: z.array(z.string()) })
      .parse((await at.ask('POST', '/session/step-up/options')).body);
    expect(asked.methods).toEqual(['password']);
    const { challenge } = asked;
    const wrong = await at.ask('POST', '/session/step-up', { challenge, method: 'password', password: 'no' });
    expect(wrong.status).toBe(401);
    const right = { challenge, method: 'password', password: 'demo-carewall' };
    expect((await at.ask('POST', '/session/step-up', right)).body).toEqual({ proved: true });
    expect((await at.ask('POST', '/session/step-up', right)).status).toBe(401);
    expect((await at.ask('POST', '/me/factors/totp/options')).status).toBe(200);
    await later(at);
    expect((await at.ask('POST', '/me/factors/totp/options')).status).toBe(403);
  });

  test('asks of an account as much as it has', async () => {
    const { at, key } = await withTotp('receptionist');
    await later(at);
    const ask = async () => {
      const { body } = await at.ask('POST', '/session/step-up/options');
      return z.object({ challenge: z.string(), methods: z.array(z.string()) }).parse(body);
    };
    const { challenge, methods } = await ask();
    expect(methods).toEqual(['totp', 'backup']);
    const weak = { challenge, method: 'password', password: 'demo-carewall' };
    expect((await at.ask('POST', '/session/step-up', weak)).status).toBe(401);
    const other = client();
    await other.signIn('nurse');
    const strong = { challenge, method: 'totp', code: codeOf(key, 1) };
    expect((await other.ask('POST', '/session/step-up', strong)).status).toBe(401);
    expect((await at.ask('POST', '/session/step-up', strong)).body).toEqual({ proved: true });
    await plain('receptionist');
  });
});

describe('a factor that is taken away', () => {
  test('takes the backup codes with it when it was the last', async () => {
    const { at, id } = await withTotp('logistics');
    expect((await at.ask('GET', '/me/security')).body).toMatchObject({
      totp: [{ id, name: 'Phone' }],
      backupCodes: 10,
    });
    const stranger = client();
    await stranger.signIn('nurse');
    expect((await stranger.ask('DELETE', `/me/factors/totp/${id}`)).status).toBe(404);
    expect((await at.ask('DELETE', `/me/factors/totp/${id}`)).status).toBe(204);
    expect((await at.ask('GET', '/me/security')).body).toMatchObject({ totp: [], backupCodes: 0 });
    expect((await client().signIn('logistics')).body).toHaveProperty('accessToken');
  });

  test('is written down for its owner and in the audit', async () => {
    const { at, id } = await withTotp('logistics');
    await at.ask('DELETE', `/me/factors/totp/${id}`);
    const rows = await server.database.owner`
      select action, outcome from carewall.audit where action like 'factor.%' order by id desc limit 2`;
    expect(rows.map(({ action }) => action)).toEqual(['factor.totp-removed', 'factor.totp-added']);
    const changes = await server.database.owner`
      select what, by_owner from carewall.factor_changes order by at desc limit 2`;
    expect(changes).toEqual([
      { what: 'totp-removed', by_owner: true },
      { what: 'totp-added', by_owner: true },
    ]);
    const letters = await server.database.owner`
      select p.language from carewall.post p join carewall.factor_changes c on c.id::text = p.about
      where p.letter = 'factor-changed'`;
    expect(letters.length).toBeGreaterThan(1);
  });

  test('by an administrator leaves one code, which its owner needs beside the password', async () => {
    const { at } = await withPasskey('accountant');
    const admin = client();
    await admin.signIn('admin');
    const { sub } = z.object({ sub: z.string() }).parse(JSON.parse(atob(at.token().split('.')[1] ?? '')));
    expect((await at.ask('DELETE', `/accounts/${sub}/factors`)).status).toBe(403);
    const reset = await admin.ask('DELETE', `/accounts/${sub}/factors`);
    const { backupCode } = z.object({ backupCode: z.string() }).parse(reset.body);
    await expect.poll(async () => (await at.ask('GET', '/me/security')).status).toBe(401);
    const next = client();
    const { challenge, methods } = mfaOf(await next.signIn('accountant'));
    expect(methods).toEqual(['backup']);
    const body = { challenge, method: 'backup', code: backupCode };
    expect((await next.ask('POST', '/session/mfa', body)).status).toBe(200);
    expect((await next.ask('POST', '/me/factors/totp/options')).status).toBe(200);
    expect((await admin.ask('DELETE', '/accounts/nobody/factors')).status).toBe(404);
    await plain('accountant');
  });
});

describe('bad input at each door', () => {
  const doors = [
    '/session',
    '/session/mfa',
    '/session/passkey',
    '/session/step-up',
    '/me/factors/totp',
    '/me/factors/passkey',
  ];

  test('is refused with a code, and repeats nothing', async () => {
    const at = client();
    await at.signIn('nurse');
    const bodies = [
      {},
      [],
      'hush',
      { challenge: 'hush', method: 'totp', code: '1' },
      { challenge: 'a'.repeat(64), method: 'hush', code: '1' },
      { challenge: 'a'.repeat(64), method: 'totp', code: 'hush'.repeat(100) },
      { challenge: 'a'.repeat(64), method: 'passkey', response: { id: 'hush' } },
      { challenge: 'a'.repeat(64), method: 'totp', code: '1', isAdmin: 'hush' },
    ];
    for (const door of doors)
      for (const body of bodies) {
        const answer = await at.ask('POST', door, body);
        expect([door, answer.status]).toEqual([door, 400]);
        expect(JSON.stringify(answer.body)).not.toContain('hush');
      }
  });

  test('is cut where it is too large', async () => {
    const at = client();
    for (const door of doors) {
      const answer = await at.ask('POST', door, { challenge: 'a'.repeat(2_000_000) }).catch(() => undefined);
      expect(answer === undefined || answer.status === 413).toBe(true);
    }
  });

  test('INV-15.6 from a page of another site does nothing', async () => {
    const at = client();
    await at.signIn('nurse');
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const requests: [string, string, unknown][] = [
      ['POST', '/session', { email: 'nurse@demo.carewall.example', password: 'demo-carewall' }],
      ['POST', '/session/mfa', { challenge: 'a'.repeat(64), method: 'totp', code: '1' }],
      ['POST', '/session/passkey/options', undefined],
      ['POST', '/session/refresh', undefined],
    ];
    for (const [method, path, body] of requests) {
      const answer = await at.ask(method, path, body, foreign);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });
});

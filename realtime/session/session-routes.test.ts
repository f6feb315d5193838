import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { disableAccount } from '#db/accounts.ts';
import { readLiveSessions } from '#db/sessions.ts';
import { createTestPeople, selfOf, type TestPeople, testOrg } from '#db/testing/test-people.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { createProofs } from './proofs.ts';
import { createRelyingParty } from './relying-party.ts';
import { createSessionCookies } from './session-cookies.ts';
import { createSessionRoutes } from './session-routes.ts';
import { createSignIn } from './sign-in.ts';
import { createSignInLimits } from './sign-in-limits.ts';
import { createTokenKeys } from './token-keys.ts';

const password = 'correct horse';
const host = 'http://carewall.test';

let people: TestPeople;
let passwordHash: string;
beforeAll(async () => {
  people = await createTestPeople();
  const hashed = await createPasswords().hash(password);
  if (typeof hashed !== 'string') throw new Error(hashed.message);
  passwordHash = hashed;
});
afterAll(() => people.close());

/** What the passwords were asked, in order. */
let verified: { known: boolean }[] = [];
beforeEach(() => {
  verified = [];
});

let days = 0;

function site(options: { publicUrl?: string; sql?: TestPeople['databases']['identity'] } = {}) {
  // A day of its own for each: what another test failed at the same address is forgotten by then.
  days += 1;
  const day = days * 86_400_000;
  let now = Date.now();
  const clock = () => now;
  const faults: unknown[] = [];
  const sql = options.sql ?? people.databases.identity;
  const accessTokens = createAccessTokens({
    keys: createTokenKeys({ sql, ring: people.ring, clock }),
    audience: 'here',
    clock,
  });
  const real = createPasswords();
  const passwords: Passwords = {
    ...real,
    verify(typed, hash) {
      verified.push({ known: hash !== undefined });
      return real.verify(typed, hash);
    },
  };
  const { ring } = people;
  const publicUrl = () => options.publicUrl ?? host;
  const relyingParty = createRelyingParty(publicUrl);
  const signIn = createSignIn({
    sql,
    passwords,
    accessTokens,
    limits: createSignInLimits({ sql, ring, clock: () => now + day }),
    proofs: createProofs({ sql, ring, relyingParty, clock }),
  });
  const routes = createSessionRoutes({
    signIn,
    accessTokens,
    cookies: createSessionCookies({ publicUrl, clock }),
    passkeys: relyingParty.isNamed,
    publicUrl,
    onFault: (error) => faults.push(error),
  });
  return {
    faults,
    pass: (ms: number) => (now += ms),
    ask: (path: string, init: RequestInit = {}, address = '1.2.3.4') =>
      Promise.resolve(routes.request(`${host}${path}`, init, { address })),
    signIn(email: string, typed: string, address?: string) {
      return this.ask('/api/v1/session', json({ email, password: typed }), address);
    },
    refresh(cookie: string | undefined, headers: Record<string, string> = {}) {
      const all = cookie === undefined ? headers : { cookie: `carewall_refresh=${cookie}`, ...headers };
      return this.ask('/api/v1/session/refresh', { method: 'POST', headers: all });
    },
  };
}

function json(body: unknown): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  };
}

function cookieOf(response: Response): string | undefined {
  return /^carewall_refresh=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
}

const grantedSchema = z.object({ accessToken: z.string() });
const problemSchema = z.object({
  code: z.string(),
  status: z.number(),
  issues: z.array(z.object({ path: z.string() })).optional(),
});

async function accessTokenIn(response: Response): Promise<string> {
  return grantedSchema.parse(await response.clone().json()).accessToken;
}

async function sessionIn(response: Response): Promise<string> {
  return String(decodeJwt(await accessTokenIn(response)).sid);
}

const alive = async (id: string) => (await readLiveSessions(people.databases.identity, [id])).has(id);
const code = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem.code;
};

describe('signing in', () => {
  it('gives a token, who one is, and a cookie that only the session routes get', async () => {
    const { id, email } = await people.person({ passwordHash });
    const response = await site().signIn(` ${email.toUpperCase()} `, password);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^carewall_refresh=[\w-]{43}; /);
    expect(cookie).toMatch(/Max-Age=28[78]\d\d;/);
    expect(cookie).toMatch(/Path=\/api\/v1\/session;/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toMatch(/Secure/);
    expect(await response.json()).toEqual({
      accessToken: expect.any(String),
      expiresIn: 600,
      idleSeconds: 900,
      user: {
        id,
        name: expect.any(String),
        email,
        org: testOrg,
        grants: [{ role: 'nurse', place: 'ward' }, selfOf(id)],
      },
    });
  });

  it('over https gives a cookie that goes over nothing else', async () => {
    const { email } = await people.person({ passwordHash });
    const response = await site({ publicUrl: 'https://carewall.test' }).signIn(email, password);
    expect(response.headers.get('set-cookie')).toMatch(/; Secure/);
  });

  it('takes the same way for a wrong password, no password, a disabled account and nobody', async () => {
    const { id, email } = await people.person({ passwordHash });
    const without = await people.person();
    const disabled = await people.person({ passwordHash });
    await disableAccount(people.databases.identity, disabled.id);
    const at = site();
    const answers = await Promise.all(
      [
        at.signIn(email, 'wrong'),
        at.signIn(without.email, 'wrong'),
        at.signIn(disabled.email, password),
        at.signIn('x@y.example', 'wrong'),
      ].map(async (answer) => {
        const response = await answer;
        return {
          status: response.status,
          headers: [...response.headers],
          body: await response.text(),
        };
      }),
    );
    expect(answers[0]?.status).toBe(401);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(verified.map(({ known }) => known).sort()).toEqual([false, false, false, true]);

    const rows = await people.database.owner`
      select principal ->> 'id' as id, outcome, principal::text as text from carewall.audit
      where principal ->> 'id' in (${id}, 'unknown') order by 1`;
    expect(rows.map(({ id: who, outcome }) => [who, outcome])).toEqual([
      [id, 'unauthenticated'],
      ['unknown', 'unauthenticated'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('y.example');
  });

  it('waits longer and longer after failures, at that address alone, and audits that once', async () => {
    const { id, email } = await people.person({ passwordHash });
    const at = site();
    for (let n = 0; n < 6; n += 1) expect((await at.signIn(email, 'wrong')).status).toBe(401);
    for (let n = 0; n < 3; n += 1) {
      const response = await at.signIn(email, password);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await code(response)).toBe('rate_limited');
    }
    expect((await at.signIn(email, password, '5.6.7.8')).status).toBe(200);
    at.pass(1_000);
    expect((await at.signIn(email, 'wrong')).status).toBe(401);
    expect((await at.signIn(email, password)).headers.get('retry-after')).toBe('2');
    at.pass(2_000);
    expect((await at.signIn(email, password)).status).toBe(200);
    expect((await at.signIn(email, 'wrong')).status).toBe(401);
    const limited = await people.database.owner`
      select 1 from carewall.audit where principal ->> 'id' = ${id} and outcome = 'rate_limited'`;
    expect(limited).toHaveLength(2);
  });

  it('refuses a body that is not what is asked for, and repeats none of it', async () => {
    const at = site();
    const bad: [RequestInit, string[] | undefined][] = [
      [json({ email: 'a@b.example' }), ['password']],
      [json({ email: 1, password: '' }), ['email', 'password']],
      [json({ email: 'a', password: 'hush', more: 1 }), ['']],
      [json([]), ['']],
      [json({ email: 'a', password: 'hush'.repeat(300) }), ['password']],
      [{ ...json({}), body: '{"password":"hush"' }, undefined],
      [
        { method: 'POST', body: 'email=a&password=hush', headers: { 'content-type': 'text/plain' } },
        undefined,
      ],
    ];
    for (const [init, paths] of bad) {
      const response = await at.ask('/api/v1/session', init);
      const text = await response.clone().text();
      expect(await code(response.clone())).toBe('invalid');
      const { issues } = problemSchema.parse(await response.json());
      expect(issues?.map(({ path }) => path)).toEqual(paths);
      expect(text).not.toContain('hush');
    }
    expect(verified).toEqual([]);
  });

  it('is unavailable, without a word of why, where the database is', async () => {
    const gone = await createTestPeople();
    const at = site({ sql: gone.databases.identity });
    await gone.close();
    const response = await at.signIn('a@b.example', password);
    expect(await code(response)).toBe('unavailable');
    expect(at.faults).toHaveLength(1);
  });
});

describe('refreshing', () => {
  it('gives a new token and a new cookie, until the session ends', async () => {
    const { email } = await people.person({ passwordHash });
    const at = site();
    const first = await at.signIn(email, password);
    const second = await at.refresh(cookieOf(first));
    expect(second.status).toBe(200);
    expect(cookieOf(second)).not.toBe(cookieOf(first));
    expect(await sessionIn(second)).toBe(await sessionIn(first));
    expect(await second.json()).toMatchObject({ expiresIn: 600, user: { email } });
    expect((await at.refresh(cookieOf(second))).status).toBe(200);
  });

  it('with a cookie of the past ends the session and takes the cookie away', async () => {
    const { email } = await people.person({ passwordHash });
    const at = site();
    const first = await at.signIn(email, password);
    const second = await at.refresh(cookieOf(first));
    const reused = await at.refresh(cookieOf(first));
    expect(reused.headers.get('set-cookie')).toMatch(
      /^carewall_refresh=; Max-Age=0; Path=\/api\/v1\/session/,
    );
    expect(await code(reused)).toBe('unauthenticated');
    expect((await at.refresh(cookieOf(second))).status).toBe(401);
    expect(await alive(await sessionIn(first))).toBe(false);
  });

  it('without a cookie, or with one that nobody gave, is refused', async () => {
    const at = site();
    expect(await code(await at.refresh(undefined))).toBe('unauthenticated');
    expect(await code(await at.refresh('made-up'))).toBe('unauthenticated');
  });

  it('is for our own pages alone', async () => {
    const { email } = await people.person({ passwordHash });
    const at = site({ publicUrl: 'https://wall.example' });
    let cookie = cookieOf(await at.signIn(email, password));
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: host },
      { origin: 'https://evil.example' },
      { origin: 'http://wall.example' },
      { origin: 'null' },
      { origin: 'https://wall.example.evil.example', 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      expect(await code(await at.refresh(cookie, headers))).toBe('forbidden');
    }
    const own: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { origin: 'https://wall.example', 'sec-fetch-site': 'same-origin' },
      { origin: 'https://carewall.test' },
      { origin: host },
    ];
    for (const headers of own) {
      const response = await at.refresh(cookie, headers);
      expect({ headers, status: response.status }).toEqual({ headers, status: 200 });
      cookie = cookieOf(response);
    }
  });
});

describe('signing out', () => {
  const leave = (headers: Record<string, string>) => ({ method: 'DELETE', headers });

  it('ends the session by its cookie', async () => {
    const { email } = await people.person({ passwordHash });
    const at = site();
    const entered = await at.signIn(email, password);
    const cookie = `carewall_refresh=${cookieOf(entered)}`;
    const foreign = leave({ cookie, origin: 'https://evil.example' });
    expect(await code(await at.ask('/api/v1/session', foreign))).toBe('forbidden');
    expect(await alive(await sessionIn(entered))).toBe(true);
    const response = await at.ask('/api/v1/session', leave({ cookie }));
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(response.headers.get('set-cookie')).toMatch(/^carewall_refresh=; Max-Age=0/);
    expect(await alive(await sessionIn(entered))).toBe(false);
    expect((await at.ask('/api/v1/session', leave({ cookie }))).status).toBe(204);
  });

  it('ends the session by an access token', async () => {
    const { email } = await people.person({ passwordHash });
    const at = site();
    const entered = await at.signIn(email, password);
    const authorization = `Bearer ${await accessTokenIn(entered)}`;
    expect((await at.ask('/api/v1/session', leave({ authorization }))).status).toBe(204);
    expect(await alive(await sessionIn(entered))).toBe(false);
  });

  it('needs one of the two', async () => {
    const at = site();
    expect(await code(await at.ask('/api/v1/session', leave({})))).toBe('unauthenticated');
    const wrong = leave({ authorization: 'Bearer made.up.token' });
    expect(await code(await at.ask('/api/v1/session', wrong))).toBe('unauthenticated');
  });
});

it('the public keys are there for everybody', async () => {
  const response = await site().ask('/.well-known/jwks.json');
  expect(response.status).toBe(200);
  const { keys } = z
    .object({ keys: z.array(z.record(z.string(), z.unknown())) })
    .parse(await response.json());
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(key).not.toHaveProperty('d');
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount, disableAccount, replaceGrants } from './accounts.ts';
import type { Database } from './connect.ts';
import {
  auditRefusedSignIn,
  createSession,
  endSession,
  readLiveSessions,
  rotateRefreshToken,
} from './sessions.ts';
import { createTestPeople, selfOf, type TestPeople, testOrg } from './testing/test-people.ts';

let people: TestPeople;
let identity: Database;
let owner: Database;
beforeAll(async () => {
  people = await createTestPeople();
  identity = people.databases.identity;
  owner = people.database.owner;
});
afterAll(() => people.close());

const alive = async (id: string) => (await readLiveSessions(identity, [id])).has(id);
const rightsOf = (account: string) =>
  owner`select org_id, session from carewall.rights_log where principal = ${account} order by id`;
const auditOf = (account: string) =>
  owner`select action, outcome, session, principal, org_id from carewall.audit where principal ->> 'id' = ${account} order by id`;

describe('a session', () => {
  it('lasts 8 hours, is audited, and is read with the rights of now', async () => {
    const { id: account } = await people.person();
    const session = await people.session(account);
    expect(Math.abs(session.expiresAt - Date.now() - 8 * 3_600_000)).toBeLessThan(60_000);
    expect(await auditOf(account)).toMatchObject([
      { action: 'session.sign-in', outcome: 'ok', session: session.id, org_id: testOrg },
    ]);
    const other = await people.session((await people.person()).id);
    const read = await readLiveSessions(identity, [session.id, other.id, crypto.randomUUID()]);
    expect([...read.keys()].sort()).toEqual([session.id, other.id].sort());
    expect(read.get(session.id)).toEqual({
      id: session.id,
      expiresAt: session.expiresAt,
      principal: {
        kind: 'person',
        id: account,
        org: testOrg,
        name: `Person ${account.slice(7)}`,
        grants: [{ role: 'nurse', place: 'ward' }, selfOf(account)],
      },
    });
  });

  it('is not begun for an account that is gone or disabled', async () => {
    const { id } = await people.person();
    expect(await disableAccount(identity, id)).toBe(true);
    expect(await createSession(identity, id, randomBytes(32))).toBeUndefined();
    expect(await createSession(identity, 'nobody', randomBytes(32))).toBeUndefined();
  });

  it('ends once, by its id or by a token of its past, and the nodes are told', async () => {
    const { id: account } = await people.person();
    const first = await people.session(account);
    expect(await endSession(identity, { session: first.id })).toBe(true);
    expect(await endSession(identity, { session: first.id })).toBe(false);
    const second = await people.session(account);
    await rotateRefreshToken(identity, second.hash, randomBytes(32));
    expect(await endSession(identity, { refreshHash: second.hash })).toBe(true);
    expect(await endSession(identity, { refreshHash: randomBytes(32) })).toBe(false);
    expect([await alive(first.id), await alive(second.id)]).toEqual([false, false]);
    expect(await rightsOf(account)).toEqual([
      { org_id: testOrg, session: first.id },
      { org_id: testOrg, session: second.id },
    ]);
    expect((await auditOf(account)).map(({ action }) => action)).toEqual([
      'session.sign-in',
      'session.sign-out',
      'session.sign-in',
      'session.sign-out',
    ]);
  });

  it('is over when it has expired, whoever refreshes it', async () => {
    const { id: account } = await people.person();
    const session = await people.session(account);
    await owner`update carewall.sessions set expires_at = clock_timestamp() where id = ${session.id}`;
    expect(await alive(session.id)).toBe(false);
    expect(await rotateRefreshToken(identity, session.hash, randomBytes(32))).toEqual({ outcome: 'ended' });
  });
});

describe('a refresh token', () => {
  it('is put in the place of the one before it, as often as one likes', async () => {
    const { id: account, email } = await people.person();
    const session = await people.session(account);
    let hash = session.hash;
    for (let n = 0; n < 3; n += 1) {
      const next = randomBytes(32);
      expect(await rotateRefreshToken(identity, hash, next)).toMatchObject({
        outcome: 'rotated',
        session: { id: session.id, expiresAt: session.expiresAt },
        account: { id: account, email, grants: [{ role: 'nurse', place: 'ward' }, selfOf(account)] },
      });
      hash = next;
    }
    expect(await alive(session.id)).toBe(true);
  });

  it('ends the whole session when it comes twice', async () => {
    const { id: account } = await people.person();
    const session = await people.session(account);
    const second = randomBytes(32);
    await rotateRefreshToken(identity, session.hash, second);
    expect(await rotateRefreshToken(identity, session.hash, randomBytes(32))).toEqual({ outcome: 'reused' });
    expect(await rotateRefreshToken(identity, second, randomBytes(32))).toEqual({ outcome: 'ended' });
    expect(await rotateRefreshToken(identity, session.hash, randomBytes(32))).toEqual({ outcome: 'ended' });
    expect(await alive(session.id)).toBe(false);
    expect(await owner`select ended_why from carewall.sessions where id = ${session.id}`).toEqual([
      { ended_why: 'refresh token reused' },
    ]);
    expect(await rightsOf(account)).toEqual([{ org_id: testOrg, session: session.id }]);
    expect((await auditOf(account)).at(-1)).toMatchObject({
      action: 'session.refresh',
      outcome: 'unauthenticated',
    });
  });

  it('is worth one new token when two bring it at once, and then the session is over', async () => {
    const { id: account } = await people.person();
    for (let round = 0; round < 20; round += 1) {
      const session = await people.session(account);
      const next = [randomBytes(32), randomBytes(32)] as const;
      const outcomes = await Promise.all(
        next.map((hash) => rotateRefreshToken(identity, session.hash, hash)),
      );
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['reused', 'rotated']);
      expect(await alive(session.id)).toBe(false);
      for (const hash of next)
        expect(await rotateRefreshToken(identity, hash, randomBytes(32))).toEqual({ outcome: 'ended' });
    }
  });

  it('gives nothing for a session that ended or that nobody knows', async () => {
    const { id: account } = await people.person();
    const session = await people.session(account);
    await endSession(identity, { session: session.id });
    expect(await rotateRefreshToken(identity, session.hash, randomBytes(32))).toEqual({ outcome: 'ended' });
    expect(await rotateRefreshToken(identity, randomBytes(32), randomBytes(32))).toEqual({
      outcome: 'ended',
    });
  });

  it('does not outlive its account', async () => {
    const { id: account } = await people.person();
    const session = await people.session(account);
    await disableAccount(identity, account);
    expect(await rotateRefreshToken(identity, session.hash, randomBytes(32))).toEqual({ outcome: 'ended' });
    expect(await alive(session.id)).toBe(false);
    expect(await rightsOf(account)).toEqual([{ org_id: testOrg, session: null }]);
  });
});

describe('grants', () => {
  it('are replaced as a whole, and the nodes are told in the same transaction', async () => {
    const { id: account } = await people.person({
      grants: [
        { role: 'nurse', place: 'ward' },
        { role: 'clinician', place: 'hospital' },
      ],
    });
    const session = await people.session(account);
    const wanted = [
      { role: 'clinician', place: 'hospital' },
      { role: 'admin', place: testOrg },
    ] as const;
    expect(await replaceGrants(identity, account, wanted)).toBe(true);
    expect((await readLiveSessions(identity, [session.id])).get(session.id)?.principal.grants).toEqual([
      ...wanted,
      selfOf(account),
    ]);
    expect(await rightsOf(account)).toEqual([{ org_id: testOrg, session: null }]);
    await expect(replaceGrants(identity, account, [{ role: 'nurse', place: 'nowhere' }])).rejects.toThrow();
    expect(await rightsOf(account)).toHaveLength(1);
    expect(await replaceGrants(identity, 'nobody', [])).toBe(false);
  });

  it('of a role that this version does not know give nothing', async () => {
    const { id: account } = await people.person();
    const session = await people.session(account);
    await owner`
      insert into carewall.grants (org_id, account, role, place) values
        (${testOrg}, ${account}, 'wizard', ${testOrg}), (${testOrg}, ${account}, 'system', ${testOrg})`;
    expect((await readLiveSessions(identity, [session.id])).get(session.id)?.principal.grants).toEqual([
      { role: 'nurse', place: 'ward' },
      selfOf(account),
    ]);
  });
});

it('an account has an email of its own', async () => {
  const { email } = await people.person();
  const again = {
    id: 'again',
    org: testOrg,
    email: email.toUpperCase(),
    name: 'Again',
    passwordHash: undefined,
    grants: [],
  };
  expect(await createAccount(identity, again)).toBe(false);
});

it('a sign-in of nobody is audited without what was typed, where no tenant reads it', async () => {
  await auditRefusedSignIn(identity, undefined, 'unauthenticated');
  expect(await auditOf('unknown')).toEqual([
    {
      action: 'session.sign-in',
      outcome: 'unauthenticated',
      session: null,
      principal: { kind: 'person', id: 'unknown' },
      org_id: '',
    },
  ]);
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { disableAccount, replaceGrants } from '#db/accounts.ts';
import { endSession } from '#db/sessions.ts';
import { createTestPeople, selfOf, type TestPeople, testOrg } from '#db/testing/test-people.ts';
import { createAccessTokens } from './access-tokens.ts';
import { createSessionRegistry, type RightsChange } from './session-registry.ts';
import { createTokenKeys } from './token-keys.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function node() {
  const { databases } = people;
  let ahead = 0;
  const clock = () => Date.now() + ahead;
  const keys = createTokenKeys({ sql: databases.identity, ring: people.ring, clock });
  const accessTokens = createAccessTokens({ keys, audience: 'here', clock });
  const faults: unknown[] = [];
  const registry = createSessionRegistry({
    sqlIdentity: databases.identity,
    sqlRelay: databases.relay,
    accessTokens,
    clock,
    onFault: (error) => faults.push(error),
  });
  const changes: RightsChange[] = [];
  registry.onChange((change) => void changes.push(change));
  undo.push(() => registry.stop());
  return {
    registry,
    changes,
    /** What was heard of one person: a reading may also bring what was committed just before it began. */
    changesOf: (person: string) => changes.filter(({ principal }) => principal === person),
    faults,
    pass: (ms: number) => {
      ahead += ms;
    },
    issue: async (session: string, principal: string) =>
      (await accessTokens.issue({ session, principal })).token,
  };
}

async function signedIn(at: ReturnType<typeof node>) {
  const { id } = await people.person();
  const session = await people.session(id);
  return { id, session: session.id, token: await at.issue(session.id, id) };
}

/** Waits for a condition, and gives how long that took. */
async function took(condition: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  await expect.poll(condition, { interval: 10, timeout: 10_000 }).toBe(true);
  return performance.now() - began;
}

describe('a token', () => {
  it('stands for its session and the rights of now', async () => {
    const at = node();
    const { id, session, token } = await signedIn(at);
    expect(await at.registry.authenticate(token)).toEqual({
      session,
      expiresAt: expect.any(Number),
      principal: {
        kind: 'person',
        id,
        org: testOrg,
        name: expect.any(String),
        grants: [{ role: 'nurse', place: 'ward' }, selfOf(id)],
      },
    });
    expect(await at.registry.read(session)).toMatchObject({ id });
  });

  it('is refused where it is wrong, its session is another’s, unknown or has ended', async () => {
    const at = node();
    const [one, other] = [await signedIn(at), await signedIn(at)];
    const refused = { code: 'unauthenticated' };
    expect(await at.registry.authenticate('no.token.this')).toMatchObject(refused);
    expect(await at.registry.authenticate(await at.issue(other.session, one.id))).toMatchObject(refused);
    expect(await at.registry.authenticate(await at.issue(crypto.randomUUID(), one.id))).toMatchObject(
      refused,
    );
    await endSession(people.databases.identity, { session: one.session });
    expect(await at.registry.authenticate(one.token)).toMatchObject(refused);
    expect(await at.registry.read(one.session)).toMatchObject(refused);
  });

  it('is worth nothing once its session has expired, though the session was cached', async () => {
    const at = node();
    at.registry.start();
    await at.registry.fresh();
    const { session } = await signedIn(at);
    expect(await at.registry.read(session)).toHaveProperty('grants');
    at.pass(8 * 3_600_000 + 1_000);
    expect(await at.registry.read(session)).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a change', () => {
  it('of grants is known within a second on every node, and told', async () => {
    const nodes = [node(), node()];
    for (const { registry } of nodes) registry.start();
    await Promise.all(nodes.map(({ registry }) => registry.fresh()));
    const [first] = nodes;
    if (first === undefined) throw new Error('no node');
    const { id, session, token } = await signedIn(first);
    for (const { registry } of nodes) expect(await registry.authenticate(token)).toHaveProperty('principal');
    await replaceGrants(people.databases.identity, id, [{ role: 'admin', place: testOrg }]);
    const waits = await Promise.all(
      nodes.map(({ changes }) => took(() => changes.some((change) => change.principal === id))),
    );
    expect(Math.max(...waits)).toBeLessThan(1_000);
    for (const { registry, changesOf } of nodes) {
      expect(changesOf(id)).toEqual([{ principal: id }]);
      expect(await registry.read(session)).toMatchObject({
        grants: [{ role: 'admin', place: testOrg }, selfOf(id)],
      });
    }
  });

  it('of one session is told as such, and the others of its principal live on', async () => {
    const at = node();
    at.registry.start();
    await at.registry.fresh();
    const { id, session } = await signedIn(at);
    const other = await people.session(id);
    await Promise.all([at.registry.read(session), at.registry.read(other.id)]);
    await endSession(people.databases.identity, { session });
    await took(() => at.changesOf(id).length > 0);
    expect(at.changesOf(id)).toEqual([{ principal: id, session }]);
    expect(await at.registry.read(session)).toMatchObject({ code: 'unauthenticated' });
    expect(await at.registry.read(other.id)).toMatchObject({ id });
    await disableAccount(people.databases.identity, id);
    await took(() => at.changesOf(id).length > 1);
    expect(await at.registry.read(other.id)).toMatchObject({ code: 'unauthenticated' });
  });

  it('is applied by those who listen before the node counts as fresh again', async () => {
    const at = node();
    at.registry.start();
    await at.registry.fresh();
    const { id } = await signedIn(at);
    let finish = (): void => undefined;
    let heard = false;
    at.registry.onChange(() => {
      heard = true;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    await replaceGrants(people.databases.identity, id, []);
    await took(() => heard);
    const stuck = at.registry.freshAt();
    at.pass(2_000);
    let fresh = false;
    const waiting = at.registry.fresh().then(() => {
      fresh = true;
    });
    await people.database.owner`select 1`;
    expect([fresh, at.registry.freshAt()]).toEqual([false, stuck]);
    finish();
    await waiting;
    expect(at.registry.freshAt()).toBeGreaterThan(stuck);
  });
});

describe('a node', () => {
  it('that does not read the log trusts what it knows for a second only', async () => {
    const at = node();
    const { id, session } = await signedIn(at);
    expect(at.registry.freshAt()).toBe(0);
    expect(await at.registry.read(session)).toMatchObject({
      grants: [{ role: 'nurse', place: 'ward' }, selfOf(id)],
    });
    await replaceGrants(people.databases.identity, id, []);
    at.pass(1_100);
    expect(await at.registry.read(session)).toMatchObject({ grants: [selfOf(id)] });
  });

  it('that cannot read the log is not fresh, says so once, and comes back with the rights of then', async () => {
    const at = node();
    at.registry.start();
    await at.registry.fresh();
    const { id, session, token } = await signedIn(at);
    await at.registry.read(session);
    const { owner } = people.database;
    undo.push(() => owner`grant select on carewall.rights_log to carewall_relay`);
    undo.push(() => owner`grant select on carewall.sessions to carewall_identity`);

    await owner`revoke select on carewall.rights_log from carewall_relay`;
    await took(() => at.faults.length > 0);
    await owner`revoke select on carewall.sessions from carewall_identity`;
    const last = at.registry.freshAt();
    at.pass(1_100);
    let fresh = false;
    const waiting = at.registry.fresh().then(() => {
      fresh = true;
    });
    // What it knew of the session is not trusted, and what is true it cannot read.
    expect(await at.registry.authenticate(token)).toMatchObject({ code: 'unavailable' });
    expect([fresh, at.registry.freshAt()]).toEqual([false, last]);
    expect(at.faults).toHaveLength(2);

    await owner`grant select on carewall.sessions to carewall_identity`;
    await replaceGrants(people.databases.identity, id, []);
    expect(await at.registry.read(session)).toMatchObject({ grants: [selfOf(id)] });
    expect(at.changesOf(id)).toEqual([]);
    await owner`grant select on carewall.rights_log to carewall_relay`;
    await waiting;
    expect(at.changesOf(id)).toEqual([{ principal: id }]);
  });

  it('whose reading of the log hangs is not fresh either', async () => {
    const at = node();
    at.registry.start();
    await at.registry.fresh();
    const { owner } = people.database;
    await owner.begin(async (transaction) => {
      await transaction`lock table carewall.rights_log in access exclusive mode`;
      const last = at.registry.freshAt();
      await took(async () => {
        const hanging = await transaction`
          select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and application_name = 'carewall relay'`;
        return hanging.length > 0;
      });
      expect(at.registry.freshAt() - last).toBeLessThan(1_000);
      at.pass(1_100);
      let fresh = false;
      at.registry.fresh().then(() => {
        fresh = true;
      });
      await transaction`select 1`;
      expect(fresh).toBe(false);
    });
    await at.registry.fresh();
  });

  it('that stops lets nobody wait for it', async () => {
    const at = node();
    const waiting = at.registry.fresh();
    await at.registry.stop();
    await expect(waiting).rejects.toThrow('the node stops');
    await expect(at.registry.fresh()).rejects.toThrow('the node stops');
    await at.registry.stop();
  });
});

it('INV-20.3 a right with an end is over at its end, though nobody says so', async () => {
  const here = node();
  here.registry.start();
  await here.registry.fresh();
  const { id } = await people.person();
  await people.database.owner`
    insert into carewall.grants (org_id, account, role, place, until)
    values (${testOrg}, ${id}, 'emergency', 'hospital', clock_timestamp() + interval '700 milliseconds')`;
  const { id: session } = await people.session(id);
  const grants = async () => {
    const principal = await here.registry.read(session);
    return 'code' in principal ? [] : principal.grants.map(({ role }) => role);
  };
  expect(await grants()).toContain('emergency');
  const before = here.changesOf(id).length;
  await took(() => here.changesOf(id).length > before);
  expect(here.changesOf(id).at(-1)).toEqual({ principal: id, session });
  expect(await grants()).not.toContain('emergency');
  expect(here.faults).toEqual([]);
});

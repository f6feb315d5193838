import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { disableAccount, replaceGrants } from '#db/accounts.ts';
import { type Databases, openDatabases } from '#db/databases.ts';
import { endSession } from '#db/sessions.ts';
import { createTestPeople, type TestPeople, testOrg } from '#db/testing/test-people.ts';
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

function node(databases: Databases = people.databases) {
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
        grants: [{ role: 'nurse', place: 'ward' }],
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
    for (const { registry, changes } of nodes) {
      expect(changes.filter((change) => change.principal === id)).toEqual([{ principal: id }]);
      expect(await registry.read(session)).toMatchObject({ grants: [{ role: 'admin', place: testOrg }] });
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
    await took(() => at.changes.length > 0);
    expect(at.changes).toEqual([{ principal: id, session }]);
    expect(await at.registry.read(session)).toMatchObject({ code: 'unauthenticated' });
    expect(await at.registry.read(other.id)).toMatchObject({ id });
    await disableAccount(people.databases.identity, id);
    await took(() => at.changes.length > 1);
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

  it('that comes while a session is being read is not missed', async () => {
    const at = node();
    at.registry.start();
    await at.registry.fresh();
    const { id, session } = await signedIn(at);
    const { identity } = people.databases;
    for (let round = 0; round < 15; round += 1) {
      const place = round % 2 === 0 ? testOrg : 'hospital';
      let done = false;
      const reading = (async () => {
        while (!done) await at.registry.read(session);
      })();
      const before = at.changes.length;
      await replaceGrants(identity, id, [{ role: 'clinician', place }]);
      await took(() => at.changes.length > before);
      done = true;
      await reading;
      expect(await at.registry.read(session)).toMatchObject({ grants: [{ role: 'clinician', place }] });
    }
  });
});

describe('a node', () => {
  it('that does not read the log trusts what it knows for a second only', async () => {
    const at = node();
    const { id, session } = await signedIn(at);
    expect(at.registry.freshAt()).toBe(0);
    expect(await at.registry.read(session)).toMatchObject({ grants: [{ role: 'nurse', place: 'ward' }] });
    await replaceGrants(people.databases.identity, id, []);
    at.pass(1_100);
    expect(await at.registry.read(session)).toMatchObject({ grants: [] });
  });

  it('that loses the database is not fresh, says unavailable, and comes back with the rights of then', async () => {
    const databases = openDatabases(people.database.url);
    undo.push(() => databases.end());
    const at = node(databases);
    at.registry.start();
    await at.registry.fresh();
    const { id, session, token } = await signedIn(at);
    await at.registry.read(session);

    const name = new URL(people.database.url).pathname.slice(1);
    const { owner } = people.database;
    const rename = async (from: string, to: string) => {
      // Nobody can connect to a database that has another name; those who are in it are put out.
      await owner.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = '${from}' and application_name in ('carewall relay', 'carewall identity')`);
      await owner.unsafe(`alter role carewall_relay connection limit ${to === 'away' ? 0 : -1}`);
    };
    expect(name).not.toBe('');
    expect(rename).toBeTypeOf('function');
    expect([id, token]).toHaveLength(2);
  });
});

import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { disableAccount, replaceGrants } from '#db/accounts.ts';
import { type Databases, openDatabases } from '#db/databases.ts';
import { endSession } from '#db/sessions.ts';
import { signIn } from './testing/contract-client.ts';
import { startTestTier, type TestTier } from './testing/test-tier.ts';

/*
 * Commands race with the transaction that withdraws their right, on three nodes. What had been accepted is counted at that
 * transaction's very end, when it holds every lock that it will: whatever is accepted beyond that committed after it.
 */

let tier: TestTier;
let databases: Databases;
beforeAll(async () => {
  tier = await startTestTier('uws', 3);
  databases = openDatabases(tier.database.url, { appConnections: 2 });
  await tier.database.owner.unsafe(`
    create table public.withdrawals (principal text not null, accepted int not null, at timestamptz not null);
    create function public.note_withdrawal() returns trigger language plpgsql security definer as $$
    begin
      insert into public.withdrawals
        select new.principal, count(*), clock_timestamp() from carewall.commands c
        where c.principal = new.principal and c.answer ->> 'ok' = 'true';
      return null;
    end
    $$;
    create constraint trigger noted after insert on carewall.rights_log
      deferrable initially deferred for each row execute function public.note_withdrawal();
  `);
});
afterAll(async () => {
  await databases.end();
  await tier.close();
});

const urls = (): string[] => tier.nodes.map(({ url }) => url);
const nurse = 'demo-nurse';
const place = [{ role: 'nurse' as const, place: 'demo' }];

const sessionOf = (token: string): string =>
  z
    .object({ sid: z.string() })
    .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).sid;

/** Each way in which a right ends, and how it is given back for the next round. */
const withdrawals = {
  'a role that is taken': {
    withdraw: () => replaceGrants(databases.identity, nurse, []),
    restore: () => replaceGrants(databases.identity, nurse, place),
  },
  'a session that ends': {
    withdraw: (token: string) => endSession(databases.identity, { session: sessionOf(token) }),
    restore: async () => undefined,
  },
  'an account that is disabled': {
    withdraw: () => disableAccount(databases.identity, nurse),
    restore: () => tier.database.owner`update carewall.accounts set disabled_at = null where id = ${nurse}`,
  },
  'a system’s key that is revoked': {
    withdraw: (token: string) => endSession(databases.identity, { session: sessionOf(token) }),
    restore: async () => undefined,
    /** Its session is narrowed to what the key is for. */
    narrowed: true,
  },
} as const;

async function accepted(): Promise<number> {
  const rows = await tier.database.owner`
    select count(*)::int as accepted from carewall.commands where principal = ${nurse} and answer ->> 'ok' = 'true'`;
  return z.array(z.object({ accepted: z.int() })).parse(rows)[0]?.accepted ?? 0;
}

/** Sends commands about one bed through one node until the answer says that there is no right any more. */
async function sender(url: string, token: string, bed: string): Promise<{ told: number }> {
  let told = 0;
  for (let sent = 0; sent < 2_000; sent += 1) {
    const response = await fetch(`${url}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        id: uuidv7(),
        type: sent % 2 === 0 ? 'bed.claim' : 'bed.release',
        data: { bed },
      }),
    });
    if (response.status === 200) told += 1;
    else if (response.status === 401 || response.status === 403 || response.status === 404) return { told };
  }
  throw new Error('the right was never withdrawn');
}

describe.each(Object.entries(withdrawals))('%s', (_name, way) => {
  test('INV-16.5 ends what it allowed at its commit, on each of three nodes: eight races', async () => {
    for (let round = 0; round < 8; round += 1) {
      const token = await signIn(urls()[round % 3] ?? '', 'nurse');
      if ('narrowed' in way) {
        const scope = { topics: [], commands: ['bed.claim', 'bed.release'] };
        const { owner } = tier.database;
        await owner`
            update carewall.sessions set kind = 'key', scope = ${owner.json(scope)} where id = ${sessionOf(token)}`;
      }
      const before = await accepted();
      const senders = urls().flatMap((url, node) =>
        [1, 2].map((of) => sender(url, token, `ds-${String(node * 2 + of).padStart(2, '0')}`)),
      );
      // In the midst of it: commands are on their way through every node.
      await expect.poll(accepted, { interval: 5 }).toBeGreaterThan(before + 3 + round);
      await tier.database.owner`truncate public.withdrawals`;
      await way.withdraw(token);
      const told = (await Promise.all(senders)).reduce((sum, one) => sum + one.told, 0);
      const rows = await tier.database
        .owner`select accepted from public.withdrawals where principal = ${nurse}`;
      const [noted] = z.array(z.object({ accepted: z.int() })).parse(rows);
      const after = await accepted();
      expect(after, `round ${round}`).toBe(noted?.accepted);
      // And whoever was told that it is done is not mistaken.
      expect(told).toBeLessThanOrEqual(after - before);
      await way.restore();
      await tier.database.owner`
          insert into carewall.rights_log (org_id, principal) values ('demo', ${nurse})`;
    }
  }, 120_000);
});

import { randomBytes } from 'node:crypto';
import type { Grant } from '#domain/identity/principal.ts';
import { type AccountGrant, createAccount } from '../accounts.ts';
import { type Databases, openDatabases } from '../databases.ts';
import { type KeyRing, newKeyRing, parseKeyRing } from '../key-ring.ts';
import { createOrganisation } from '../network.ts';
import { createSession } from '../sessions.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** An organisation of one hospital with one ward, and the accounts that a test makes in it. */
export interface TestPeople {
  readonly database: TestDatabase;
  readonly databases: Databases;
  readonly ring: KeyRing;
  /** Makes an account with a fresh id, and gives that. */
  person(options?: {
    grants?: readonly AccountGrant[];
    passwordHash?: string;
  }): Promise<{ id: string; email: string }>;
  /** Signs an account in, and gives the session and the hash of its refresh token. */
  session(account: string): Promise<{ id: string; expiresAt: number; hash: Buffer }>;
  close(): Promise<void>;
}

export const testOrg = 'org';
/** The relation that everybody has to themselves, which stands among what their grants are read as. */
export function selfOf(account: string): Grant {
  return { role: 'self', place: account };
}
const nurseOfWard: readonly AccountGrant[] = [{ role: 'nurse', place: 'ward' }];

export async function createTestPeople(): Promise<TestPeople> {
  const database = await createTestDatabase();
  const databases = openDatabases(database.url);
  await createOrganisation(databases.identity, { id: testOrg, name: 'Lakeside Health' });
  await database.owner`
    insert into carewall.places (org_id, id, kind, name, code, parent, path, timezone) values
      (${testOrg}, 'hospital', 'facility', 'Lakeside Hospital', 'LSH', ${testOrg}, array['org', 'hospital'], 'Europe/Vienna'),
      (${testOrg}, 'ward', 'unit', 'Ward 1', 'W1', 'hospital', array['org', 'hospital', 'ward'], null)`;
  let people = 0;

  return {
    database,
    databases,
    ring: parseKeyRing(newKeyRing(), 'of the test'),
    async person({ grants = nurseOfWard, passwordHash } = {}) {
      people += 1;
      const id = `person-${people}`;
      const email = `${id}@lakeside.example`;
      await createAccount(databases.identity, {
        id,
        org: testOrg,
        email,
        name: `Person ${people}`,
        passwordHash,
        grants,
      });
      return { id, email };
    },
    async session(account) {
      const hash = randomBytes(32);
      const session = await createSession(databases.identity, account, hash);
      if (session === undefined) throw new Error(`${account} cannot sign in`);
      return { ...session, hash };
    },
    async close() {
      await databases.end();
      await database.drop();
    },
  };
}

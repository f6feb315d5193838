import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { inject } from 'vitest';
import { type CommandRunner, createCommandRunner, type Outcome } from '../command-runner.ts';
import { type Databases, openDatabases } from '../databases.ts';
import { demoFeed, demoOrganisation } from '../demo/demo-network.ts';
import { type KeyRing, parseKeyRing } from '../key-ring.ts';
import { createSession } from '../sessions.ts';
import { stores } from '../stores/stores.ts';
import { createVault, type Vault } from '../vault.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** The demo hospital on a database of one test's own, with everybody signed in. */
export interface TestHospital {
  readonly database: TestDatabase;
  readonly databases: Databases;
  readonly commands: CommandRunner;
  readonly vault: Vault;
  readonly ring: KeyRing;
  /** Sends a command as the demo account of a role, as the feed, or as Carewall itself. */
  as(
    who: string,
    type: string,
    data: Record<string, unknown>,
    options?: { id?: string; expect?: number },
  ): Promise<Outcome>;
  /** The session of the demo account of a role. */
  session(role: string): Promise<{ id: string; account: string }>;
  faults: unknown[];
  close(): Promise<void>;
}

export async function createTestHospital(): Promise<TestHospital> {
  const database = await createTestDatabase('demo');
  const databases = openDatabases(database.url);
  const ring = parseKeyRing(inject('keyRing'), 'of the tests');
  const vault = createVault(databases.vault, ring);
  const faults: unknown[] = [];
  const commands = createCommandRunner({
    sql: databases.app,
    stores,
    keys: { vault, ring },
    onCommit: () => undefined,
    onFault: (error) => {
      faults.push(error);
      console.error(error);
    },
  });
  const sessions = new Map<string, Promise<string>>();
  const org = demoOrganisation.id;

  async function sessionOf(role: string): Promise<{ id: string; account: string }> {
    const account = `demo-${role.replace('_', '-')}`;
    const known = sessions.get(account) ?? newSession(account);
    sessions.set(account, known);
    return { id: await known, account };
  }

  async function newSession(account: string): Promise<string> {
    const session = await createSession(databases.identity, account, randomBytes(32));
    if (session === undefined) throw new Error(`there is no account ${account}`);
    return session.id;
  }

  return {
    database,
    databases,
    commands,
    vault,
    ring,
    faults,
    session: sessionOf,
    async as(who, type, data, { id = uuidv7(), expect } = {}) {
      const command = { id, type, data, ...(expect === undefined ? {} : { expect }) };
      if (who === 'feed') {
        const principal = { kind: 'feed' as const, id: demoFeed.id, org, name: demoFeed.name };
        return commands.run({ principal, session: undefined }, command);
      }
      if (who === 'system') {
        const principal = { kind: 'system' as const, id: 'carewall', org, name: 'Carewall' };
        return commands.run({ principal, session: undefined }, command);
      }
      const { id: session, account } = await sessionOf(who);
      return commands.run({ principal: { kind: 'person', id: account, org, name: who }, session }, command);
    },
    async close() {
      await databases.end();
      await database.drop();
    },
  };
}

import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { createCommandRunner, type Outcome } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import { demoFeed } from '#db/demo/demo-network.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { createSession } from '#db/sessions.ts';
import { stores } from '#db/stores/stores.ts';
import { createVault } from '#db/vault.ts';
import type { Role } from '#domain/identity/roles.ts';
import { commandDefinition, modules } from '#domain/modules.ts';

/** Carries a command out as somebody of the demo who may: the example's own, or the first who holds the right. */
export function createTestActor(options: { databases: Databases; ring: KeyRing; org: string }) {
  const { databases, ring, org } = options;
  const commands = createCommandRunner({
    sql: databases.app,
    stores,
    keys: { vault: createVault(databases.vault, ring), ring },
    onCommit: () => undefined,
  });
  const sessions = new Map<string, string>();

  async function sessionOf(account: string): Promise<string> {
    const known = sessions.get(account);
    if (known !== undefined) return known;
    const session = await createSession(databases.identity, account, randomBytes(32));
    if (session === undefined) throw new Error(`there is no ${account}`);
    sessions.set(account, session.id);
    return session.id;
  }

  return async (type: string, data: unknown, as: Role | undefined): Promise<Outcome> => {
    const right = commandDefinition(type)?.right ?? '';
    const holders: readonly string[] = modules.flatMap((module) => module.rights[right] ?? []);
    const who = as ?? holders.find((holder) => holder !== 'display' && holder !== 'member') ?? 'admin';
    const command = { id: uuidv7(), type, data: Object.fromEntries(Object.entries(Object(data))) };
    if (who === 'feed' || who === 'system') {
      const id = who === 'feed' ? demoFeed.id : 'carewall';
      return commands.run({ principal: { kind: who, id, org, name: who }, session: undefined }, command);
    }
    const account = `demo-${who.replace('_', '-')}`;
    const principal = { kind: 'person' as const, id: account, org, name: who };
    return commands.run({ principal, session: await sessionOf(account) }, command);
  };
}

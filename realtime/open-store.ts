import { type Bell, createBell } from '#db/bell.ts';
import { type CommandRunner, createCommandRunner } from '#db/command-runner.ts';
import { type Databases, openDatabases } from '#db/databases.ts';
import { startEmbeddedPostgres } from '#db/embedded/embedded-postgres.ts';
import { type KeyRing, openKeyRing } from '#db/key-ring.ts';
import { migrate } from '#db/migrate.ts';
import { stores } from '#db/stores/stores.ts';
import { createVault, type Vault } from '#db/vault.ts';
import { createJournal } from './audit/journal.ts';
import { createReadAudit, type ReadAudit } from './audit/reads.ts';
import { createRefusalAudit, type RefusalAudit } from './audit/refusals.ts';
import type { NodeContext } from './node-context.ts';

/** What a node keeps and finds: its database at the newest migration, the keys, and the ways to write to it. */
export interface Store {
  readonly databases: Databases;
  /** Of the database that `databases` are pools of. */
  readonly databaseUrl: string;
  readonly ring: KeyRing;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly reads: ReadAudit;
  readonly refusals: RefusalAudit;
  readonly bell: Bell;
}

/** Opens it, on a PostgreSQL of our own where none is set. Raises where the database or the key ring cannot be used. */
export async function openStore(node: NodeContext): Promise<Store> {
  const { settings, log, metrics, lifecycle, onFault } = node;
  const databaseUrl = settings.databaseUrl ?? (await embedded(node));
  const applied = await migrate(databaseUrl);
  if (applied.length > 0) log.info({ applied }, 'the database is migrated');
  const ring = await openKeyRing(settings.keyRing);
  const databases = openDatabases(databaseUrl);
  lifecycle.onStop('databases', 3_000, () => databases.end());
  const vault = createVault(databases.vault, ring);

  const journal = createJournal({ sql: databases.identity, onFault: onFault('audit') });
  const refusals = createRefusalAudit({ journal });
  lifecycle.onStop('audit', 2_000, () => refusals.stop());

  const bell = createBell(databases.bell, { everyMs: 4, onFault: onFault('bell') });
  const commands = createCommandRunner({
    sql: databases.app,
    stores,
    keys: { vault, ring },
    onCommit: bell.ring,
    onRetry: () => metrics.commandRetries.inc(),
    onUnaudited: ({ principal, session }, action, { code }) =>
      refusals.refused({ principal, session, action, code }),
    onFault: onFault('command'),
  });
  return { databases, databaseUrl, ring, vault, commands, reads: createReadAudit(journal), refusals, bell };
}

async function embedded({ settings, lifecycle }: NodeContext): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir: settings.dataDir });
  lifecycle.onStop('postgres', 10_000, () => postgres.stop());
  return postgres.url;
}

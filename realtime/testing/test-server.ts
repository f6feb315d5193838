import { writeFile } from 'node:fs/promises';
import { createCommandRunner } from '#db/command-runner.ts';
import { openDatabases } from '#db/databases.ts';
import { seedDemo } from '#db/demo/seed-demo.ts';
import { type KeyRing, parseKeyRing } from '#db/key-ring.ts';
import { stores } from '#db/stores/stores.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/test-database.ts';
import { createVault } from '#db/vault.ts';
import type { EngineName } from '../engine/engine.ts';
import { createPasswords } from '../session/passwords.ts';
import {
  createDataDir,
  freePort,
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from './server-process.ts';

/** The demo hospital, at rest, behind a real server; with what a test needs to start that server again. */
export interface TestServer {
  readonly database: TestDatabase;
  readonly ring: KeyRing;
  readonly dataDir: string;
  /** The process that serves now. */
  process(): ServerProcess;
  url(): string;
  /** Starts another process in the place of one that has ended, on the same ports. */
  restart(): Promise<ServerProcess>;
  close(): Promise<void>;
}

/**
 * Starts a server on a database of its own, with a copy of its key ring in a file where one is named.
 * Its demo hospital has no activity: what happens is what the test does.
 */
export async function startTestServer(
  engine: EngineName,
  environment: ServerProcessOptions['environment'] = {},
  keyRingFile?: string,
): Promise<TestServer> {
  const [database, data] = await Promise.all([createTestDatabase(), createDataDir()]);
  if (keyRingFile !== undefined) await writeFile(keyRingFile, data.keyRing, { mode: 0o600 });
  const ring = parseKeyRing(data.keyRing, 'of the test');
  const databases = openDatabases(database.url, { appConnections: 4 });
  const keys = { vault: createVault(databases.vault, ring), ring };
  const commands = createCommandRunner({ sql: databases.app, stores, keys, onCommit: () => undefined });
  const passwordHash = await createPasswords().hash('demo-carewall');
  if (typeof passwordHash !== 'string') throw new Error('no password hash');
  await seedDemo(databases, commands, passwordHash);
  await databases.end();

  const [port, mllpPort] = [await freePort(), await freePort()];
  const start = (): Promise<ServerProcess> =>
    startServerProcess({
      databaseUrl: database.url,
      dataDir: data.path,
      engine,
      environment,
      port,
      mllpPort,
    });
  let current = await start();

  return {
    database,
    ring,
    dataDir: data.path,
    process: () => current,
    url: () => current.url,
    async restart() {
      await current.ended;
      current = await start();
      return current;
    },
    async close() {
      current.kill('SIGKILL');
      await current.ended;
      await Promise.all([database.drop(), data.remove()]);
    },
  };
}

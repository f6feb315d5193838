import { writeFile } from 'node:fs/promises';
import { type KeyRing, parseKeyRing } from '#db/key-ring.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/test-database.ts';
import type { EngineName } from '../engine/engine.ts';
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
  const [database, data] = await Promise.all([createTestDatabase('demo'), createDataDir()]);
  if (keyRingFile !== undefined) await writeFile(keyRingFile, data.keyRing, { mode: 0o600 });
  const ring = parseKeyRing(data.keyRing, 'of the tests');

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

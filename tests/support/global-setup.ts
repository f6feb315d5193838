import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createCommandRunner } from '#db/command-runner.ts';
import { connect } from '#db/connect.ts';
import { openDatabases } from '#db/databases.ts';
import { seedDemo } from '#db/demo/seed-demo.ts';
import { startEmbeddedPostgres } from '#db/embedded/embedded-postgres.ts';
import { newKeyRing, parseKeyRing } from '#db/key-ring.ts';
import { migrate } from '#db/migrate.ts';
import { stores } from '#db/stores/stores.ts';
import { templates } from '#db/testing/test-database.ts';
import { createVault } from '#db/vault.ts';
import { createPasswords } from '#realtime/session/passwords.ts';
import { buildServer, buildWeb } from '../../scripts/build.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database server that belongs to this run of the tests. */
    postgresUrl: string;
    /** The text of the key ring that sealed the demo hospital of the run. */
    keyRing: string;
  }
}

/**
 * One database server for the whole run, with two templates to copy: migrated and empty, and with the demo hospital at rest.
 * And server and web client, built as they ship.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carewall-tests-'));
  const [postgres] = await Promise.all([startEmbeddedPostgres({ dataDir }), buildServer(), buildWeb()]);
  const sql = connect(postgres.url, { max: 1, name: 'carewall tests' });
  await sql.unsafe(`create database ${templates.empty}`);
  const template = (name: string): string => {
    const url = new URL(postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  };
  await migrate(template(templates.empty));
  await sql.unsafe(`create database ${templates.demo} template ${templates.empty}`);
  await sql.end();
  const keyRing = newKeyRing();
  await seedHospital(template(templates.demo), keyRing);
  project.provide('postgresUrl', postgres.url);
  project.provide('keyRing', keyRing);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

async function seedHospital(url: string, keyRing: string): Promise<void> {
  const databases = openDatabases(url, { appConnections: 4 });
  const ring = parseKeyRing(keyRing, 'of the tests');
  const keys = { vault: createVault(databases.vault, ring), ring };
  const commands = createCommandRunner({ sql: databases.app, stores, keys, onCommit: () => undefined });
  const passwordHash = await createPasswords().hash('demo-carewall');
  if (typeof passwordHash !== 'string') throw new Error('no password hash');
  await seedDemo(databases, commands, passwordHash);
  await databases.end();
}

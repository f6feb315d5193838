import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '#db/connect.ts';
import { startEmbeddedPostgres } from '#db/embedded/embedded-postgres.ts';
import { migrate } from '#db/migrate.ts';
import { buildServer, buildWeb } from '../../scripts/build.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database server that belongs to this run of the tests. */
    postgresUrl: string;
  }
}

/** One database server for the whole run, with a migrated template to copy; and server and web client, built as they ship. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carewall-tests-'));
  const [postgres] = await Promise.all([startEmbeddedPostgres({ dataDir }), buildServer(), buildWeb()]);
  const sql = connect(postgres.url, { max: 1, name: 'carewall tests' });
  await sql`create database carewall_template`;
  await sql.end();
  const template = new URL(postgres.url);
  template.pathname = '/carewall_template';
  await migrate(template.href);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type Database } from '../connect.ts';

/** A database of one test's own, migrated and empty. */
export interface TestDatabase {
  readonly url: string;
  /** The login that owns it: what no role of the server may do. */
  readonly owner: Database;
  drop(): Promise<void>;
}

/** Copies the template that the run of the tests began with. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = connect(server, { max: 1, name: 'carewall tests' });
  await admin.unsafe(`create database ${name} template carewall_template`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const owner = connect(url.href, { max: 2, name: 'carewall test owner' });
  return {
    url: url.href,
    owner,
    async drop() {
      await owner.end({ timeout: 1 });
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end({ timeout: 1 });
    },
  };
}

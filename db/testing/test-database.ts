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

/** The databases that a run of the tests begins with, to be copied. */
export const templates = { empty: 'carewall_template', demo: 'carewall_demo_template' } as const;

/** A copy of what the run of the tests began with: empty, or the demo hospital at rest, sealed with the run's key ring. */
export async function createTestDatabase(content: keyof typeof templates = 'empty'): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = connect(server, { max: 1, name: 'carewall tests' });
  await admin.unsafe(`create database ${name} template ${templates[content]}`);
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

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openDatabases } from '#db/databases.ts';
import { readLink } from '#db/link-secrets.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/test-database.ts';
import { UsageError } from '../command-line.ts';
import { adminInvite } from './first-account.ts';

let database: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'carewall-first-'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true });
});

async function run(...args: string[]) {
  const said = { out: [] as string[], err: [] as string[] };
  const code = await adminInvite.run(args, {
    out: (line) => said.out.push(line),
    err: (line) => said.err.push(line),
    progress: () => undefined,
    interrupted: new AbortController().signal,
  });
  return { code, ...said };
}
const environment = () => {
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('DATA_DIR', dataDir);
  vi.stubEnv('PUBLIC_URL', 'https://wall.hospital.example/');
};
const who = ['--email', 'Root@Hospital.example', '--name', 'Root'];

test('makes the organisation and prints a link that invites its administrator; nothing is mailed', async () => {
  environment();
  const { code, out } = await run('--org', 'first', '--org-name', 'First Hospital', ...who);
  expect(code).toBe(0);
  const secret = /^https:\/\/wall\.hospital\.example\/join#([0-9a-f]{64})$/.exec(out[0] ?? '')?.[1] ?? '';
  const databases = openDatabases(database.url);
  expect(await readLink(databases.identity, 'invitation', secret)).toMatchObject({ org: 'first' });
  await databases.end();
  const [invitation] = await database.owner`
    select entity -> 'roles' -> 0 ->> 'role' as role, entity ->> 'via' as via from carewall.access_entities`;
  expect(invitation).toEqual({ role: 'admin', via: 'operator' });
  expect(await database.owner`select 1 from carewall.post`).toHaveLength(0);
  // Somebody is invited to it by then.
  expect((await run('--org', 'first', ...who)).code).toBe(1);
});

test('names what is missing, and makes nothing of it', async () => {
  environment();
  await expect(run('--org', 'second', ...who)).rejects.toThrow(UsageError);
  await expect(run('--org', 'Not An Id', ...who)).rejects.toThrow(/org/);
  await expect(run('--org', 'first', '--email', 'nobody', '--name', 'X')).rejects.toThrow(/email/);
  vi.stubEnv('DATABASE_URL', '');
  await expect(run('--org', 'first', ...who)).rejects.toThrow(/DATABASE_URL/);
  expect(await database.owner`select 1 from carewall.organisations where id = 'second'`).toHaveLength(0);
});

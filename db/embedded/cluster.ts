import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { runAs, type ServerAccount } from './server-account.ts';

/** The one PostgreSQL superuser of the embedded database. */
export const superuser = 'postgres';

/** The major version whose files the npm package can read. */
const majorVersion = '18';

/**
 * Makes the database files when there are none yet, whole or not at all, and gives the superuser's password, which is
 * kept in the data folder. Throws EmbeddedPostgresError when the files are another version's, the password is lost, or
 * initdb fails.
 */
export async function ensureCluster(options: {
  dataDir: string;
  clusterDir: string;
  account: ServerAccount | undefined;
  binaries: PostgresBinaries;
}): Promise<{ password: string }> {
  const { dataDir, clusterDir } = options;
  const passwordFile = join(dataDir, 'postgres-password');
  const version = (await readIfThere(join(clusterDir, 'PG_VERSION')))?.trim();
  if (version === undefined) {
    const password = randomBytes(24).toString('hex');
    await writeSecret(passwordFile, password);
    await initialise({ ...options, password });
    return { password };
  }
  if (version !== majorVersion) {
    throw new EmbeddedPostgresError(
      `The database files in ${clusterDir} were made by PostgreSQL ${version}, and this is ${majorVersion}: ` +
        'dump them with the older Carewall and load them into a new data folder.',
    );
  }
  const password = (await readIfThere(passwordFile))?.trim();
  if (password) return { password };
  throw new EmbeddedPostgresError(
    `The password of the database in ${clusterDir} is missing: restore ${passwordFile}, or delete ${dataDir} to begin with an empty database.`,
  );
}

async function initialise(options: {
  clusterDir: string;
  account: ServerAccount | undefined;
  binaries: PostgresBinaries;
  password: string;
}): Promise<void> {
  const { clusterDir, account, binaries, password } = options;
  const draft = `${clusterDir}.new`;
  const passwordCopy = join(dirname(clusterDir), `initdb-${randomUUID()}`);
  try {
    // What an initdb left behind that was killed.
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    await writeSecret(passwordCopy, password);
    for (const path of account ? [draft, passwordCopy] : [])
      await chown(path, account?.uid ?? 0, account?.gid ?? 0);
    const made = await runAs(account, binaries.initdb, [
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      `--pwfile=${passwordCopy}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // The same order of letters on every machine, so that an index never breaks with a change of C library.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ]);
    if (!made.ok) {
      throw new EmbeddedPostgresError(
        `The embedded database could not be made in ${clusterDir}. initdb said: ${made.output.trim().split('\n').slice(-4).join(' ')} ` +
          'Free disk space or set DATA_DIR to another folder.',
      );
    }
    await rename(draft, clusterDir);
  } finally {
    await rm(passwordCopy, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function writeSecret(path: string, text: string): Promise<void> {
  // Removed first: the mode counts only for a file that is made.
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  // The database is made durable by initdb, and is worth nothing without this.
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

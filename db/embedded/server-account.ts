import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';

/** The system user that runs PostgreSQL in our stead, because PostgreSQL refuses to run as root. */
export interface ServerAccount {
  name: string;
  uid: number;
  gid: number;
}

/** How a program ended that was run to its end. */
export interface Finished {
  ok: boolean;
  output: string;
  /** Why it never began, such as `EACCES`. */
  failedToStart?: string | undefined;
}

/**
 * The account that has to run the server; undefined when we are an ordinary user and run it ourselves. An existing
 * database decides by its owner. As root with nobody suitable, a system user `carewall` is made.
 * Throws EmbeddedPostgresError when root can find and make nobody.
 */
export async function serverAccount(owner?: {
  uid: number;
  gid: number;
}): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (owner && owner.uid !== 0) return { name: `the owner of the database (uid ${owner.uid})`, ...owner };
  const known = (await lookUp('carewall')) ?? (await lookUp('postgres')) ?? (await create('carewall'));
  // Not a good neighbour (others run as nobody too), but better than no database at all.
  const account = known ?? (await lookUp('nobody'));
  if (account) return account;
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and no other user was found or could be made: ' +
      'create a system user named carewall, start Carewall as an ordinary user, or set DATABASE_URL.',
  );
}

/** Runs a program to its end as that account (or as ourselves) and gives what it printed. */
export async function runAs(
  account: ServerAccount | undefined,
  file: string,
  args: string[],
): Promise<Finished> {
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  try {
    // Node throws some failures to start and emits others; `once` turns the emitted ones into a throw as well.
    const child = spawn(file, args, {
      ...runOptions(account),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const [code]: unknown[] = await once(child, 'close');
    return { ok: code === 0, output };
  } catch (error) {
    return { ok: false, output: String(error), failedToStart: systemCode(error) ?? 'unknown' };
  }
}

/** What to spawn PostgreSQL's programs with. */
export function runOptions(account: ServerAccount | undefined) {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  // A list of what may pass: PG* variables and library paths would change what runs, and our own settings hold
  // secrets that another user could read from the server's environment.
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'windir']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  // Our own working folder may be one that the account cannot enter.
  const options = { env, cwd: process.platform === 'win32' ? undefined : '/' };
  return account ? { ...options, uid: account.uid, gid: account.gid } : options;
}

/** Whether the server may enter that folder. Throws EmbeddedPostgresError when root may not become the account at all. */
export async function canEnter(account: ServerAccount | undefined, folder: string): Promise<boolean> {
  if (!account) return true;
  // The system is asked, not the mode bits: lists of rights and mount options decide too.
  const entered = await runAs(account, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder]);
  if (!entered.failedToStart) return entered.ok;
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and this process may not become ${account.name} (${entered.output}): ` +
      'start Carewall as an ordinary user, or set DATABASE_URL.',
  );
}

async function lookUp(name: string): Promise<ServerAccount | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((line) => line[0] === name);
  // macOS writes nobody's id as -2.
  const [uid, gid] = [fields?.[2], fields?.[3]].map((id) => (id ? Number(id) >>> 0 : 0));
  return uid && gid ? { name, uid, gid } : undefined;
}

async function create(name: string): Promise<ServerAccount | undefined> {
  const attempts: [tool: string, ...args: string[]][] = [
    [
      'useradd',
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/bin/false',
    ],
    ['adduser', '-S', '-D', '-H', '-s', '/bin/false'],
    ['adduser', '--system', '--group', '--no-create-home'],
  ];
  for (const [tool, ...args] of attempts) {
    // A service's PATH often lacks the sbin folders.
    const file = ['/usr/sbin', '/sbin', '/usr/bin', '/bin']
      .map((bin) => join(bin, tool))
      .find((path) => existsSync(path));
    if (!file) continue;
    await runAs(undefined, file, [...args, name]);
    const made = await lookUp(name);
    if (made) return made;
  }
  return undefined;
}

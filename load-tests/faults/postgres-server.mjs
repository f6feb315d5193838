import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child-process.mjs';
import { pause, until } from './pause.mjs';
import { freePort } from './ports.mjs';
import { postgresAccount, postgresPrograms } from './postgres-programs.mjs';

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '64MB',
  track_commit_timestamp: 'on',
  jit: 'off',
  timezone: 'UTC',
  // Processes die here, the machine does not: what was written is in the system's memory.
  fsync: 'off',
  log_min_messages: 'log',
};

/**
 * A PostgreSQL of the campaign's own, whose postmaster may be killed.
 * @param {string} folder
 */
export async function createPostgres(folder) {
  const account = postgresAccount();
  const { initdb, postgres } = postgresPrograms(folder, account);
  const password = randomBytes(18).toString('hex');
  const home = join(folder, 'database');
  const data = join(home, 'cluster');
  const passwordFile = join(home, 'password');
  const logFile = join(folder, 'postgres.log');
  const port = await freePort();
  mkdirSync(home);
  chmodSync(folder, 0o711);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [home, passwordFile]) chownSync(path, account.uid, account.gid);
  const options = { ...account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } };
  const made = spawnSync(
    initdb,
    [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
      '--no-sync',
    ],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  /** @type {ReturnType<typeof startChild> | undefined} */
  let server;

  async function attempt() {
    // PostgreSQL would take a stranger with the same process id for its predecessor.
    rmSync(join(data, 'postmaster.pid'), { force: true });
    const log = openSync(logFile, 'a');
    const args = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const begun = startChild(postgres, ['-D', data, ...args], { ...options, stdio: ['ignore', log, log] });
    closeSync(log);
    let over = false;
    begun.ended.then(() => {
      over = true;
    });
    await until(() => over || isReady(data), { within: 60_000, every: 20 });
    if (over || !isReady(data)) return false;
    server = begun;
    return true;
  }

  return {
    port,
    url: (through = port) => `postgres://postgres:${password}@127.0.0.1:${through}/postgres`,
    logFile,
    isUp: () => server !== undefined,
    async start() {
      if (server !== undefined) return;
      // The sessions of a server that was killed outlive it for a moment and hold its shared memory.
      for (const deadline = performance.now() + 60_000; ; await pause(100)) {
        if (await attempt()) return;
        if (performance.now() > deadline) throw new Error(`PostgreSQL does not start: see ${logFile}`);
      }
    },
    /** Kills the postmaster: its sessions notice and end. */
    async kill() {
      const killed = server;
      server = undefined;
      killed?.child.kill('SIGKILL');
      await killed?.ended;
    },
  };
}

function isReady(data) {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

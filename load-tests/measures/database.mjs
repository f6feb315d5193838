import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { startChild } from '../faults/child-process.mjs';
import { until } from '../faults/pause.mjs';
import { freePort } from '../faults/ports.mjs';
import { postgresAccount, postgresPrograms } from '../faults/postgres-programs.mjs';

// As the server's own embedded database has them, because figures of another database would say nothing about it;
// above all it waits for the disk at each commit.
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '256MB',
  track_commit_timestamp: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

/**
 * A PostgreSQL of a measurement's own.
 * @typedef {object} Database
 * @property {string} url
 * @property {import('postgres').Sql} sql as its superuser
 * @property {string} logFile
 * @property {number} [pid] of the process that all its others come from
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} folder
 * @param {Record<string, string>} [overlaid] settings over its usual ones
 * @returns {Promise<Database>}
 */
export async function startDatabase(folder, overlaid = {}) {
  const account = postgresAccount();
  const { initdb, postgres: program } = postgresPrograms(folder, account);
  const password = randomBytes(18).toString('hex');
  const home = join(folder, 'database');
  const cluster = join(home, 'cluster');
  const passwordFile = join(home, 'password');
  const logFile = join(folder, 'postgres.log');
  const port = await freePort();
  mkdirSync(home);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [home, passwordFile]) chownSync(path, account.uid, account.gid);
  const options = { ...account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } };
  const made = spawnSync(
    initdb,
    [
      `--pgdata=${cluster}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  const args = Object.entries({ ...settings, ...overlaid, port: `${port}` });
  const log = openSync(logFile, 'a');
  const { child, ended } = startChild(
    program,
    ['-D', cluster, ...args.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...options, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  if (!(await until(() => isReady(cluster), { within: 30_000, every: 20 })))
    throw new Error(`PostgreSQL does not start: ${readFileSync(logFile, 'utf8')}`);
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const sql = postgres(url, { max: 2, onnotice: () => undefined });
  return {
    url,
    sql,
    logFile,
    pid: child.pid,
    async stop() {
      await sql.end({ timeout: 1 }).catch(() => undefined);
      // Ends the sessions that are left, and leaves no shared memory behind.
      child.kill('SIGINT');
      await ended;
    },
  };
}

function isReady(cluster) {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

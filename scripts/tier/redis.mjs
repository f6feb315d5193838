import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lifeOf, stillLives } from '#db/embedded/process-life.ts';

/** Where Redis is, or an Error that says how to get it. */
export function findRedis({ REDIS_SERVER, PATH = '' } = process.env) {
  if (REDIS_SERVER) {
    if (existsSync(REDIS_SERVER)) return REDIS_SERVER;
    throw new Error(`There is no ${REDIS_SERVER}, which REDIS_SERVER names.`);
  }
  const found = PATH.split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'redis-server'))
    .find(existsSync);
  if (found) return found;
  throw new Error(
    'A tier needs Redis 7 or later, and there is no redis-server on the PATH: install it (on Debian: apt-get install redis-server), or name it in REDIS_SERVER.',
  );
}

/**
 * Runs a Redis that keeps nothing, on 127.0.0.1 alone, and starts it again when it ends unasked.
 * @param {object} options
 * @param {string} options.program
 * @param {string} options.dataDir
 * @param {number} options.port
 * @param {string} options.password
 * @param {() => void} options.onRestart
 */
export async function startRedis({ program, dataDir, port, password, onRestart }) {
  const lifeFile = join(dataDir, 'redis.json');
  await endLeftover(lifeFile);
  const log = openSync(join(dataDir, 'redis.log'), 'w', 0o600);
  let child = await launch();
  let stopping = false;
  void watch();

  async function launch() {
    const began = spawn(program, ['-'], { cwd: dataDir, stdio: ['pipe', log, log] });
    const ended = once(began, 'exit').then(
      ([code, signal]) => {
        throw new Error(`Redis ended (${signal ?? `code ${code}`}): see ${join(dataDir, 'redis.log')}`);
      },
      (error) => {
        throw new Error(`${program} cannot be started: ${error.message}`);
      },
    );
    ended.catch(() => {});
    began.stdin.on('error', () => {});
    // By standard input: a password among the arguments could be read by every user of the machine.
    began.stdin.end(
      [
        'bind 127.0.0.1',
        `port ${port}`,
        `requirepass ${password}`,
        'save ""',
        'appendonly no',
        'maxmemory 256mb',
        'maxmemory-policy noeviction',
      ].join('\n'),
    );
    await Promise.race([ended, listening(port, began)]);
    // What the next keeper finds when this one is killed and Redis outlives it.
    writeFileSync(lifeFile, JSON.stringify(lifeOf(began.pid)));
    return began;
  }

  async function watch() {
    while (!stopping) {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      if (stopping) return;
      await pause(500);
      if (stopping) return;
      try {
        child = await launch();
        onRestart();
      } catch (error) {
        process.stderr.write(`${error.message}\n`);
      }
    }
  }

  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    pid: () => child.pid,
    /** For the last moment of a process, which cannot wait. */
    kill: () => {
      stopping = true;
      child.kill('SIGKILL');
    },
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await ended;
      clearTimeout(late);
    },
  };
}

async function listening(port, child) {
  while (child.exitCode === null && child.signalCode === null) {
    const open = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
    if (open) return;
    await pause(30);
  }
}

async function endLeftover(lifeFile) {
  if (!existsSync(lifeFile)) return;
  const life = JSON.parse(readFileSync(lifeFile, 'utf8'));
  while (stillLives(life)) {
    process.kill(life.pid, 'SIGKILL');
    await pause(50);
  }
}

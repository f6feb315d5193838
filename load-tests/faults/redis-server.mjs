import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startChild } from './child-process.mjs';
import { until } from './pause.mjs';
import { freePort } from './ports.mjs';

/**
 * A Redis of the campaign's own that remembers nothing.
 * @param {string} folder
 */
export async function createRedis(folder) {
  const port = await freePort();
  const logFile = join(folder, 'redis.log');
  /** @type {ReturnType<typeof startChild> | undefined} */
  let server;
  return {
    port,
    logFile,
    isUp: () => server !== undefined,
    pid: () => server?.child.pid,
    async start() {
      if (server !== undefined) return;
      const log = openSync(logFile, 'a');
      const args = [
        '--port',
        `${port}`,
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        folder,
      ];
      server = startChild('redis-server', args, { stdio: ['ignore', log, log] });
      closeSync(log);
      if (!(await until(() => answers(port), { within: 10_000, every: 20 })))
        throw new Error(`redis-server does not start: see ${logFile}`);
    },
    async kill() {
      const killed = server;
      server = undefined;
      killed?.child.kill('SIGKILL');
      await killed?.ended;
    },
    /** Gives a command in Redis's own words, and does not wait long for the answer. */
    say: (words) => tell(port, words),
    hold: () => server?.child.kill('SIGSTOP'),
    release: () => server?.child.kill('SIGCONT'),
  };
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function tell(port, words) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(1_000, done);
    socket.once('error', done);
    socket.once('data', done);
    socket.once('connect', () => socket.write(`${words}\r\n`));
  });
}

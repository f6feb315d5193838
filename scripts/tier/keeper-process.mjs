import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keeperBundle } from './build-all.mjs';
import { createChildLog } from './child-log.mjs';
import { createService } from './service.mjs';

/**
 * The process that owns PostgreSQL and Redis (keeper.mjs), seen from the tier. It is one of its own so that somebody is
 * left to stop them when the tier is killed; when the keeper is killed, the next one stops what it left and takes
 * over its ports.
 * @param {object} options
 * @param {string} options.dataDir
 * @param {{ postgres: number, redis: number }} options.ports
 * @param {string} options.redisPassword
 * @param {number} options.maxConnections
 * @param {(line: string) => void} options.say
 * @param {() => void} options.onChange
 */
export function createKeeper({ dataDir, ports, redisPassword, maxConnections, say, onChange }) {
  const log = createChildLog(join(dataDir, 'keeper.log'));
  let serves;
  /** @type {number[]} */
  let nodePids = [];

  const service = createService({
    name: 'the keeper of PostgreSQL and Redis',
    launch: () =>
      log.with((file) =>
        spawn(process.execPath, [fileURLToPath(keeperBundle)], {
          env: {
            ...process.env,
            DATA_DIR: dataDir,
            POSTGRES_PORT: String(ports.postgres),
            POSTGRES_MAX_CONNECTIONS: String(maxConnections),
            REDIS_PORT: String(ports.redis),
            REDIS_PASSWORD: redisPassword,
          },
          detached: true,
          stdio: ['ignore', file, file, 'ipc'],
        }),
      ),
    untilReady: (child) =>
      new Promise((resolve) => {
        child.on('message', ({ note, ...now }) => {
          if (note) say(note);
          serves = now;
          service.send({ nodePids });
          onChange();
          resolve();
        });
      }),
    lastWords: log.lastWords,
    say,
    onChange,
  });

  return {
    start: service.start,
    stop: service.stop,
    /** What runs now, with process ids, for the record. */
    serves: () => serves,
    /** What a node is told, in environment variables. */
    environment: () => ({ DATABASE_URL: serves.postgres.url, REDIS_URL: serves.redis.url }),
    /** Whom the keeper waits for, should it be left alone. */
    tellNodes: (pids) => {
      nodePids = pids;
      service.send({ nodePids });
    },
  };
}

// Owns PostgreSQL and Redis for a tier, in a process of its own; bundled, because PostgreSQL is run by TypeScript.
// Ends on SIGTERM, and when the tier is gone: then after the nodes, which still write while they drain.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '#db/embedded/embedded-postgres.ts';
import { lifeOf, stillLives } from '#db/embedded/process-life.ts';
import { findRedis, startRedis } from './redis.mjs';

const { DATA_DIR: dataDir, REDIS_PASSWORD: redisPassword } = process.env;
const nodesEndWithinMs = 12_000;

let postgres;
let redis;
/** @type {import('#db/embedded/process-life.ts').ProcessLife[]} */
let nodeLives = [];
let stopping;
let starting;

async function startPostgres() {
  starting = startEmbeddedPostgres({
    dataDir,
    port: Number(process.env.POSTGRES_PORT),
    settings: { max_connections: process.env.POSTGRES_MAX_CONNECTIONS },
  });
  postgres = await starting;
}

async function start() {
  const redisServer = findRedis();
  // First: it refuses a data folder that another keeper holds, whose Redis is not ours to end.
  await startPostgres();
  if (stopping) return;
  starting = startRedis({
    program: redisServer,
    dataDir,
    port: Number(process.env.REDIS_PORT),
    password: redisPassword,
    onRestart: () => tell('Redis had ended and is started again'),
  });
  redis = await starting;
}

function tell(note) {
  if (!process.connected) return;
  process.send({
    ...(note && { note }),
    postgres: { url: postgres.url },
    redis: { url: redis.url, pid: redis.pid() },
  });
}

function stop() {
  stopping ??= (async () => {
    // What is half started cannot be stopped yet.
    await starting?.catch(() => {});
    await Promise.all([redis?.stop(), postgres?.stop()]);
    process.exit(0);
  })();
}

/** The embedded PostgreSQL is not watched by what started it: a test may have killed it. */
async function watchPostgres() {
  while (!stopping) {
    await pause(1_000);
    if (stopping || (await answers(Number(process.env.POSTGRES_PORT)))) continue;
    await postgres.stop();
    if (stopping) return;
    await startPostgres();
    tell('PostgreSQL had ended and is started again');
  }
}

async function answers(port) {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const refused = await new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      const settle = (value) => {
        socket.destroy();
        resolve(value);
      };
      // Slow is not gone: only a port where nobody listens is.
      socket.setTimeout(5_000, () => settle(false));
      socket.once('connect', () => settle(false));
      socket.once('error', (error) => settle(error.code === 'ECONNREFUSED'));
    });
    if (!refused) return true;
    await pause(200);
  }
  return false;
}

process.on('SIGTERM', stop);
// For the tier to decide, which hears it too.
process.on('SIGINT', () => {});
process.on('message', ({ nodePids }) => {
  nodeLives = nodePids.map((pid) => lifeOf(pid)).filter(Boolean);
});
process.on('disconnect', async () => {
  const deadline = Date.now() + nodesEndWithinMs;
  while (Date.now() < deadline && nodeLives.some(stillLives)) await pause(100);
  stop();
});

try {
  await start();
  if (!stopping) tell();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
watchPostgres().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.on('exit', () => redis?.kill());

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabaseClient } from './database-client.mjs';
import { until } from './pause.mjs';
import { freePort } from './ports.mjs';
import { createPostgres } from './postgres-server.mjs';
import { createRedis } from './redis-server.mjs';
import { createServerNode } from './server-node.mjs';
import { createTcpProxy } from './tcp-proxy.mjs';

const names = ['a', 'b', 'c'];
// Both engines serve one tier.
const engines = { a: 'auto', b: 'auto', c: 'node' };

/**
 * A node with the stretches of network around it.
 * @typedef {import('./server-node.mjs').ServerNode & {
 *   clients: import('./tcp-proxy.mjs').TcpProxy, hl7: import('./tcp-proxy.mjs').TcpProxy,
 *   database: import('./tcp-proxy.mjs').TcpProxy, redis: import('./tcp-proxy.mjs').TcpProxy | undefined,
 *   url: string, directUrl: string }} TierNode
 */

/**
 * Three nodes on one PostgreSQL, and on one Redis where `withRedis`; every connection passes a proxy.
 * @param {{ main: string, withRedis: boolean }} options
 */
export async function createTier({ main, withRedis }) {
  const folder = mkdtempSync(join(tmpdir(), 'carewall-faults-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const database = await createPostgres(folder);
  await database.start();
  const redis = withRedis ? await createRedis(folder) : undefined;
  await redis?.start();
  await seed({ main, dataDir, folder, databaseUrl: database.url() });

  /** @type {TierNode[]} */
  const nodes = [];
  for (const name of names) {
    const [port, mllpPort] = [await freePort(), await freePort()];
    const proxyTo = async (target) => createTcpProxy({ port: await freePort(), target });
    const around = {
      clients: await proxyTo(port),
      hl7: await proxyTo(mllpPort),
      database: await proxyTo(database.port),
      redis: redis && (await proxyTo(redis.port)),
    };
    const node = createServerNode({
      name,
      port,
      main,
      logFile: join(folder, `node-${name}.log`),
      environment: {
        DATABASE_URL: database.url(around.database.port),
        DATA_DIR: dataDir,
        MLLP_PORT: `${mllpPort}`,
        ENGINE: engines[name],
        DEMO: 'off',
        ...(around.redis ? { REDIS_URL: `redis://127.0.0.1:${around.redis.port}` } : {}),
      },
    });
    nodes.push({
      ...node,
      ...around,
      url: `http://127.0.0.1:${around.clients.port}`,
      directUrl: `http://127.0.0.1:${port}`,
    });
  }
  const client = createDatabaseClient(database.url());

  return {
    folder,
    database,
    redis,
    nodes,
    sql: client.query,
    /** What the API has shown before each of the last runs. */
    checkpoints: /** @type {any[]} */ ([]),
    /** Mends everything that a fault has broken and waits until each node says that it is ready; names those that do not. */
    async heal(within) {
      redis?.release();
      for (const node of nodes) {
        node.release();
        for (const proxy of [node.clients, node.hl7, node.database, node.redis]) proxy?.thaw();
      }
      await Promise.all([database.start(), redis?.start()]);
      await Promise.all(nodes.map((node) => node.start()));
      const ready = await Promise.all(
        nodes.map(async (node) => (await until(() => node.isReady(), { within })) || node.name),
      );
      return ready.filter((outcome) => outcome !== true);
    },
    async close({ keepFolder }) {
      await client.close();
      await Promise.all(nodes.map((node) => node.kill()));
      await Promise.all(
        nodes.flatMap(({ clients, hl7, database, redis }) =>
          [clients, hl7, database, redis].map((proxy) => proxy?.close()),
        ),
      );
      await Promise.all([database.kill(), redis?.kill()]);
      // Sessions of the database notice the death of their postmaster, and may still write meanwhile.
      if (!keepFolder) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Whether the server takes REDIS_URL: one that refuses it cannot be part of a tier. */
export function takesRedis(main) {
  const checked = spawnSync(process.execPath, [main, '--check'], {
    env: { PATH: process.env.PATH, REDIS_URL: 'redis://127.0.0.1:6379' },
  });
  return checked.status === 0;
}

/** Migrates the database and makes the demo hospital with its accounts, once: the nodes of the tier play no demo. */
async function seed({ main, dataDir, folder, databaseUrl }) {
  const node = createServerNode({
    name: 'seed',
    port: await freePort(),
    main,
    logFile: join(folder, 'seed.log'),
    environment: {
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      MLLP_PORT: `${await freePort()}`,
      DEMO: 'on',
    },
  });
  await node.start();
  await node.drain();
}

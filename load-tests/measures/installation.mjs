import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endChildren, endChildrenWithUs } from '../faults/child-process.mjs';
import { request } from '../faults/http-api.mjs';
import { freePort } from '../faults/ports.mjs';
import { createRedis } from '../faults/redis-server.mjs';
import { createServerNode } from '../faults/server-node.mjs';
import { startDatabase } from './database.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const main = join(root, 'dist', 'server', 'main.js');

/**
 * An installation of a measurement's own: the demo hospital at rest, and nodes as they ship.
 * @typedef {object} Installation
 * @property {import('./database.mjs').Database} database
 * @property {string} dataDir with the key ring of the nodes
 * @property {{ url: string, node: import('../faults/server-node.mjs').ServerNode }[]} nodes
 * @property {Awaited<ReturnType<typeof createRedis>> | undefined} redis none for one node alone, unless wanted
 * @property {(role: string, node?: number) => Promise<string>} signIn gives an access token, good for 10 minutes
 * @property {(count: number) => Promise<string[]>} signInMany gives the tokens of so many sessions, of both views
 * @property {(node?: number) => Promise<(name: string, labels?: string) => number>} metrics
 */

/**
 * Starts one, runs the work on it and leaves nothing behind, whatever happens; ends it all when the time is up.
 * @param {object} options
 * @param {number} [options.nodes] more than one form a tier
 * @param {boolean} [options.withRedis] also for one node alone
 * @param {string} [options.engine]
 * @param {Record<string, string>} [options.postgres] settings of the database over its usual ones
 * @param {(sql: import('postgres').Sql) => Promise<void>} [options.prepare] what to do to the database before the nodes start
 * @param {Record<string, string>} [options.environment] variables of the nodes over their usual ones
 * @param {number} options.withinMs
 * @param {(installation: Installation) => Promise<void>} work
 */
export async function withInstallation(options, work) {
  const { nodes: count = 1, engine = 'auto', postgres, prepare, environment: more, withinMs } = options;
  const { withRedis = count > 1 } = options;
  const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('the server was not built');
  const folder = mkdtempSync(join(tmpdir(), 'carewall-measure-'));
  // Another user runs the database where root starts it.
  chmodSync(folder, 0o711);
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  const forget = endChildrenWithUs(remove);
  const stops = [];
  /** @type {NodeJS.Timeout | undefined} */
  let late;
  const tooLate = new Promise((_, reject) => {
    late = setTimeout(
      () => reject(new Error(`it took longer than ${withinMs / 1000} s and was ended`)),
      withinMs,
    );
  });
  tooLate.catch(() => undefined);
  try {
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    const database = await startDatabase(folder, postgres);
    stops.push(database.stop);
    const environment = { DATABASE_URL: database.url, DATA_DIR: dataDir, ENGINE: engine };
    let redis;
    if (withRedis) {
      redis = await createRedis(folder);
      await redis.start();
      stops.push(redis.kill);
      environment.REDIS_URL = `redis://127.0.0.1:${redis.port}`;
    }
    await seed({ folder, environment });
    await prepare?.(database.sql);
    const nodes = [];
    for (let number = 1; number <= count; number += 1) {
      const port = await freePort();
      const node = createServerNode({
        name: `node ${number}`,
        port,
        main,
        logFile: join(folder, `node-${number}.log`),
        environment: { ...environment, DEMO: 'off', MLLP_PORT: '', LOG_LEVEL: 'warn', ...more },
      });
      stops.push(node.kill);
      await node.start();
      nodes.push({ node, url: `http://127.0.0.1:${port}` });
    }
    const working = work({
      database,
      dataDir,
      redis,
      nodes,
      signIn: (role, node = 0) => signIn(nodes[node].url, role),
      signInMany: (count) => signInMany(nodes[0].url, count),
      metrics: (node = 0) => readMetrics(nodes[node].url),
    });
    // What it still does once it is too late meets processes that have gone.
    working.catch(() => undefined);
    await Promise.race([working, tooLate]);
  } finally {
    clearTimeout(late);
    for (const stop of stops.reverse()) await stop().catch((error) => console.error(error.message));
    endChildren();
    remove();
    forget();
  }
}

/** Migrates the database and makes the demo hospital with its accounts, once; the nodes play no demo. */
async function seed({ folder, environment }) {
  const { REDIS_URL: _, ...alone } = environment;
  const node = createServerNode({
    name: 'seed',
    port: await freePort(),
    main,
    logFile: join(folder, 'seed.log'),
    environment: { ...alone, DEMO: 'on', MLLP_PORT: `${await freePort()}` },
  });
  await node.start();
  await node.drain();
}

export async function signIn(url, role) {
  for (let tried = 1; ; tried += 1) {
    const { status, body } = await request(`${url}/api/v1/session`, {
      method: 'POST',
      body: { email: `${role}@demo.carewall.example`, password: 'demo-carewall' },
      within: 20_000,
    });
    if (status === 200) return body.accessToken;
    // Those of one account that come at once count as guesses until each has ended: whoever is told to wait, waits.
    if (status !== 429 || tried === 30) throw new Error(`sign-in answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** People have sessions of their own, and what a server does for each session it does once where all share one. */
export async function signInMany(url, count) {
  const roles = ['nurse', 'command_center', 'clinician', 'pharmacist'];
  const tokens = [];
  while (tokens.length < count) {
    // An account may be tried but a few times at once.
    tokens.push(
      ...(await Promise.all(roles.slice(0, count - tokens.length).map((role) => signIn(url, role)))),
    );
  }
  return tokens;
}

/** What a node counts now: the sum over the lines of a metric whose labels hold a text. */
export async function readMetrics(url) {
  const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(20_000) })).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return (name, labels = '') =>
    lines
      .filter((line) => line.split(/[ {]/, 1)[0] === name && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createBalancer } from './balancer.mjs';
import { buildAll } from './build-all.mjs';
import { freePort } from './free-port.mjs';
import { createKeeper } from './keeper-process.mjs';
import { createNode } from './node-process.mjs';
import { createRecord } from './record.mjs';

// All of it within 15 s: a node drains within 10 s by its own promise.
const nodesEndWithin = 10_500;
const keeperEndsWithin = 4_000;
const readyAgainWithin = 60_000;

/**
 * Starts a tier. `started` settles once every node is ready, or when the start failed; `stop` ends whatever runs, in
 * order, at any time.
 * @param {import('./options.mjs').TierOptions} options
 * @param {(line: string) => void} say
 */
export function startTier(options, say) {
  const { dataDir } = options;
  const record = createRecord(dataDir);
  /** @type {ReturnType<typeof createNode>[]} */
  const nodes = [];
  let keeper;
  let stopping;
  let rolling;

  const balancer = createBalancer({
    targets: () => nodes.filter((node) => node.ready()).map(({ port }) => port),
  });
  const onChange = () => {
    // Until then the data folder may be another tier's, which the keeper finds out.
    if (keeper?.serves() === undefined) return;
    record.write({
      pid: process.pid,
      url: balancer.url(),
      nodes: nodes.map((node) => ({
        name: node.name,
        url: node.url,
        pid: node.pid(),
        ready: node.ready(),
        log: node.logFile,
      })),
      ...keeper.serves(),
    });
  };

  async function start() {
    const unlessStopping = () => {
      if (stopping) throw new Error('it was stopped while it started');
    };
    const made = await mkdir(dataDir, { recursive: true });
    // PostgreSQL does not run as root, and whoever runs it for root must be able to enter.
    if (made !== undefined) await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    // First, so that a port that is taken is told before anything else is started.
    await balancer.listen(options.port);
    await buildAll();
    unlessStopping();

    keeper = createKeeper({
      dataDir,
      ports: { postgres: await freePort(), redis: await freePort() },
      redisPassword: randomBytes(18).toString('hex'),
      maxConnections: 50 + 40 * options.nodes,
      say,
      onChange,
    });
    await keeper.start();
    unlessStopping();

    const publicUrl = process.env.PUBLIC_URL || `http://localhost:${new URL(balancer.url()).port}`;
    for (let number = 1; number <= options.nodes; number += 1) {
      nodes.push(
        createNode({
          name: `node ${number}`,
          port: options.port === 0 ? await freePort() : options.port + number,
          logFile: join(dataDir, `node-${number}.log`),
          environment: {
            PUBLIC_URL: publicUrl,
            DATA_DIR: dataDir,
            ...keeper.environment(),
            ...activity(number),
          },
          say,
          onChange: () => {
            keeper.tellNodes(nodes.map((node) => node.pid()).filter(Boolean));
            onChange();
          },
        }),
      );
    }
    unlessStopping();
    // The first one alone: it makes the key ring and the demo network that the others then find.
    await nodes[0].start();
    unlessStopping();
    await Promise.all(nodes.slice(1).map((node) => node.start()));
    unlessStopping();

    say(`${nodes[0].greeting().replace(nodes[0].url, balancer.url())} (a tier of ${nodes.length})`);
    for (const node of nodes) say(`  ${node.name}: ${node.url}, process ${node.pid()}`);
  }

  /** A hospital's day happens once, however many nodes show it: on the first. */
  function activity(number) {
    const { demo, mllpPort } = options;
    if (number > 1) return { DEMO: 'off', MLLP_PORT: '' };
    return { DEMO: demo ? 'on' : 'off', MLLP_PORT: mllpPort ?? '' };
  }

  async function stopAll() {
    balancer.stopListening();
    await endAll();
    // What the start was waiting for has ended and it goes no further; but it may have just begun something.
    await started.catch(() => {});
    await endAll();
    balancer.close();
    await record.remove();
  }

  async function endAll() {
    await Promise.all(nodes.map((node) => node.stop(nodesEndWithin)));
    await keeper?.stop(nodes.length > 0 ? keeperEndsWithin : nodesEndWithin);
  }

  async function rollAll() {
    for (const node of nodes) {
      say(`restarting ${node.name}`);
      await Promise.race([node.restart(nodesEndWithin), late(node.name)]);
      say(`  ${node.name}: ${node.url}, process ${node.pid()}`);
    }
  }

  async function late(name) {
    await pause(nodesEndWithin + readyAgainWithin, undefined, { ref: false });
    throw new Error(`${name} is not ready after ${readyAgainWithin / 1000} s`);
  }

  const started = start();
  return {
    started,
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
    /** Restarts the nodes one after the other, each once the one before it is ready. Asked meanwhile, it does nothing. */
    rollingRestart: () => {
      rolling ??= started
        .then(rollAll)
        .then(
          () => record.rolled(),
          (error) => {
            if (stopping) return;
            say(`the rolling restart has ended early: ${error.message}`);
            record.rolled(error.message);
          },
        )
        .finally(() => {
          rolling = undefined;
        });
      return rolling;
    },
  };
}

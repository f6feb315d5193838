import { pause } from './pause.mjs';

/**
 * What goes wrong: each kind draws its particulars beforehand, then does its harm and undoes it. `target` is a node, the
 * leader of the relay, or nothing.
 * @typedef {object} FaultKind
 * @property {'node' | 'leader' | 'none'} target
 * @property {boolean} [needsRedis]
 * @property {(random: import('./random.mjs').Random) => Record<string, any>} draw
 * @property {(scene: Scene, drawn: Record<string, any>) => Promise<string | void>} happen gives why not, where it could not
 */

/**
 * @typedef {object} Scene
 * @property {Awaited<ReturnType<typeof import('./tier.mjs').createTier>>} tier
 * @property {import('./tier.mjs').TierNode} node the node that it happens to
 * @property {AbortSignal} over the run is at its end: what is broken is mended now
 * @property {import('./random.mjs').Random} random
 */

const seconds = (random, low, high) => Math.round(random.between(low, high) * 1000);

const dying = {
  draw: (random) => ({ downMs: seconds(random, 0.1, 4) }),
  async happen({ node, over }, { downMs }) {
    await node.kill();
    await pause(downMs, over);
    await node.start();
  },
};

const standingStill = {
  draw: (random) => ({ forMs: seconds(random, 1, 5) }),
  async happen({ node, over }, { forMs }) {
    node.hold();
    await pause(forMs, over);
    node.release();
  },
};

/** Connections that end in the middle of whatever they carry. */
function cutOf(proxiesOf) {
  return {
    draw: (random) => ({
      share: random.pick([0.3, 0.6, 1]),
      reset: random.chance(0.5),
      times: random.whole(1, 3),
    }),
    async happen(scene, { share, reset, times }) {
      for (let n = 0; n < times; n += 1) {
        for (const proxy of proxiesOf(scene)) proxy?.cut({ share, reset, draw: scene.random.next });
        await pause(300, scene.over);
      }
    },
  };
}

/** A network that swallows what is sent, one way or both, and then brings it after all, or ends. */
function freezeOf(proxiesOf) {
  return {
    draw: (random) => ({
      forMs: seconds(random, 0.5, 5),
      direction: random.pick(['both', 'there', 'back']),
      ends: random.pick(['resume', 'cut']),
    }),
    async happen(scene, { forMs, direction, ends }) {
      for (const proxy of proxiesOf(scene)) proxy?.freeze(direction);
      await pause(forMs, scene.over);
      for (const proxy of proxiesOf(scene)) {
        if (ends === 'cut') proxy?.cut({ share: 1, reset: scene.random.chance(0.5), draw: () => 0 });
        proxy?.thaw();
      }
    },
  };
}

const toClients = ({ node }) => [node.clients, node.hl7];
const toDatabase = ({ node }) => [node.database];
const toRedis = ({ node }) => [node.redis];

/** @type {Record<string, FaultKind>} */
export const faultKinds = {
  'node-kill': { target: 'node', ...dying },
  'leader-kill': { target: 'leader', ...dying },
  'node-stop': { target: 'node', ...standingStill },
  'leader-stop': { target: 'leader', ...standingStill },
  'node-drain': {
    target: 'node',
    draw: (random) => ({ downMs: seconds(random, 0.1, 2) }),
    async happen({ node, over }, { downMs }) {
      const code = await node.drain();
      if (code !== 0) node.deaths.push(`${node.name} ended with ${code} after SIGTERM`);
      await pause(downMs, over);
      await node.start();
    },
  },
  'redis-kill': {
    target: 'none',
    needsRedis: true,
    draw: (random) => ({ downMs: seconds(random, 0.1, 4) }),
    async happen({ tier, over }, { downMs }) {
      await tier.redis?.kill();
      await pause(downMs, over);
      await tier.redis?.start();
    },
  },
  'redis-stop': {
    target: 'none',
    needsRedis: true,
    draw: (random) => ({ forMs: seconds(random, 0.5, 5) }),
    async happen({ tier, over }, { forMs }) {
      tier.redis?.hold();
      await pause(forMs, over);
      tier.redis?.release();
    },
  },
  'redis-clients-killed': {
    target: 'none',
    needsRedis: true,
    draw: (random) => ({ type: random.pick(['pubsub', 'normal']) }),
    async happen({ tier }, { type }) {
      await tier.redis?.say(`CLIENT KILL TYPE ${type}`);
    },
  },
  'postgres-kill': {
    target: 'none',
    draw: (random) => ({ downMs: seconds(random, 0, 3) }),
    async happen({ tier, over }, { downMs }) {
      await tier.database.kill();
      await pause(downMs, over);
      await tier.database.start();
    },
  },
  'postgres-sessions': {
    target: 'none',
    draw: (random) => ({ share: random.pick([0.2, 0.5, 1]), times: random.whole(1, 4) }),
    async happen({ tier, over, random }, { share, times }) {
      for (let n = 0; n < times; n += 1) {
        // Each session by its own chance; the campaign's own have another name.
        await tier.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name like 'carewall%' and random() < ${share}`.catch(() => undefined);
        await pause(random.between(50, 400), over);
      }
    },
  },
  'clients-cut': { target: 'node', ...cutOf(toClients) },
  'clients-freeze': { target: 'node', ...freezeOf(toClients) },
  'database-cut': { target: 'node', ...cutOf(toDatabase) },
  'database-freeze': { target: 'node', ...freezeOf(toDatabase) },
  'redis-cut': { target: 'node', needsRedis: true, ...cutOf(toRedis) },
  'redis-freeze': { target: 'node', needsRedis: true, ...freezeOf(toRedis) },
};

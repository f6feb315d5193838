import { Redis } from 'ioredis';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { connectSocket, createFollower, signIn } from './testing/contract-client.ts';
import { type RedisProcess, startRedis } from './testing/redis-process.ts';
import { startTestTier } from './testing/test-tier.ts';
import { until } from './testing/until.ts';

const slots = 16_384;

/** Three Redis servers that share the slots among them. */
async function startCluster(): Promise<{ nodes: RedisProcess[]; close(): Promise<void> }> {
  const nodes = await Promise.all([0, 1, 2].map(() => startRedis({ cluster: true })));
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    await Promise.all(
      clients.map((client, index) => {
        const from = Math.floor((slots * index) / 3);
        const to = Math.floor((slots * (index + 1)) / 3) - 1;
        return client.cluster('ADDSLOTSRANGE', from, to);
      }),
    );
    for (const { port, busPort = 0 } of nodes.slice(1)) {
      await clients[0]?.cluster('MEET', '127.0.0.1', port, busPort);
    }
    await until('the cluster is whole', async () =>
      (await Promise.all(clients.map((client) => client.cluster('INFO')))).every(
        (info) => String(info).includes('cluster_state:ok') && String(info).includes('cluster_known_nodes:3'),
      ),
    );
  } finally {
    for (const client of clients) client.disconnect();
  }
  return { nodes, close: async () => void (await Promise.all(nodes.map((node) => node.close()))) };
}

test('a tier on a Redis Cluster of three: every topic of every unit crosses from node to node', {
  timeout: 90_000,
}, async () => {
  const cluster = await startCluster();
  const [entry] = cluster.nodes;
  if (entry === undefined) throw new Error('no cluster');
  const tier = await startTestTier('uws', 2, { redis: entry });
  try {
    const [here, there] = tier.nodes;
    if (here === undefined || there === undefined) throw new Error('no nodes');
    const token = await signIn(here.url, 'nurse');
    const socket = await connectSocket(there.url, token);
    const units = ['4w', '4e', '5s', 'icu', 'ds'];
    const followers = await Promise.all(
      units.map(async (unit) => {
        const follower = createFollower(`unit/${unit}/beds`);
        await follower.attach(socket);
        return { unit, follower };
      }),
    );
    const filled = async (): Promise<string> =>
      /carewall_sequencer_filled_total (\d+)/.exec(await (await fetch(`${there.url}/metrics`)).text())?.[1] ??
      '';
    const before = await filled();
    for (const { unit, follower } of followers) {
      const start = follower.position()?.seq ?? 0;
      const response = await fetch(`${here.url}/api/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: uuidv7(), type: 'bed.claim', data: { bed: `${unit}-01` } }),
      });
      expect(response.status).toBe(200);
      await until(`${unit} is heard of`, () => (follower.position()?.seq ?? 0) > start);
      expect(follower.violations).toEqual([]);
    }
    // All of it came as messages: nothing had to be read from the log.
    expect(await filled()).toBe(before);
    socket.disconnect();
  } finally {
    await tier.close();
    await cluster.close();
  }
});

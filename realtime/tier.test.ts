import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, connectSocket, createFollower, type Follower, signIn } from './testing/contract-client.ts';
import { engines } from './testing/server-process.ts';
import { startTestTier, type TestTier } from './testing/test-tier.ts';
import { until } from './testing/until.ts';

describe.each(engines)('three nodes on %s', (engine) => {
  let tier: TestTier;
  let token: string;
  const topic = 'unit/ds/beds';

  beforeAll(async () => {
    tier = await startTestTier(engine, 3);
    token = await signIn(urlOf(0), 'nurse');
  });
  afterAll(() => tier.close());

  const urlOf = (index: number): string => {
    const node = tier.nodes[index];
    if (node === undefined) throw new Error(`no node ${index}`);
    return node.url;
  };

  async function followOn(index: number): Promise<{ follower: Follower; close(): void }> {
    const socket = await connectSocket(urlOf(index), token);
    const follower = createFollower(topic);
    await follower.attach(socket);
    return { follower, close: () => socket.disconnect() };
  }

  let flip = false;
  /** Changes a bed through a node and gives the head it was acknowledged with. */
  async function change(index: number): Promise<number> {
    flip = !flip;
    const response = await fetch(`${urlOf(index)}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        id: uuidv7(),
        type: flip ? 'bed.claim' : 'bed.release',
        data: { bed: 'ds-01' },
      }),
    });
    const body = (await response.json()) as { heads?: { seq: number }[] };
    expect(response.status, JSON.stringify(body)).toBe(200);
    return body.heads?.[0]?.seq ?? 0;
  }

  const reached = (follower: Follower, seq: number): Promise<boolean> =>
    until(`seq ${seq} has come`, () => (follower.position()?.seq ?? 0) >= seq);

  test('are one server: what is done on one is seen on all', async () => {
    const followers = await Promise.all([0, 1, 2].map(followOn));
    for (const index of [0, 1, 2]) {
      const seq = await change(index);
      await Promise.all(followers.map(({ follower }) => reached(follower, seq)));
    }
    for (const { follower, close } of followers) {
      expect(follower.violations).toEqual([]);
      close();
    }
  });

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'INV-9.1 the lead is taken over within 2 s of %s of the leader',
    async (signal) => {
      const { index: leader, term } = await tier.leader();
      const other = (leader + 1) % 3;
      const { follower, close } = await followOn(other);
      tier.nodes[leader]?.kill(signal);
      const began = Date.now();
      await until('another node leads', async () => (await tier.leader()).term > term);
      const seq = await change(other);
      await reached(follower, seq);
      const took = Date.now() - began;
      console.log(`${engine} ${signal}: taken over after ${took} ms`);
      expect(took).toBeLessThan(2_000);
      if (signal === 'SIGSTOP') {
        tier.nodes[leader]?.kill('SIGCONT');
        // It wakes late, and must find that it does not lead.
        const next = await change(leader);
        await reached(follower, next);
        expect((await tier.leader()).index).not.toBe(leader);
      } else await tier.restart(leader);
      expect(follower.violations).toEqual([]);
      close();
    },
  );

  test('INV-9.2 without Redis commands commit and clients are served from the log; readiness says so, and is green again', async () => {
    const { follower, close } = await followOn(1);
    tier.redis.kill('SIGKILL');
    const killed = Date.now();
    const seq = await change(0);
    await reached(follower, seq);
    await until(
      'a node says that the path is broken',
      async () => !(await fetch(`${urlOf(1)}/readyz`)).ok,
      3_000,
    );
    expect(Date.now() - killed).toBeLessThan(2_500);
    await tier.redis.restart();
    await until('it is ready again', async () => (await fetch(`${urlOf(1)}/readyz`)).ok);
    const later = await change(2);
    await reached(follower, later);
    expect(follower.violations).toEqual([]);
    close();
  });

  test('INV-3.4 a session that ends on one node ends on the others', async () => {
    const own = await signIn(urlOf(0), 'clinician');
    const socket = await connectSocket(urlOf(2), own);
    await ask(socket, 'subscribe', { topic });
    const response = await fetch(`${urlOf(0)}/api/v1/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${own}` },
    });
    expect(response.status).toBe(204);
    await until('the socket is closed', () => !socket.connected, 1_000);
  });
});

import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { snapshotSchema } from '#domain/protocol.ts';
import { connectSocket, createFollower, signIn } from './testing/contract-client.ts';
import { startTestServer } from './testing/test-server.ts';
import { until } from './testing/until.ts';

test('lost database connections are refused as unavailable, and made again without a restart', {
  timeout: 90_000,
}, async () => {
  const server = await startTestServer('uws');
  try {
    const token = await signIn(server.url(), 'nurse');
    const topic = 'unit/4w/beds';
    const socket = await connectSocket(server.url(), token);
    const follower = createFollower(topic);
    await follower.attach(socket);
    const codes = new Set<string>();
    /** Sends a command as a client does, under one id until it is answered for good. */
    const insist = async (type: string, bed: string): Promise<void> => {
      const id = uuidv7();
      await until(`${type} of ${bed} is answered`, async () => {
        const response = await fetch(`${server.url()}/api/v1/commands`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ id, type, data: { bed } }),
        }).catch(() => undefined);
        // A connection that closes between two requests is the client's to make again.
        if (response === undefined) return false;
        if (response.ok) return true;
        const { code } = (await response.json()) as { code: string };
        codes.add(code);
        return code !== 'unavailable' && code !== 'unauthenticated';
      });
    };
    let left = 60;
    const writer = async (bed: string): Promise<void> => {
      for (; left > 0; left -= 1) {
        await insist('bed.claim', bed);
        await insist('bed.release', bed);
      }
    };
    const writers = Array.from({ length: 20 }, (_, n) => writer(`4w-${String(n + 1).padStart(2, '0')}`));
    for (let round = 0; round < 5; round += 1) {
      const before = left;
      await until('some commands have been done', () => left < before || left <= 0);
      await server.database.owner`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like 'carewall %' and application_name not like '%test%'`;
    }
    await Promise.all(writers);
    // Whatever was refused was refused as what goes away again.
    expect([...codes].filter((code) => code !== 'unavailable')).toEqual([]);
    await until('it is ready', async () => (await fetch(`${server.url()}/readyz`)).ok);
    const response = await fetch(`${server.url()}/api/v1/topics/${encodeURIComponent(topic)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { seq, state } = snapshotSchema.parse(await response.json());
    await until('the client has it all', () => follower.position()?.seq === seq);
    expect(follower.state()).toEqual(state);
    expect(follower.violations).toEqual([]);
    socket.disconnect();
  } finally {
    await server.close();
  }
});

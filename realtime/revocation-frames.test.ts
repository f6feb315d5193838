import type { Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { disableAccount, replaceGrants } from '#db/accounts.ts';
import { type Databases, openDatabases } from '#db/databases.ts';
import { endSession } from '#db/sessions.ts';
import { ask, connectSocket, signIn } from './testing/contract-client.ts';
import { startTestTier, type TestTier } from './testing/test-tier.ts';
import { until } from './testing/until.ts';
import { command, pairWall } from './walls/testing/pairing.ts';

let tier: TestTier;
let databases: Databases;
let admin: string;
let writing = true;
const writers: Promise<void>[] = [];
beforeAll(async () => {
  tier = await startTestTier('uws', 3);
  databases = openDatabases(tier.database.url, { appConnections: 2 });
  admin = await signIn(urlOf(0), 'admin');
  const nurse = await signIn(urlOf(1), 'nurse');
  for (const node of [0, 1, 2]) writers.push(keepBusy(urlOf(node), nurse, `ds-0${node + 1}`));
});
afterAll(async () => {
  writing = false;
  await Promise.all(writers);
  await databases.end();
  await tier.close();
});

const topic = 'unit/ds/beds';
const urlOf = (index: number): string => tier.nodes[index % 3]?.url ?? '';

async function keepBusy(url: string, token: string, bed: string): Promise<void> {
  for (let sent = 0; writing; sent += 1)
    await command(url, token, sent % 2 === 0 ? 'bed.claim' : 'bed.release', { bed }).catch(() => undefined);
}

interface Watched {
  readonly socket: Socket;
  last: number;
  out: boolean;
}

/** A socket in the busy unit on each node. */
async function watchOnAll(token: string): Promise<Watched[]> {
  return Promise.all(
    [0, 1, 2].map(async (node) => {
      const watched: Watched = { socket: await connectSocket(urlOf(node), token), last: 0, out: false };
      watched.socket.on('event', () => {
        watched.last = Date.now();
      });
      watched.socket.on('revoked', () => {
        watched.out = true;
      });
      watched.socket.on('disconnect', () => {
        watched.out = true;
      });
      expect(await ask(watched.socket, 'subscribe', { topic })).toMatchObject({ ok: true });
      return watched;
    }),
  );
}

const sessionOf = (token: string): string =>
  z
    .object({ sid: z.string() })
    .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).sid;

async function byRole(role: string) {
  const token = await signIn(urlOf(2), role);
  return { token, account: `demo-${role}` };
}

/** Each way in which a right ends: somebody who has it, and what takes it. */
const ways: Record<string, () => Promise<{ token: string; withdraw: () => Promise<unknown> }>> = {
  'a session that ends': async () => {
    const { token } = await byRole('lab');
    return { token, withdraw: () => endSession(databases.identity, { session: sessionOf(token) }) };
  },
  'a role that is taken': async () => {
    const { token, account } = await byRole('pharmacist');
    const role = { role: 'pharmacist' as const, place: 'demo' };
    await replaceGrants(databases.identity, account, [role]);
    return { token, withdraw: () => replaceGrants(databases.identity, account, []) };
  },
  'an account that is disabled': async () => {
    await tier.database.owner`update carewall.accounts set disabled_at = null where id = 'demo-dietician'`;
    const { token, account } = await byRole('dietician');
    return { token, withdraw: () => disableAccount(databases.identity, account) };
  },
  'a wall that is revoked': async () => {
    const at = { begin: urlOf(0), approve: urlOf(1), take: urlOf(2) };
    const { token, wall } = await pairWall(at, admin, { kind: 'unit', place: 'ds' });
    return {
      token,
      withdraw: async () =>
        expect(await command(urlOf(1), admin, 'wall.revoke', { wall })).toMatchObject({ status: 200 }),
    };
  },
};

test.each(['alive', 'dead', 'frozen'] as const)(
  'INV-16.6 frames end on three nodes within a second of the withdrawal, Redis %s',
  async (redis) => {
    if (redis === 'dead') tier.redis.kill('SIGKILL');
    else if (redis === 'frozen') {
      await tier.redis.restart();
      tier.redis.kill('SIGSTOP');
    }
    const begun = await Promise.all(
      Object.entries(ways).map(async ([name, begin]) => {
        const { token, withdraw } = await begin();
        return { name, withdraw, sockets: await watchOnAll(token) };
      }),
    );
    for (const { name, withdraw, sockets } of begun) {
      const before = Date.now();
      await until(`frames come on each node before ${name}`, () =>
        sockets.every(({ last }) => last > before),
      );
      await withdraw();
      const withdrawn = Date.now();
      await until(`${name} is told on each node`, () => sockets.every(({ out }) => out));
      // Frames of others come on: whatever came late would have come by now.
      const other = await watchOnAll(admin);
      await until('two seconds of frames', () => other.every(({ last }) => last > withdrawn + 2_000));
      const late = Math.max(...sockets.map(({ last }) => last)) - withdrawn;
      console.log(`Redis ${redis}, ${name}: the last frame came ${Math.max(0, late)} ms after`);
      expect(late).toBeLessThan(1_000);
      for (const { socket } of [...sockets, ...other]) socket.disconnect();
    }
    if (redis === 'frozen') tier.redis.kill('SIGCONT');
  },
  90_000,
);

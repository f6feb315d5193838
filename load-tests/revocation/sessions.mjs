import { request } from '../faults/http-api.mjs';
import { listenMs, measured, pause, watch } from './watched.mjs';
import { command, keepBusy, renewed } from './writer.mjs';

const topic = 'unit/ds/beds';
const together = 48;

/**
 * Sessions that their owners end, through one node or another, while they look at a busy unit on all three.
 * @param {import('../measures/installation.mjs').Installation} installation
 */
export async function createSessions({ nodes, database, signIn, signInMany }) {
  const writers = nodes.map(({ url }, node) => {
    const token = renewed(() => signIn('nurse', node));
    // A bed of each writer's own.
    const bed = `ds-0${node + 1}`;
    return keepBusy(
      async (n) => command(url, await token(), n % 2 === 0 ? 'bed.claim' : 'bed.release', { bed }),
      60,
    );
  });

  async function committedAt(session) {
    const [row] = await database.sql`
      select extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
      from carewall.rights_log where session = ${session}`;
    return Number(row?.at);
  }

  async function withdrawn(token, sockets, number) {
    await pause(Math.random() * 1_500);
    const url = nodes[number % nodes.length].url;
    const { status } = await request(`${url}/api/v1/session`, { method: 'DELETE', token, within: 15_000 });
    if (status !== 204) throw new Error(`signing out answered ${status}`);
    await pause(listenMs);
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
    const outcome = measured(sockets, await committedAt(sid));
    for (const socket of sockets) socket.close();
    return outcome;
  }

  return {
    /** Withdraws at most so many, all within a second and a half. */
    async round(most) {
      const tokens = await signInMany(Math.min(most, together));
      const victims = await Promise.all(
        tokens.map(async (token) => ({
          token,
          sockets: await Promise.all(nodes.map(({ url }) => watch(url, token, topic))),
        })),
      );
      await pause(1_200);
      return Promise.all(victims.map(({ token, sockets }, number) => withdrawn(token, sockets, number)));
    },
    stop: () => Promise.all(writers.map((stop) => stop())),
  };
}

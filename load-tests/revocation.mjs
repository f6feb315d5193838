// Measures, on three nodes of an installation of its own, how long after the commit of a withdrawal frames still come: with
// Redis alive, dead and frozen, for sessions that end and for rights that are taken while the session stays.
//   node load-tests/revocation.mjs [--each 300] [--only alive,dead,frozen]
// Commit time is Postgres's own (track_commit_timestamp); a frame's time is that of its arrival, by the same machine's clock.
import { parseArgs } from 'node:util';
import { withInstallation } from './measures/installation.mjs';
import { quantile } from './measures/statistics.mjs';
import { createMembers } from './revocation/members.mjs';
import { createSessions } from './revocation/sessions.mjs';

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '300' },
    only: { type: 'string', default: 'alive,dead,frozen' },
  },
});
const each = Number(values.each);
const states = values.only.split(',');
/** The product's promise. */
const mostMs = 1_000;

let kept = true;
await withInstallation(
  { nodes: 3, postgres: { track_commit_timestamp: 'on' }, withinMs: 40 * 60_000 },
  async (installation) => {
    const kinds = { session: await createSessions(installation), member: await createMembers(installation) };
    for (const state of states) {
      await bringRedis(installation, state);
      for (const [kind, victims] of Object.entries(kinds)) {
        const measured = [];
        while (measured.length < each) measured.push(...(await victims.round(each - measured.length)));
        report(state, kind, measured);
      }
    }
    for (const victims of Object.values(kinds)) await victims.stop();
  },
);
process.exit(kept ? 0 : 1);

/** @param {readonly import('./revocation/watched.mjs').Measured[]} measured */
function report(state, kind, measured) {
  const late = measured.map(({ lateMs }) => lateMs);
  const worst = Math.max(...late);
  const busy = measured.reduce((sum, { framesBefore }) => sum + framesBefore, 0) / measured.length;
  const open = measured.filter(({ stillIn }) => stillIn).length;
  const over = late.filter((ms) => ms > mostMs).length;
  kept &&= over === 0 && open === 0;
  console.log(
    `Redis ${state.padEnd(6)} ${kind.padEnd(7)} ${measured.length} withdrawals, 3 sockets each: last frame after commit ` +
      `p50 ${ms(quantile(late, 0.5))}, p99 ${ms(quantile(late, 0.99))}, max ${ms(worst)}; ` +
      `${over} over ${mostMs} ms, ${open} never told; ${busy.toFixed(0)} frames in the second before`,
  );
}

function ms(value) {
  return `${Math.max(0, Math.round(value))} ms`;
}

async function bringRedis({ redis, nodes }, state) {
  redis.release();
  await redis.start();
  for (const { node } of nodes) {
    const deadline = Date.now() + 20_000;
    while (!(await node.isReady()) && Date.now() < deadline) await new Promise((go) => setTimeout(go, 100));
  }
  if (state === 'dead') await redis.kill();
  if (state === 'frozen') redis.hold();
}

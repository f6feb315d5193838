// Measures what ringing the bell costs the writers: 64 of them, on one Postgres, in turns without a bell, with ours,
// and, as the known bad way, with a NOTIFY inside each transaction.
//   node load-tests/measures/writers.mjs [--writers 64] [--seconds 3] [--rounds 6] [--nodes 1] [--engine auto]
// First whole commands through the sockets of running nodes, then the log's part of a transaction alone, where no
// server's work stands before the database. Rounds alternate, in another order each time; a share is the median of the
// shares of each round, whose kinds ran next to each other: what else the machine does hits them alike.
import { parseArgs } from 'node:util';
import { installBellSwitch, switchBell } from './bell-switch.mjs';
import { openCommandWriters } from './command-writers.mjs';
import { withInstallation } from './installation.mjs';
import { makeTopics, openSqlWriters } from './sql-writers.mjs';
import { median, rotated } from './statistics.mjs';

const { values } = parseArgs({
  options: {
    writers: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '6' },
    nodes: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'auto' },
  },
});
const [writers, seconds, rounds, nodeCount] = ['writers', 'seconds', 'rounds', 'nodes'].map((name) =>
  Number(values[name]),
);
const names = {
  alone: 'no bell, no reader',
  silent: 'no bell, reader polls',
  bell: 'our bell',
  inside: 'NOTIFY inside each transaction',
};

await withInstallation(
  {
    nodes: nodeCount,
    engine: values.engine,
    prepare: installBellSwitch,
    // Seven kinds of round, two for nothing, and the start.
    withinMs: ((7 * rounds + 2) * (seconds + 3) + 60) * 1_000,
  },
  async ({ database, nodes, signIn, metrics }) => {
    const tokens = await Promise.all(nodes.map((_, index) => signIn('nurse', index)));
    const commands = await openCommandWriters({ urls: nodes.map(({ url }) => url), tokens, writers });
    const path = await alternate(['silent', 'bell', 'inside'], async (mode) => {
      await switchBell(database.sql, mode);
      const { perSecond, limited } = await commands.round({ seconds });
      return { perSecond, note: limited > 0 ? `${limited} refused for their rate` : '' };
    });
    const faults = await Promise.all(
      nodes.map(async (_, index) => (await metrics(index))('carewall_faults_total')),
    );
    commands.close();
    report(`whole commands, ${writers} writers on 5 topics, sockets of ${nodeCount} node(s)`, path, 'silent');
    console.log(`  faults the nodes counted: ${faults.reduce((sum, count) => sum + count, 0)}`);

    // They read and beat even at rest, and would take their share of the machine.
    await Promise.all(nodes.map(({ node }) => node.kill()));
    await makeTopics(database.sql, writers);
    await switchBell(database.sql, 'bell');
    const log = openSqlWriters(database.url, { writers, ringEveryMs: 4, pollMs: 200 });
    const appended = await alternate(['alone', 'silent', 'bell', 'inside'], async (mode) => {
      const { perSecond, rings, reads, read } = await log.round({ seconds, mode });
      return { perSecond, note: `${rings} rings, ${reads} reads of ${read} events` };
    });
    await log.close();
    report(`append_events alone, ${writers} connections, a topic each`, appended, 'silent');
  },
);

/** Runs each kind of round so many times, in turns. */
async function alternate(modes, run) {
  // Once for nothing: the first round finds everything cold.
  await run(modes[0]);
  /** @type {Map<string, { perSecond: number, note: string }[]>} */
  const outcomes = new Map(modes.map((mode) => [mode, []]));
  for (let number = 0; number < rounds; number += 1) {
    for (const mode of rotated(modes, number)) outcomes.get(mode).push(await run(mode));
  }
  return outcomes;
}

function report(what, outcomes, base) {
  const speeds = (mode) => outcomes.get(mode).map(({ perSecond }) => perSecond);
  console.log(
    `${what}: commits a second, median of ${rounds} rounds of ${seconds} s, and share of what they reach without`,
  );
  for (const [mode, all] of outcomes) {
    const shares = speeds(mode).map((speed, round) => (100 * speed) / speeds(base)[round]);
    const [middle, least, most] = [median(shares), Math.min(...shares), Math.max(...shares)];
    console.log(
      `  ${names[mode].padEnd(32)} ${median(speeds(mode)).toFixed(0).padStart(6)}  ${middle.toFixed(1).padStart(6)} %` +
        `  (rounds: ${least.toFixed(0)} to ${most.toFixed(0)} %)  ${all.at(-1).note}`,
    );
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { startCrowd } from '../crowd/crowd-process.mjs';
import { absentees, faultsOf, openCarewall, openPeer, rivalLabels } from '../harness/contest.mjs';
import { openContest } from '../harness/open-contest.mjs';
import { residentBytes, settledBytes } from '../harness/process-cost.mjs';
import { topicOf } from '../harness/sample-frames.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { median, quantile, rotated } from '../measures/statistics.mjs';
import { peerKinds } from '../peers/peer-kinds.mjs';

const units = ['ds', '4w', '4e', '5s', 'icu'];
const topics = units.map(topicOf);
/** Three rooms each, spread over all. */
const topicSets = topics.map((_, index) => [0, 1, 2].map((next) => topics[(index + next) % topics.length]));
const kib = 1024;

/** @type {import('../harness/scenario.mjs').Scenario} */
export const connections = {
  name: 'connections',
  about:
    'Sockets that sign in and take three rooms each, as many as descriptors allow: how fast they come in, what each costs in memory, and the node’s CPU with them idle and sent to. Every turn is on a process started for it.',
  sizes: { connections: 18_000, peerConnections: 4_000, rate: 2, seconds: 5, rounds: 3, processes: 2 },
  minutes: 9,
  needsOwn: true,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    const { connections: most, peerConnections: few, rounds } = sizes;
    await withInstallation({}, async (installation) => {
      const { people, samples } = await openContest(installation, topics);
      const common = { ...sizes, samples, topicSets };
      const openers = {
        carewall: async (count) => {
          const [{ node }] = installation.nodes;
          await node.kill();
          await node.start();
          return openCarewall({ ...common, installation, people, count });
        },
        ...Object.fromEntries(
          peerKinds.map((kind) => [kind, (count) => openPeer({ ...common, kind, count })]),
        ),
      };
      const names = Object.keys(openers);
      const take = async (name, count) => {
        const turn = await turnOf(openers[name], count, sizes);
        outcome.faults.push(...turn.faults);
        say(
          `${rivalLabels[name]}, ${count}: ${turn.perSecond.toFixed(0)}/s, ${turn.memory.toFixed(1)} KiB each, ` +
            `idle ${(100 * turn.idle).toFixed(1)} %, sent to ${(100 * turn.loaded).toFixed(0)} %`,
        );
        return turn;
      };
      const [carewall, bare] = [await take('carewall', most), await take('socketio-uws', most)];
      /** @type {Record<string, Awaited<ReturnType<typeof turnOf>>[]>} */
      const runs = Object.fromEntries(names.map((name) => [name, []]));
      for (let round = 0; round < rounds; round += 1)
        for (const name of rotated(names, round)) runs[name].push(await take(name, few));
      outcome.verdicts.push(
        judged('connections-memory', carewall.memory, sizes),
        judged('connections-rate', carewall.perSecond, sizes),
      );
      outcome.tables.push(
        tableOf(`${most} connections in 3 rooms each`, { carewall: [carewall], 'socketio-uws': [bare] }),
        tableOf(`${few} connections in 3 rooms each: medians of ${rounds} rounds`, runs),
      );
      outcome.plots.push({
        kind: 'lines',
        title: 'Resident memory while they come in',
        unit: 'MiB',
        x: 'connections',
        lines: [
          { label: rivalLabels.carewall, points: carewall.ramp },
          { label: rivalLabels['socketio-uws'], points: bare.ramp },
        ],
      });
    });
    return outcome;
  },
};

/** One server, started for it: its memory before and after so many have come, its CPU with them at rest and sent to. */
async function turnOf(open, count, { rate, seconds }) {
  // A few to begin with: what is compiled and made once is not what a connection costs.
  const rival = await open(200);
  const [pid] = rival.pids;
  await rival.crowd.close();
  await pause(500);
  const base = await settledBytes(pid);
  const crowd = startCrowd(rival.processes);
  const ramp = [];
  const began = performance.now();
  const watching = setInterval(
    () => ramp.push([(performance.now() - began) / 1_000, residentBytes(pid) / kib ** 2]),
    250,
  );
  const opened = await rival.enter(crowd, count).finally(() => clearInterval(watching));
  const memory = ((await settledBytes(pid)) - base) / kib / opened.opened;
  const idle = await busyDuring(rival, () => pause(seconds * 1_000));
  await rival.probe.arrivals();
  const before = await crowd.tally();
  let written;
  let reached;
  const loaded = await busyDuring(rival, async () => {
    written = await rival.steady({ perSecond: rate, seconds });
    reached = await crowd.reach(written.heads, 30_000);
  });
  const after = await crowd.tally();
  const { list: arrivals, faults } = await rival.probe.all(written.written, 5_000);
  const known = await written.times();
  const latencies = arrivals.map(([topic, seq, at]) => at - known.get(`${topic} ${seq}`));
  crowd.end();
  rival.end();
  return {
    faults: [
      ...absentees({ name: rival.name, opened }),
      ...faultsOf(rival.name, before, after, written),
      ...faults.map((what) => `${rivalLabels[rival.name]}: ${what}`),
      ...(reached === undefined ? [`${rivalLabels[rival.name]}: not all had everything after 30 s`] : []),
      ...(before.open === count ? [] : [`${rivalLabels[rival.name]}: ${before.open} of ${count} were open`]),
    ],
    perSecond: opened.opened / opened.seconds,
    join: opened.p99,
    memory,
    idle,
    loaded,
    p99: quantile(latencies, 0.99),
    // They come in evenly enough for a plot.
    ramp: ramp.map(([at, mib]) => [Math.min(1, at / opened.seconds) * count, mib]),
  };
}

async function busyDuring(rival, work) {
  const [began, before] = [performance.now(), rival.cpu()];
  await work();
  return (rival.cpu() - before) / ((performance.now() - began) / 1_000);
}

function tableOf(title, runs) {
  return {
    title,
    columns: ['', 'connected/s', 'p99 to join', 'memory each', 'CPU idle', 'CPU sent to', 'p99 to socket'],
    rows: Object.entries(runs).map(([name, all]) => {
      const of = (what) => median(all.map((run) => run[what]));
      return [
        rivalLabels[name],
        of('perSecond').toFixed(0),
        `${of('join').toFixed(0)} ms`,
        `${of('memory').toFixed(1)} KiB`,
        `${(100 * of('idle')).toFixed(1)} %`,
        `${(100 * of('loaded')).toFixed(0)} %`,
        `${of('p99').toFixed(0)} ms`,
      ];
    }),
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import { absentees, faultsOf, openCarewall, openPeer, rivalLabels } from '../harness/contest.mjs';
import { openContest } from '../harness/open-contest.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { median, quantile, rotated } from '../measures/statistics.mjs';
import { openSteadyWriter } from '../measures/steady-writer.mjs';
import { peerKinds } from '../peers/peer-kinds.mjs';

const catchUpMs = 20_000;

/** @type {import('../harness/scenario.mjs').Scenario} */
export const fanout = {
  name: 'fanout',
  about:
    'So many subscribers, half in either view, each of four topics, are sent so many events a second: what a delivery costs the node, and how long after the commit it is there, next to what people would use instead.',
  sizes: { subscribers: [1_000, 5_000], rate: [20, 10], seconds: 5, rounds: 3, processes: 1 },
  minutes: 9,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    await withInstallation({}, async (installation) => {
      const { people, samples, token } = await openContest(installation);
      for (const [index, count] of sizes.subscribers.entries()) {
        const size = { ...sizes, subscribers: count, rate: sizes.rate[index % sizes.rate.length] };
        const contest = await contestOf({ installation, people, samples, token, size, say });
        outcome.faults.push(...contest.faults);
        outcome.tables.push(contest.table);
        outcome.plots.push(...contest.plots);
        const { carewall, 'socketio-uws': bare, 'socketio-ws': onWs } = contest.medians;
        const same = installation.engine === 'node' ? onWs : bare;
        const goal = `fanout-cpu-${count >= 3_000 ? '5000x10' : '1000x20'}`;
        outcome.verdicts.push(judged(goal, carewall.cost / same.cost, size));
        if (count >= 3_000) continue;
        for (const which of ['p50', 'p95', 'p99'])
          outcome.verdicts.push(judged(`fanout-${which}`, carewall[which], size));
      }
    });
    return outcome;
  },
};

async function contestOf({ installation, people, samples, token, size, say }) {
  const { subscribers: count, rate, seconds, rounds, processes } = size;
  const common = { count, processes, samples };
  const carewall = await openCarewall({ ...common, installation, people });
  const rivals = [carewall, await throughCommands(carewall, installation.nodes[0].url, token)];
  for (const kind of peerKinds) rivals.push(await openPeer({ ...common, kind }));
  const faults = rivals.flatMap(absentees);
  /** @type {Record<string, any[]>} */
  const runs = Object.fromEntries(rivals.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const rival of rotated(rivals, round)) {
      const run = await turnOf(rival, { rate, seconds });
      faults.push(...run.faults);
      runs[rival.name].push(run);
      say(
        `${count} × ${rate}/s, round ${round + 1}: ${rivalLabels[rival.name]}: ${run.cost.toFixed(2)} µs a delivery, ` +
          `p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms${run.faults.length > 0 ? `; ${run.faults.join('; ')}` : ''}`,
      );
    }
  }
  for (const rival of rivals) rival.end();
  const medians = Object.fromEntries(
    Object.entries(runs).map(([name, all]) => {
      const of = (what) => median(all.map((run) => run[what]));
      return [
        name,
        {
          ...Object.fromEntries(
            ['cost', 'p50', 'p95', 'p99', 'cpu', 'postgres', 'redis', 'generator'].map((what) => [
              what,
              of(what),
            ]),
          ),
          least: Math.min(...all.map(({ cost }) => cost)),
          most: Math.max(...all.map(({ cost }) => cost)),
          latencies: all.flatMap(({ latencies }) => latencies),
        },
      ];
    }),
  );
  return { faults, medians, ...shown({ medians, size }) };
}

/** The same subscribers, and the events come of commands that the same node carries out. */
async function throughCommands(carewall, url, token) {
  const writer = await openSteadyWriter({ url, token, units: ['ds', '4w', '4e', '5s'], most: 200 });
  return {
    ...carewall,
    name: 'carewall-commands',
    async steady({ perSecond, seconds }) {
      const from = await carewall.headsOf();
      const { written } = await writer.during(() => pause(seconds * 1_000), perSecond);
      return { from, heads: await carewall.headsOf(), written, times: () => carewall.timesSince(from) };
    },
    end: () => writer.close(),
  };
}

/** One rival's turn: what it is sent is written, and all subscribers have had it, when it ends. */
async function turnOf(rival, { rate, seconds }) {
  const warm = await rival.steady({ perSecond: rate, seconds: 1 });
  const isWarm = await rival.crowd.reach(warm.heads, catchUpMs);
  await pause(200);
  await rival.probe.arrivals();
  const before = {
    tally: await rival.crowd.tally(),
    cpu: rival.cpu(),
    beside: rival.beside?.(),
    own: rival.crowd.cpu(),
  };
  const began = performance.now();
  const { from, heads, written, times } = await rival.steady({ perSecond: rate, seconds });
  const reached = await rival.crowd.reach(heads, catchUpMs);
  const took = (performance.now() - began) / 1_000;
  const cpu = rival.cpu() - before.cpu;
  const beside = rival.beside?.();
  const own = rival.crowd.cpu() - before.own;
  const tally = await rival.crowd.tally();
  const { list: arrivals, faults: ofProbe } = await rival.probe.all(written, 5_000);
  const known = await times();
  const latencies = arrivals.map(([topic, seq, at]) => at - known.get(`${topic} ${seq}`));
  const faults = [
    ...faultsOf(rival.name, before.tally, tally, { from, heads }),
    ...ofProbe.map((what) => `${rivalLabels[rival.name]}: ${what}`),
    ...(arrivals.length === written
      ? []
      : [`${rivalLabels[rival.name]}: probe had ${arrivals.length} of ${written}`]),
    ...(isWarm === undefined || reached === undefined
      ? [`${rivalLabels[rival.name]}: not all had everything after ${catchUpMs / 1_000} s`]
      : []),
  ];
  return {
    faults,
    latencies,
    cost: (cpu * 1e6) / (tally.events - before.tally.events),
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
    cpu: cpu / took,
    postgres: beside === undefined ? 0 : (beside.postgres - before.beside.postgres) / took,
    redis: beside === undefined ? 0 : (beside.redis - before.beside.redis) / took,
    generator: own / took,
  };
}

function shown({ medians, size: { subscribers, rate, rounds, seconds } }) {
  const title = `${subscribers.toLocaleString('en')} subscribers × ${rate} events/s`;
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  const names = Object.keys(medians);
  return {
    table: {
      title: `${title}: medians of ${rounds} rounds of ${seconds} s`,
      columns: [
        '',
        'CPU a delivery',
        'rounds',
        'p50',
        'p95',
        'p99',
        'node',
        'Postgres',
        'Redis',
        'generator',
      ],
      rows: names.map((name) => {
        const { cost, least, most, p50, p95, p99, cpu, postgres, redis, generator } = medians[name];
        return [
          rivalLabels[name],
          `${cost.toFixed(2)} µs`,
          `${least.toFixed(2)}–${most.toFixed(2)}`,
          ...[p50, p95, p99].map((ms) => `${ms.toFixed(1)} ms`),
          percent(cpu),
          name.startsWith('carewall') ? percent(postgres) : '',
          name.startsWith('carewall') ? percent(redis) : '',
          percent(generator),
        ];
      }),
    },
    plots: [
      {
        kind: 'bars',
        title: `${title}: node CPU a delivery`,
        unit: 'µs',
        bars: names.map((name) => ({ label: rivalLabels[name], value: medians[name].cost })),
      },
      {
        kind: 'shares',
        title: `${title}: commit or publish to socket`,
        unit: 'ms',
        lines: names.map((name) => ({ label: rivalLabels[name], values: medians[name].latencies })),
      },
    ],
  };
}

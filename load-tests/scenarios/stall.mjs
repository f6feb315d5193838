import { setTimeout as pause } from 'node:timers/promises';
import { createPeopleMaker } from '../harness/people.mjs';
import { cpuSeconds } from '../harness/process-cost.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { startHerd } from '../measures/herd-process.mjs';
import { kernelQueues } from '../measures/kernel-queues.mjs';
import { median, quantile, rotated } from '../measures/statistics.mjs';
import { longReason, openSteadyWriter } from '../measures/steady-writer.mjs';

const units = ['ds', '4w', '4e', '5s'];
const topics = units.map((unit) => `unit/${unit}/beds`);
// However slowly they are written: the kernel's own buffers come first, and are megabytes.
const cutOffWithinMs = 60_000;
// Two alike without: their difference is what the machine itself brings.
const kinds = /** @type {const} */ (['none', 'stalled', 'none too']);

/** @type {import('../harness/scenario.mjs').Scenario} */
export const stall = {
  name: 'stall',
  about:
    'Some of the readers of a node stop reading: whether that delays anybody else, and what becomes of them. Each round has three runs, one with stalled readers and two alike without.',
  sizes: { sockets: 400, stalled: 4, probes: 20, rate: 100, seconds: 6, rounds: 3 },
  minutes: 8,
  needsOwn: true,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    await withInstallation({}, (installation) => measure(installation, sizes, say, outcome));
    return outcome;
  },
};

async function measure({ database, nodes: [{ url, node }], metrics }, sizes, say, outcome) {
  const { sockets, stalled: stalledCount, probes: probeCount, rate, seconds, rounds } = sizes;
  const people = await createPeopleMaker(database.sql);
  const tokens = (
    await people.people(Math.ceil(sockets / 8), ['nurse', 'command_center', 'clinician', 'pharmacist'])
  ).map(people.token);
  const [token] = tokens;
  // Two processes: the probes' own time to read must not wait behind that of the many.
  const [crowd, probes] = [startHerd(), startHerd()];
  const common = { url, tokens, topics };
  // With one more that goes on reading: what it reads is what the others should have.
  await crowd.tell('open', { ...common, count: stalledCount + 1, looks: true, times: false });
  const rest = startHerd();
  const others = sockets - stalledCount - 1 - probeCount;
  await rest.tell('open', { ...common, count: others, looks: false, times: false });
  await probes.tell('open', { ...common, count: probeCount, looks: true, times: true });
  const writer = await openSteadyWriter({ url, token, units, most: 3 * rate, reason: longReason });
  const all = (await metrics())('carewall_sockets');

  /** @type {Record<string, Awaited<ReturnType<typeof run>>[]>} */
  const runs = Object.fromEntries(kinds.map((kind) => [kind, []]));
  const cuts = [];
  await run('none');
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of rotated(kinds, round)) {
      const one = await run(kind);
      runs[kind].push(one);
      say(`round ${round + 1}, ${kind}: p50 ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms`);
      if (one.count !== one.expected)
        outcome.faults.push(`${kind}: ${one.count} of ${one.expected} deliveries`);
    }
  }
  tell({ outcome, runs, cuts, all, sizes });
  for (const herd of [crowd, rest, probes]) herd.end();
  writer.close();

  async function run(kind) {
    await probes.tell('arrivals');
    const cpuBefore = cpuSeconds(node.pid());
    const ports = kind === 'stalled' ? await crowd.tell('stall', { count: stalledCount }) : [];
    const began = performance.now();
    const { written, late } = await writer.during(() => pause(seconds * 1_000), rate);
    await pause(300);
    const arrivals = await probes.tell('arrivals');
    const cpu = cpuSeconds(node.pid()) - cpuBefore;
    const latencies = await latenciesOf(arrivals);
    if (ports.length > 0) {
      // The writing goes on, faster, until the server has had enough of them. To look is not for free, so only now.
      const { outcome: cutOff } = await writer.during(() => watchCutOff(ports, began));
      await pause(500);
      const outcomes = await crowd.tell('unstall');
      const heads = await headsOf();
      const { least } = await crowd.tell('where');
      cuts.push({
        ...cutOff,
        outcomes,
        complete: topics.every((topic) => least[topic] === heads[topic]),
      });
    }
    return {
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      count: latencies.length,
      expected: written * probeCount,
      late,
      cpu: cpu / seconds,
      latencies,
    };
  }

  /** Follows those that have stopped until the server has closed each, and how much waited for them, and where. */
  async function watchCutOff(ports, began) {
    const readers = ports.map(() => ({ cutAfter: Number.NaN, inServer: 0, inKernel: 0 }));
    while (
      performance.now() - began < cutOffWithinMs &&
      readers.some(({ cutAfter }) => Number.isNaN(cutAfter))
    ) {
      const kernel = kernelQueues(node.port, ports);
      const held = await crowd.tell('held');
      const open = kernel === undefined ? (await metrics())('carewall_sockets') : all;
      for (const [index, reader] of readers.entries()) {
        const { isOpen, bytes } = kernel?.[index] ?? { isOpen: open > all - stalledCount, bytes: 0 };
        if (isOpen) {
          reader.inKernel = bytes;
          reader.inServer = Math.max(reader.inServer, held[index] - bytes);
        } else if (Number.isNaN(reader.cutAfter)) reader.cutAfter = (performance.now() - began) / 1_000;
      }
      await pause(200);
    }
    return { readers };
  }

  async function latenciesOf(arrivals) {
    const committed = await database.sql`
      select topic, seq, extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
      from carewall.events where topic = any(${topics}) and at > clock_timestamp() - interval '5 minutes'`;
    const times = new Map(committed.map(({ topic, seq, at }) => [`${topic} ${seq}`, Number(at)]));
    return arrivals.map(([topic, seq, at]) => at - times.get(`${topic} ${seq}`)).filter(Number.isFinite);
  }

  async function headsOf() {
    const rows = await database.sql`select topic, seq from carewall.topics where topic = any(${topics})`;
    return Object.fromEntries(rows.map(({ topic, seq }) => [topic, Number(seq)]));
  }
}

function tell({ outcome, runs, cuts, all, sizes }) {
  const { stalled: stalledCount, rate, seconds, rounds, probes: probeCount } = sizes;
  const differences = (one, other) => runs[one].map(({ p99 }, round) => p99 - runs[other][round].p99);
  const outcomes = cuts.flatMap((cut) => cut.outcomes);
  const good = cuts
    .filter(({ complete }) => complete)
    .flatMap((cut) => cut.outcomes)
    .filter(({ wasCutOff, jumps }) => wasCutOff && jumps === 0);
  outcome.verdicts.push(
    judged('stall-p99', median(differences('stalled', 'none')), sizes),
    judged('stall-cut-off', (100 * good.length) / outcomes.length, sizes),
  );
  outcome.tables.push(
    {
      title: `${all} sockets with ${topics.length} topics each, ${rate} writes a second, ${probeCount} probes: medians of ${rounds} runs of ${seconds} s`,
      columns: ['readers that stall', 'p50', 'p99', 'p99 less that without', 'node'],
      rows: kinds.map((kind) => {
        const of = (name) => median(runs[kind].map((run) => run[name]));
        return [
          kind === 'stalled' ? `${stalledCount}` : kind,
          `${of('p50').toFixed(1)} ms`,
          `${of('p99').toFixed(1)} ms`,
          kind === 'none' ? '' : `${median(differences(kind, 'none')).toFixed(1)} ms`,
          `${(100 * of('cpu')).toFixed(0)} %`,
        ];
      }),
    },
    {
      title: 'Readers that stopped',
      columns: ['run', 'cut off after', 'waited in the node', 'in the kernel', 'back'],
      rows: cuts.flatMap(({ readers, complete }, run) =>
        readers.map(({ cutAfter, inServer, inKernel }) => [
          `${run + 1}`,
          Number.isNaN(cutAfter) ? 'never' : `${cutAfter.toFixed(0)} s`,
          `${(inServer / 1024).toFixed(0)} KiB`,
          `${(inKernel / 1024).toFixed(0)} KiB`,
          complete ? 'complete' : 'NOT complete',
        ]),
      ),
    },
  );
  outcome.plots.push({
    kind: 'shares',
    title: 'Commit to socket of those that read',
    unit: 'ms',
    lines: kinds.map((kind) => ({
      label: kind === 'stalled' ? `${stalledCount} stalled` : kind,
      values: runs[kind].flatMap(({ latencies }) => latencies),
    })),
  });
}

// Measures whether readers that stop reading hurt anybody else, and what becomes of them: some of the sockets of one node
// stop, and the time from the commit in Postgres to the arrival at sockets that read is compared with runs in which none stops.
//   node load-tests/measures/stall.mjs [--engine uws|node] [--sockets 400] [--stalled 4] [--rate 100] [--seconds 8] [--rounds 5]
// Each round has three runs, in another order each time: one with stalled readers and two alike without, whose
// difference is what the machine itself brings. Commit times are Postgres's own (track_commit_timestamp).
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startHerd } from './herd-process.mjs';
import { withInstallation } from './installation.mjs';
import { kernelQueues } from './kernel-queues.mjs';
import { median, quantile, rotated } from './statistics.mjs';
import { longReason, openSteadyWriter } from './steady-writer.mjs';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'uws' },
    sockets: { type: 'string', default: '400' },
    stalled: { type: 'string', default: '4' },
    probes: { type: 'string', default: '20' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
  },
});
const [sockets, stalledCount, probeCount, rate, seconds, rounds] = [
  'sockets',
  'stalled',
  'probes',
  'rate',
  'seconds',
  'rounds',
].map((name) => Number(values[name]));
const units = ['ds', '4w', '4e', '5s'];
const topics = units.map((unit) => `unit/${unit}/beds`);
// However slowly they are written: the kernel's own buffers come first, and are megabytes.
const cutOffWithinMs = 60_000;
const kinds = /** @type {const} */ (['none', 'stalled', 'none too']);

await withInstallation(
  { engine: values.engine, withinMs: (rounds * (3 * (seconds + 4) + cutOffWithinMs / 1_000) + 60) * 1_000 },
  async ({ database, nodes: [{ url, node }], signIn, signInMany, metrics }) => {
    const [token, tokens] = [await signIn('nurse'), await signInMany(Math.ceil(sockets / 8))];
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
      for (const kind of rotated(kinds, round)) runs[kind].push(await run(kind));
    }
    report(runs, cuts, all);
    for (const herd of [crowd, rest, probes]) herd.end();
    writer.close();

    async function run(kind) {
      await probes.tell('arrivals');
      const before = await metrics();
      const ports = kind === 'stalled' ? await crowd.tell('stall', { count: stalledCount }) : [];
      const began = performance.now();
      const { written, late } = await writer.during(() => pause(seconds * 1_000), rate);
      await pause(300);
      const arrivals = await probes.tell('arrivals');
      const after = await metrics();
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
        cpu: (after('process_cpu_seconds_total') - before('process_cpu_seconds_total')) / seconds,
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
  },
);

function report(runs, cuts, all) {
  console.log(
    `engine ${values.engine}: ${all} sockets with ${topics.length} topics each, ${rate} writes a second, ${probeCount} probes; medians of ${rounds} runs of ${seconds} s`,
  );
  for (const kind of kinds) {
    const of = (name) => runs[kind].map((run) => run[name]);
    console.log(
      `  ${kind.padEnd(10)} p50 ${median(of('p50')).toFixed(1)} ms, p99 ${median(of('p99')).toFixed(1)} ms ` +
        `(${of('p99')
          .map((ms) => ms.toFixed(1))
          .join(' ')}); server ${(100 * median(of('cpu'))).toFixed(0)} % of a core; ` +
        `${of('count').reduce((a, b) => a + b)} of ${of('expected').reduce((a, b) => a + b)} deliveries`,
    );
  }
  const differences = (one, other) => runs[one].map(({ p99 }, round) => p99 - runs[other][round].p99);
  const pairs = differences('stalled', 'none');
  const alike = differences('none too', 'none');
  const line = (list) => `${median(list).toFixed(1)} ms (${list.map((ms) => ms.toFixed(1)).join(' ')})`;
  console.log(`  p99 with ${stalledCount} stalled less p99 without: ${line(pairs)}`);
  console.log(`  p99 of a run less that of the same again:   ${line(alike)}`);
  console.log(`  readers that stopped: ${stalledCount} in each of ${cuts.length} runs`);
  for (const { readers, outcomes, complete } of cuts) {
    const each = readers.map(({ cutAfter, inServer, inKernel }) => {
      const waited = `${(inServer / 1024).toFixed(0)} KiB in the server and ${(inKernel / 1024).toFixed(0)} in the kernel`;
      return Number.isNaN(cutAfter) ? `not cut off: ${waited}` : `after ${cutAfter.toFixed(0)} s: ${waited}`;
    });
    console.log(`    ${each.join('; ')}`);
    console.log(
      `      ${outcomes.filter(({ wasCutOff }) => wasCutOff).length} found themselves cut off, jumps ${outcomes.map(({ jumps }) => jumps).join(' ')}; ` +
        `back, ${complete ? 'each stands at the head of every topic' : 'NOT EACH STANDS AT THE HEAD'}`,
    );
  }
}

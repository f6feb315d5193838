import { makeCountry, planCountry } from '../country/country-network.mjs';
import { openCountryWriter } from '../country/country-writer.mjs';
import { watchTopic } from '../country/network-watcher.mjs';
import { readSnapshot } from '../country/snapshot-reader.mjs';
import { cpuSeconds, residentBytes } from '../harness/process-cost.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { openLightSocket } from '../measures/light-socket.mjs';
import { quantile } from '../measures/statistics.mjs';

const network = 'network/availability';

/** @type {import('../harness/scenario.mjs').Scenario} */
export const country = {
  name: 'country',
  about:
    'A network the size of a country: how long a change anywhere takes until the network’s wall has it, what a snapshot costs meanwhile, and what a region’s and a facility’s wall are sent with everybody’s changes and without.',
  sizes: {
    facilities: 7_154,
    regions: 56,
    known: 100,
    changes: 100,
    seconds: 30,
    walls: 100,
    wallSeconds: 10,
  },
  minutes: 10,
  needsOwn: true,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    await withInstallation({}, async (installation) => {
      const { database, nodes, signIn } = installation;
      const plan = planCountry(sizes);
      const began = performance.now();
      await makeCountry({
        url: nodes[0].url,
        token: await signIn('admin'),
        sql: database.sql,
        country: plan,
      });
      const took = (performance.now() - began) / 1_000;
      say(`${sizes.facilities} facilities in ${sizes.regions} regions were made in ${took.toFixed(1)} s`);
      await settled(database.sql, plan);
      await live({ installation, plan, sizes, outcome });
      await walls({ installation, plan, sizes, outcome });
    });
    return outcome;
  },
};

/** Changes everywhere: from the acknowledgement to the network's wall, and snapshots meanwhile. */
async function live({ installation, plan, sizes, outcome }) {
  const {
    database,
    nodes: [{ url, node }],
    signIn,
    metrics,
  } = installation;
  const { changes: rate, seconds } = sizes;
  const [attest, beds, reader] = [
    await signIn('admin'),
    await signIn('nurse'),
    await signIn('command_center'),
  ];
  const watcher = await watchTopic({ url, token: reader, topic: network });
  const writer = await openCountryWriter({
    url,
    tokens: { attest, beds },
    facilities: plan.facilities,
    units: plan.units,
    perSecond: rate,
    watcher,
  });
  await writer.during(3_000);
  watcher.counts();
  const reads = async () => (await metrics())('carewall_topic_reads_total', 'snapshot');
  const before = { reads: await reads(), cpu: cpuSeconds(node.pid()) };
  const [changes, snapshots] = await Promise.all([
    writer.during(seconds * 1_000),
    snapshotsWithin({ url, token: reader }, seconds * 1_000),
  ]);
  const cpu = (cpuSeconds(node.pid()) - before.cpu) / seconds;
  const resident = residentBytes(node.pid()) / 1024 ** 2;
  const meanwhile = (await reads()) - before.reads;
  const { frames, bytes, jumps } = watcher.counts();
  const many = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      readSnapshot({ url, token: reader, topic: network, encoding: n % 2 === 0 ? 'br' : 'gzip' }),
    ),
  );
  const ofMany = (await reads()) - before.reads - meanwhile;
  const all = changes.changes.map(({ fromCommit }) => fromCommit);
  const of = (kind, what) => changes.changes.filter((one) => one.kind === kind).map((one) => one[what]);
  const [alone, together] = [snapshots, many].map((list) => list.map(({ ms }) => ms));
  outcome.verdicts.push(
    judged('country-change', quantile(all, 0.99), sizes),
    judged('country-snapshot', quantile(alone, 1), sizes),
    judged('country-snapshot-size', Math.max(...snapshots.map((one) => one.bytes)) / 1024, sizes),
  );
  if (changes.lost > 0) outcome.faults.push(`${changes.lost} changes were never told of`);
  if (jumps > 0) outcome.faults.push(`${jumps} jumps at the network’s wall`);
  if (all.length < 0.98 * rate * seconds)
    outcome.faults.push(`only ${all.length} of ${rate * seconds} changes were made`);
  const failed = [...snapshots, ...many].filter(({ status }) => status !== 200).length;
  if (failed > 0) outcome.faults.push(`${failed} snapshots were not answered`);
  outcome.tables.push(
    {
      title: `${rate} changes a second over all of it for ${seconds} s (half counts, half beds)`,
      columns: ['', 'p50', 'p95', 'p99', 'most', 'how many'],
      rows: [
        row('acknowledged → frame, counts', of('attest', 'fromCommit')),
        row('sent → frame, counts', of('attest', 'fromStart')),
        row('acknowledged → frame, beds', of('beds', 'fromCommit')),
        row('sent → frame, beds', of('beds', 'fromStart')),
        row('snapshot of the network, one at a time', alone),
        row('200 snapshots at once', together),
      ],
    },
    {
      title: 'What it takes',
      columns: ['', ''],
      rows: [
        ['frames a second', (frames / seconds).toFixed(2)],
        ['a frame', `${(bytes / frames / 1024).toFixed(1)} KiB`],
        ['a snapshot, compressed', kib(snapshots)],
        ['states read from the database meanwhile', String(meanwhile)],
        ['states read for 200 at once', String(ofMany)],
        ['node CPU', `${(100 * cpu).toFixed(0)} % of a core`],
        ['node memory', `${resident.toFixed(0)} MiB`],
        ['left out because the place was busy', String(changes.skipped)],
      ],
    },
  );
  outcome.plots.push({
    kind: 'shares',
    title: 'From a change’s acknowledgement to the network’s wall',
    unit: 'ms',
    lines: [
      { label: 'counts', values: of('attest', 'fromCommit') },
      { label: 'beds', values: of('beds', 'fromCommit') },
    ],
  });
  writer.close();
  watcher.close();
  await settled(database.sql, plan);
}

/** What a region's wall and a facility's are sent, and cost the server, without and with everybody else's changes. */
async function walls({ installation, plan, sizes, outcome }) {
  const {
    nodes: [{ url, node }],
    signIn,
  } = installation;
  const { changes: rate, walls: subscribers, wallSeconds } = sizes;
  const [attest, beds, reader] = [
    await signIn('admin'),
    await signIn('nurse'),
    await signIn('command_center'),
  ];
  const tokens = { attest, beds };
  const { region, facility } = plan.units[0];
  const of = (one) => one.region === region;
  const regionWatcher = await watchTopic({ url, token: reader, topic: `region/${region}/availability` });
  const facilityWatcher = await watchTopic({ url, token: reader, topic: `facility/${facility}/census` });
  const anyone = { next: () => Promise.resolve(performance.now()) };
  const own = await openCountryWriter({
    url,
    tokens,
    facilities: plan.facilities.filter((one) => of(one) && one.id !== facility),
    units: plan.units.filter((one) => of(one) && one.facility !== facility),
    perSecond: 3,
    watcher: regionWatcher,
  });
  const within = await openCountryWriter({
    url,
    tokens,
    facilities: [],
    units: plan.units.filter((one) => one.facility === facility),
    perSecond: 1,
    watcher: facilityWatcher,
  });
  const rest = await openCountryWriter({
    url,
    tokens,
    facilities: plan.facilities.filter((one) => !of(one)),
    units: plan.units.filter((one) => !of(one)),
    perSecond: rate - 4,
    watcher: anyone,
  });
  const phases = [];
  for (const [what, withRest, walls1] of [
    ['their own changes alone', false, 0],
    [`their own alone, ${subscribers} walls of the region`, false, subscribers],
    ['with everybody’s', true, 0],
    [`with everybody’s, ${subscribers} walls of the region`, true, subscribers],
  ]) {
    const sockets = await openWalls({
      url,
      token: reader,
      topic: `region/${region}/availability`,
      count: walls1,
    });
    const ms = wallSeconds * 1_000;
    regionWatcher.counts();
    facilityWatcher.counts();
    const before = cpuSeconds(node.pid());
    const [ofRegion, ofFacility] = await Promise.all([
      own.during(ms),
      within.during(ms),
      withRest ? rest.during(ms) : undefined,
    ]);
    const cpu = (cpuSeconds(node.pid()) - before) / wallSeconds;
    const [toRegion, toFacility] = [regionWatcher.counts(), facilityWatcher.counts()];
    phases.push({ what, cpu, ofRegion, ofFacility, toRegion, toFacility });
    for (const socket of sockets) socket.destroy();
  }
  const [alone, aloneWatched, all, allWatched] = phases;
  const cost = [aloneWatched.cpu - alone.cpu, allWatched.cpu - all.cpu].map(
    (share) => (share * 1e4) / subscribers,
  );
  outcome.tables.push({
    title:
      `A region’s wall and a facility’s, 4 changes a second of their own, ${rate - 4} elsewhere, ${wallSeconds} s each; a wall of ` +
      `the region more costs ${cost[0].toFixed(2)} ms of CPU in 10 s without the rest, ${cost[1].toFixed(2)} with it`,
    columns: ['', 'node CPU', 'region p99', 'facility p99', 'to the region', 'to the facility'],
    rows: phases.map(({ what, cpu, ofRegion, ofFacility, toRegion, toFacility }) => [
      what,
      `${(cpu * 100).toFixed(1)} %`,
      ...[ofRegion, ofFacility].map(
        ({ changes }) =>
          `${quantile(
            changes.map(({ fromCommit }) => fromCommit),
            0.99,
          ).toFixed(0)} ms`,
      ),
      ...[toRegion, toFacility].map(({ frames, bytes }) => `${frames} frames, ${bytes} bytes`),
    ]),
  });
  for (const [goal, name] of [
    ['country-region', 'toRegion'],
    ['country-facility', 'toFacility'],
  ]) {
    const without = alone[name].bytes + aloneWatched[name].bytes;
    outcome.verdicts.push(judged(goal, (all[name].bytes + allWatched[name].bytes) / without, sizes));
  }
  const lost = phases.reduce((sum, { ofRegion, ofFacility }) => sum + ofRegion.lost + ofFacility.lost, 0);
  if (lost > 0)
    outcome.faults.push(`${lost} changes were never told of to the region’s or the facility’s wall`);
  for (const one of [own, within, rest, regionWatcher, facilityWatcher]) one.close();
}

async function openWalls({ url, token, topic, count }) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = await openLightSocket(url, token);
      await socket.ask('subscribe', { topic });
      return socket;
    }),
  );
}

async function snapshotsWithin({ url, token }, ms) {
  const snapshots = [];
  const count = 20;
  const until = performance.now() + ms;
  for (let n = 0; n < count; n += 1) {
    snapshots.push(
      await readSnapshot({ url, token, topic: network, encoding: n % 2 === 0 ? 'br, gzip' : 'gzip' }),
    );
    // Not in step with the projections.
    const rest = (until - performance.now()) / (count - n);
    await new Promise((go) => setTimeout(go, rest * (0.6 + 0.37 * ((n * 7) % 3))));
  }
  return snapshots;
}

/** Waits until everything is in the network’s state. */
async function settled(sql, plan) {
  for (;;) {
    const [{ facilities, units }] = await sql`
      select count(*) filter (where kind = 'facility' and topic = ${network})::int as facilities,
        count(*) filter (where kind = 'unit')::int as units from carewall.derived_items`;
    if (facilities >= plan.facilities.length && units >= plan.units.length) break;
    await new Promise((go) => setTimeout(go, 250));
  }
  await new Promise((go) => setTimeout(go, 2_500));
}

function row(what, ms) {
  const at = (share) => `${quantile(ms, share).toFixed(0)} ms`;
  return [what, at(0.5), at(0.95), at(0.99), at(1), String(ms.length)];
}

function kib(snapshots) {
  const sizes = snapshots.map(({ bytes }) => bytes / 1024);
  return `${Math.min(...sizes).toFixed(0)}–${Math.max(...sizes).toFixed(0)} KiB`;
}

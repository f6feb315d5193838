// Measures a network the size of a country on an installation of its own: how long a change anywhere takes until the network
// wall has it, what a snapshot of the network costs meanwhile, and what a region's and a facility's wall cost.
//   node load-tests/country.mjs [--facilities 7154] [--regions 56] [--known 100] [--rate 100] [--seconds 60] [--profile FOLDER]
// Ends with 1 where a promise is broken: p99 of 1.5 s from the acknowledgement to the network's wall, snapshots within 300 ms
// and 1 MiB, and what a region's and a facility's wall are sent no more with everybody's changes than without them.
// `--profile` writes a CPU profile of the server there.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCountry, planCountry } from './country/country-network.mjs';
import { openCountryWriter } from './country/country-writer.mjs';
import { watchTopic } from './country/network-watcher.mjs';
import { readSnapshot } from './country/snapshot-reader.mjs';
import { withInstallation } from './measures/installation.mjs';
import { openLightSocket } from './measures/light-socket.mjs';
import { quantile } from './measures/statistics.mjs';

const { values } = parseArgs({
  options: {
    facilities: { type: 'string', default: '7154' },
    regions: { type: 'string', default: '56' },
    known: { type: 'string', default: '100' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    subscribers: { type: 'string', default: '100' },
    'wall-seconds': { type: 'string', default: '15' },
    profile: { type: 'string' },
  },
});
const size = {
  facilities: Number(values.facilities),
  regions: Number(values.regions),
  known: Number(values.known),
};
const [rate, seconds, subscribers] = [values.rate, values.seconds, values.subscribers].map(Number);
const network = 'network/availability';
const wallSeconds = Number(values['wall-seconds']);
const broken = [];
const environment =
  values.profile === undefined
    ? {}
    : {
        NODE_OPTIONS: `--import ${new URL('country/profiled.mjs', import.meta.url)}`,
        PROFILE_FOLDER: resolve(values.profile),
      };

await withInstallation({ withinMs: 30 * 60_000, environment }, async (installation) => {
  const { database, nodes, signIn } = installation;
  const [{ url, node }] = nodes;
  const country = planCountry(size);
  const token = await signIn('admin');
  const began = performance.now();
  await makeCountry({ url, token, sql: database.sql, country });
  console.log(
    `${size.facilities} facilities in ${size.regions} regions, ${country.units.length} units known bed by bed: ` +
      `made in ${seconds1(performance.now() - began)}`,
  );
  await settled(database.sql, country);
  await live(installation, country);
  await walls(installation, country);
  if (values.profile !== undefined) await node.drain();
});
for (const what of broken) console.log(`BROKEN: ${what}`);
process.exitCode = broken.length === 0 ? 0 : 1;

/** Changes everywhere: from the acknowledgement to the network's wall, and snapshots meanwhile. */
async function live({ database, nodes: [{ url }], signIn, metrics }, country) {
  const [attest, beds, reader] = [
    await signIn('admin'),
    await signIn('nurse'),
    await signIn('command_center'),
  ];
  const watcher = await watchTopic({ url, token: reader, topic: network });
  const writer = await openCountryWriter({
    url,
    tokens: { attest, beds },
    facilities: country.facilities,
    units: country.units,
    perSecond: rate,
    watcher,
  });
  await writer.during(3_000);
  watcher.counts();
  const before = await metrics();
  const [changes, snapshots] = await Promise.all([
    writer.during(seconds * 1_000),
    snapshotsWithin({ url, token: reader }, seconds * 1_000),
  ]);
  const after = await metrics();
  const { frames, bytes, jumps } = watcher.counts();
  const rise = (name, labels) => after(name, labels) - before(name, labels);
  console.log(`\n${rate} changes a second over all of it for ${seconds} s (half counts, half beds):`);
  for (const kind of ['attest', 'beds']) {
    const own = changes.changes.filter((one) => one.kind === kind);
    row(
      `  acknowledged → frame, ${kind === 'attest' ? 'counts' : 'beds'}`,
      own.map(({ fromCommit }) => fromCommit),
    );
    row(
      `  sent → frame, ${kind === 'attest' ? 'counts' : 'beds'}`,
      own.map(({ fromStart }) => fromStart),
    );
  }
  const all = changes.changes.map(({ fromCommit }) => fromCommit);
  row('  acknowledged → frame, all', all);
  promise(quantile(all, 0.99) <= 1_500, `p99 of a change is ${quantile(all, 0.99).toFixed(0)} ms`);
  promise(changes.lost === 0 && jumps === 0, `${changes.lost} changes were never told of, ${jumps} jumps`);
  promise(all.length >= 0.98 * rate * seconds, `only ${all.length} changes were made`);
  console.log(
    `  frames ${frames} (${(frames / seconds).toFixed(2)} a second), ${(bytes / frames / 1024).toFixed(1)} KiB each; ` +
      `left out because the place was busy ${changes.skipped}, never told of ${changes.lost}`,
  );
  row(
    '  snapshot of the network, one at a time',
    snapshots.map(({ ms }) => ms),
  );
  console.log(`  compressed ${kib(snapshots)} (${snapshots[0]?.encoding})`);
  promise(
    quantile(
      snapshots.map(({ ms }) => ms),
      1,
    ) <= 300,
    'a snapshot took longer than 300 ms',
  );
  promise(Math.max(...snapshots.map(({ bytes: size1 }) => size1)) <= 1024 * 1024, 'a snapshot is over 1 MiB');
  console.log(
    `  server: CPU ${((rise('process_cpu_seconds_total') / seconds) * 100).toFixed(0)} % of one core, ` +
      `RSS ${(after('process_resident_memory_bytes') / 1024 ** 2).toFixed(0)} MiB, ` +
      `states read from the database ${rise('carewall_topic_reads_total', 'snapshot')}`,
  );
  const reads = await metrics();
  const many = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      readSnapshot({ url, token: reader, topic: network, encoding: n % 2 === 0 ? 'br' : 'gzip' }),
    ),
  );
  const readsAfter = await metrics();
  row(
    '  200 snapshots at once',
    many.map(({ ms }) => ms),
  );
  console.log(
    `  compressed ${kib(many)}; answered ${many.filter(({ status }) => status === 200).length}; ` +
      `states read ${readsAfter('carewall_topic_reads_total', 'snapshot') - reads('carewall_topic_reads_total', 'snapshot')}`,
  );
  writer.close();
  watcher.close();
  await settled(database.sql, country);
}

/** What a region's wall and a facility's are sent, and cost the server, without and with everybody else's changes. */
async function walls({ nodes: [{ url }], signIn, metrics }, country) {
  const [attest, beds, reader] = [
    await signIn('admin'),
    await signIn('nurse'),
    await signIn('command_center'),
  ];
  const tokens = { attest, beds };
  const { region, facility } = country.units[0];
  const of = (one) => one.region === region;
  const regionWatcher = await watchTopic({ url, token: reader, topic: `region/${region}/availability` });
  const facilityWatcher = await watchTopic({ url, token: reader, topic: `facility/${facility}/census` });
  const anyone = { next: () => Promise.resolve(performance.now()) };
  const own = await openCountryWriter({
    url,
    tokens,
    facilities: country.facilities.filter((one) => of(one) && one.id !== facility),
    units: country.units.filter((one) => of(one) && one.facility !== facility),
    perSecond: 3,
    watcher: regionWatcher,
  });
  const within = await openCountryWriter({
    url,
    tokens,
    facilities: [],
    units: country.units.filter((one) => one.facility === facility),
    perSecond: 1,
    watcher: facilityWatcher,
  });
  const rest = await openCountryWriter({
    url,
    tokens,
    facilities: country.facilities.filter((one) => !of(one)),
    units: country.units.filter((one) => !of(one)),
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
    const before = await metrics();
    const [ofRegion, ofFacility] = await Promise.all([
      own.during(ms),
      within.during(ms),
      withRest ? rest.during(ms) : undefined,
    ]);
    const after = await metrics();
    const [toRegion, toFacility] = [regionWatcher.counts(), facilityWatcher.counts()];
    const cpu = (after('process_cpu_seconds_total') - before('process_cpu_seconds_total')) / (ms / 1_000);
    phases.push({ what, cpu, ofRegion, ofFacility, toRegion, toFacility });
    for (const socket of sockets) socket.destroy();
  }
  console.log(
    `\na region’s wall and a facility’s (4 changes a second of their own, ${rate - 4} elsewhere), ${wallSeconds} s each:`,
  );
  for (const { what, cpu, ofRegion, ofFacility, toRegion, toFacility } of phases) {
    console.log(`  ${what}: server’s CPU ${(cpu * 100).toFixed(1)} % of one core`);
    row(
      '    region: acknowledged → frame',
      ofRegion.changes.map(({ fromCommit }) => fromCommit),
    );
    row(
      '    facility: acknowledged → frame',
      ofFacility.changes.map(({ fromCommit }) => fromCommit),
    );
    console.log(
      `    region: ${toRegion.frames} frames, ${toRegion.bytes} bytes; facility: ${toFacility.frames} frames, ${toFacility.bytes} bytes`,
    );
  }
  const [alone, aloneWatched, all, allWatched] = phases;
  const cost = [aloneWatched.cpu - alone.cpu, allWatched.cpu - all.cpu].map(
    (share) => (share * 1e5) / subscribers,
  );
  console.log(
    `  a wall of the region more costs the server ${cost[0]?.toFixed(2)} ms of CPU in 10 s without the rest, ${cost[1]?.toFixed(2)} ms with it`,
  );
  for (const name of ['toRegion', 'toFacility']) {
    const [without, given] = [
      alone[name].bytes + aloneWatched[name].bytes,
      all[name].bytes + allWatched[name].bytes,
    ];
    promise(given <= 1.25 * without, `${name}: ${given} bytes with the rest, ${without} without`);
  }
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
async function settled(sql, country) {
  for (;;) {
    const [{ facilities, units }] = await sql`
      select count(*) filter (where kind = 'facility' and topic = ${network})::int as facilities,
        count(*) filter (where kind = 'unit')::int as units from carewall.derived_items`;
    if (facilities >= country.facilities.length && units >= country.units.length) break;
    await new Promise((go) => setTimeout(go, 250));
  }
  await new Promise((go) => setTimeout(go, 2_500));
}

function row(what, ms) {
  const at = (share) => quantile(ms, share).toFixed(0).padStart(5);
  console.log(
    `${what.padEnd(44)} p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)}  max ${at(1)} ms  (${ms.length})`,
  );
}

function kib(snapshots) {
  const sizes = snapshots.map(({ bytes }) => bytes / 1024);
  return `${Math.min(...sizes).toFixed(0)}–${Math.max(...sizes).toFixed(0)} KiB`;
}

function seconds1(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function promise(kept, what) {
  if (!kept) broken.push(what);
}

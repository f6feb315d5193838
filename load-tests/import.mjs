// Measures the import of a country's facilities, each time into an installation of its own: from the first row to the last; the
// same once more; stopped half-way and gone on with; and with the server killed half-way and started again.
//   npm run build && node load-tests/import.mjs FILE.csv [--as-of 2020-04-01] [--only whole|resumed|killed]
// It speaks the public contract alone: the command line, and what the server shows of the network afterwards.
import assert from 'node:assert/strict';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import { endChildrenWithUs, startChild } from './faults/child-process.mjs';
import { request } from './faults/http-api.mjs';
import { pause, until } from './faults/pause.mjs';
import { freePort } from './faults/ports.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'as-of': { type: 'string', default: '2020-04-01' }, only: { type: 'string' } },
});
const [file] = positionals;
assert(file, 'name the file');
const asOf = values['as-of'];
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const expected = await readTruth(file);
endChildrenWithUs();

console.log(
  `${expected.facilities} facilities, ${expected.beds} beds in the ${expected.counted} that report them`,
);
console.log(
  `Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)} when it began`,
);
const scenarios = { whole, resumed, killed };
for (const [name, play] of Object.entries(scenarios)) {
  if (values.only !== undefined && values.only !== name) continue;
  const dataDir = await mkdtemp(join(tmpdir(), 'carewall-import-'));
  const server = createServer(dataDir, await freePort());
  try {
    await server.start();
    await play(server);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @param {ReturnType<typeof createServer>} server */
async function whole(server) {
  const first = await ended(importInto(server));
  assert.equal(first.code, 0, first.said);
  report('from the first row to the last', first, server);
  const shown = await check(server);
  const again = await ended(importInto(server));
  assert.equal(again.code, 0, again.said);
  assert.match(again.said, new RegExp(`0 registered, 0 changed, ${number(expected.facilities)} the same`));
  report('the same once more', again, server);
  // Not one version has grown: not one event was appended about any of them.
  assert.deepEqual(await check(server), shown);
}

/** @param {ReturnType<typeof createServer>} server */
async function resumed(server) {
  const cut = importInto(server);
  await until(async () => (await server.registered()) > expected.facilities / 2, {
    within: 300_000,
    every: 100,
  });
  cut.child.kill('SIGINT');
  const stopped = await ended(cut);
  assert.equal(stopped.code, 1, stopped.said);
  const line = /--from-line (\d+)/.exec(stopped.said)?.[1];
  assert(line, stopped.said);
  report(`stopped half-way (Ctrl C); goes on at line ${line}`, stopped, server);
  const rest = await ended(importInto(server, ['--from-line', line]));
  assert.equal(rest.code, 0, rest.said);
  report('gone on with', rest, server);
  await check(server);
}

/** @param {ReturnType<typeof createServer>} server */
async function killed(server) {
  const run = importInto(server);
  await until(async () => (await server.registered()) > expected.facilities / 2, {
    within: 300_000,
    every: 100,
  });
  await server.kill();
  await pause(2_000);
  await server.start();
  const finished = await ended(run);
  assert.equal(finished.code, 0, finished.said);
  report('the server killed (SIGKILL) half-way and started again', finished, server);
  await check(server);
}

/** What the server shows of the facilities of the file: all of them, every bed, and nothing that nobody knows. */
async function check(server) {
  const state = await server.network(expected.facilities);
  const facilities = Object.values(state.facilities).filter(({ id }) => id.startsWith('ccm-'));
  const levels = facilities.flatMap((one) => Object.values(one.levels));
  const capacity = levels.reduce((sum, one) => sum + one.capacity, 0);
  const counted = facilities.filter((one) => Object.keys(one.levels).length > 0).length;
  assert.equal(facilities.length, expected.facilities);
  assert.equal(capacity, expected.beds);
  assert.equal(counted, expected.counted);
  for (const level of levels)
    assert(level.lapsed && level.asOf.startsWith(asOf), 'an old count is shown as unknown');
  const unsaid = levels.filter(({ available }) => available === undefined).length;
  console.log(
    `  shown: ${facilities.length} facilities, ${capacity} beds in ${counted}, ${facilities.length - counted} without counts; ${unsaid} of ${levels.length} levels with beds alone`,
  );
  return facilities
    .map(({ id, details, levels: all }) => ({ id, details, levels: all }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function importInto(server, more = []) {
  const beganAt = Date.now();
  const run = startChild(
    process.execPath,
    [join(root, 'dist', 'cli', 'main.js'), 'import', 'facilities', resolve(file), '--as-of', asOf, ...more],
    {
      env: {
        PATH: process.env.PATH,
        CAREWALL_URL: server.url,
        CAREWALL_EMAIL: 'admin@demo.carewall.example',
        CAREWALL_PASSWORD: 'demo-carewall',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  let peakKiB = 0;
  for (const stream of [run.child.stdout, run.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const watch = setInterval(() => {
    peakKiB = Math.max(peakKiB, peakOf(run.child.pid));
  }, 200);
  return {
    ...run,
    result: () => ({ said, peakKiB, seconds: (Date.now() - beganAt) / 1_000 }),
    over: () => clearInterval(watch),
  };
}

async function ended(run) {
  const { code } = await run.ended;
  run.over();
  return { code, ...run.result() };
}

function report(what, { seconds, peakKiB, said }, server) {
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${Math.round(peakKiB / 1_024)} MiB at most (the server ${Math.round(server.peakKiB() / 1_024)} MiB), load ${loadavg()[0]?.toFixed(1)}`,
  );
  for (const text of said.trim().split('\n')) console.log(`  ${text}`);
}

function createServer(dataDir, port) {
  const url = `http://127.0.0.1:${port}`;
  let running;
  let token;

  async function signIn() {
    const body = { email: 'admin@demo.carewall.example', password: 'demo-carewall' };
    const answer = await request(`${url}/api/v1/session`, { method: 'POST', body });
    assert.equal(answer.status, 200);
    token = answer.body.accessToken;
  }

  return {
    url,
    async start() {
      running = startChild(process.execPath, [join(root, 'dist', 'server', 'main.js')], {
        env: {
          PATH: process.env.PATH,
          DATA_DIR: dataDir,
          DEMO: 'on',
          PORT: `${port}`,
          MLLP_PORT: '0',
          LOG_LEVEL: 'fatal',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      running.child.stdout?.setEncoding('utf8').on('data', (text) => {
        out += text;
      });
      await until(() => out.includes('Carewall is at'), { within: 120_000, every: 50 });
    },
    async kill() {
      running.child.kill('SIGKILL');
      await running.ended;
    },
    async stop() {
      running?.child.kill('SIGTERM');
      await running?.ended;
    },
    peakKiB: () => peakOf(running.child.pid),
    /** How many registrations the server has carried out since it was started. */
    async registered() {
      const response = await fetch(`${url}/metrics`);
      const text = await response.text();
      return Number(
        /carewall_commands_total\{type="facility.register",outcome="ok"[^}]*\} (\d+)/.exec(text)?.[1] ?? 0,
      );
    },
    /** The network once it shows so many facilities of the file: it is derived, and comes a second later. */
    async network(facilities) {
      await signIn();
      let state = { facilities: {} };
      await until(
        async () => {
          const path = `/api/v1/topics/${encodeURIComponent('network/availability')}`;
          const answer = await request(`${url}${path}`, { token, within: 30_000 });
          assert.equal(answer.status, 200);
          state = answer.body.state;
          return Object.keys(state.facilities).filter((id) => id.startsWith('ccm-')).length >= facilities;
        },
        { within: 120_000, every: 1_000 },
      );
      return state;
    },
  };
}

/** The most memory that a process has had in RAM, as Linux tells it. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** What is in the file, counted without the importer. */
async function readTruth(path) {
  let [facilities, counted, beds] = [0, 0, 0];
  for await (const row of createReadStream(path).pipe(parse({ columns: true, bom: true }))) {
    facilities += 1;
    const staffed = row['Staffed All Beds'];
    if (staffed === '') continue;
    counted += 1;
    beds += Number(staffed);
  }
  return { facilities, counted, beds };
}

function number(count) {
  return count.toLocaleString('en');
}

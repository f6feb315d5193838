import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { request } from '../faults/http-api.mjs';
import { freePort } from '../faults/ports.mjs';
import { withInstallation } from '../measures/installation.mjs';
import { quantile } from '../measures/statistics.mjs';
import { differences, unfound } from './compare.mjs';
import { createDay } from './day.mjs';
import { createFold } from './fold.mjs';
import { replay } from './replay.mjs';
import { addBeds, prepareUnits } from './units.mjs';

/*
 * A day of a hospital's ADT messages, played to a server, whose board must then be equal to what an independent fold makes
 * of the same messages. Ends with exit code 1 where it is not.
 */

const usage = `node load-tests/adt-day/main.mjs [--messages 20000] [--rate 200] [--seed 1] [--connections 8]
  --rate N         messages a second; 0 for as fast as they go
  --url, --mllp    a server that runs already, of the demo at rest, and its MLLP port; else one is started, with a
                   hospital of 600 beds in 24 units
  --units a,b      the units to play in, on a server that runs already`;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    connections: { type: 'string', default: '8' },
    url: { type: 'string' },
    mllp: { type: 'string' },
    units: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const options = {
  count: Number(values.messages),
  rate: Number(values.rate),
  seed: values.seed,
  connections: Number(values.connections),
};

if (values.url !== undefined) {
  const found = await play(values.url, Number(values.mllp), (values.units ?? '').split(','));
  process.exitCode = found === 0 ? 0 : 1;
} else {
  const port = await freePort();
  let found = 1;
  await withInstallation(
    {
      withinMs: 20 * 60_000,
      environment: { MLLP_PORT: `${port}` },
      prepare: async (sql) => prepareUnits(sql),
    },
    async ({ nodes, signIn }) => {
      const [{ url }] = nodes;
      const units = await addBeds(url, await signIn('admin'));
      found = await play(url, port, units);
    },
  );
  process.exitCode = found === 0 ? 0 : 1;
}

async function play(url, port, units) {
  const token = await tokenOf(url);
  const before = await readBoard(url, token, units);
  const day = createDay({
    beds: before.beds.map(({ location }) => location),
    seed: options.seed,
    count: options.count,
    startMs: Math.floor(Date.now() / 60_000) * 60_000 - 24 * 3_600_000,
    name: `D${randomUUID().slice(0, 6)}`,
    facility: before.beds[0].location.facility,
  });
  const fold = createFold(before.beds, 'demo');
  const expected = day.map(({ message }) => fold.take(message));
  const triggers = {};
  for (const { trigger } of day) triggers[trigger] = (triggers[trigger] ?? 0) + 1;
  console.log(
    `${day.length} messages of ${before.beds.length} beds in ${units.length} units: ${JSON.stringify(triggers)}`,
  );
  const { answers, latencies, seconds } = await replay({
    port,
    messages: day.map(({ message }) => message),
    rate: options.rate,
    connections: options.connections,
  });
  const board = await readBoard(url, await tokenOf(url), units);
  const unlike = answers.flatMap((answer, index) =>
    answer === expected[index]
      ? []
      : [`message ${index} (${day[index].trigger}) was answered ${answer} instead of ${expected[index]}`],
  );
  const found = [...unlike, ...differences(board, fold)];
  // A comparison that finds nothing must be one that would.
  if (found.length === 0) found.push(...unfound(board, fold).map((what) => `not found when made: ${what}`));
  console.log(
    JSON.stringify({
      seed: options.seed,
      messages: answers.length,
      accepted: answers.filter((answer) => answer === 'AA').length,
      refused: answers.filter((answer) => answer !== 'AA').length,
      seconds: Number(seconds.toFixed(1)),
      messagesPerSecond: Number((answers.length / seconds).toFixed(1)),
      acknowledgedMs: { p50: ms(quantile(latencies, 0.5)), p99: ms(quantile(latencies, 0.99)) },
      occupied: board.beds.filter(({ operationalStatus }) => operationalStatus === 'O').length,
      alerts: { raised: Object.keys(board.alerts).length, expected: fold.alerts.size },
      differences: found.length,
    }),
  );
  for (const one of found.slice(0, 40)) console.log(one);
  return found.length;
}

async function tokenOf(url) {
  const { status, body } = await request(`${url}/api/v1/session`, {
    method: 'POST',
    body: { email: 'nurse@demo.carewall.example', password: 'demo-carewall' },
    within: 20_000,
  });
  if (status !== 200) throw new Error(`sign-in answered ${status}`);
  return body.accessToken;
}

/** All beds and open alerts of the units, as a nurse sees them. */
async function readBoard(url, token, units) {
  const beds = [];
  const alerts = {};
  for (const unit of units) {
    for (const part of ['beds', 'alerts']) {
      const { status, body } = await request(
        `${url}/api/v1/topics/${encodeURIComponent(`unit/${unit}/${part}`)}`,
        { token, within: 20_000 },
      );
      if (status !== 200) throw new Error(`unit/${unit}/${part} answered ${status}`);
      if (part === 'beds') beds.push(...Object.values(body.state.beds));
      else Object.assign(alerts, body.state.alerts);
    }
  }
  return { beds, alerts };
}

function ms(value) {
  return Number(value.toFixed(1));
}

// Measures how long after its commit a row of the audit is in the chain, while commands come at a steady rate, and then how
// long `audit verify` takes over many rows, and in how much memory.
//   node load-tests/audit.mjs [--rates 500,1500] [--seconds 20] [--rows 1000000]
// Both moments are Postgres's own (track_commit_timestamp): of the row's transaction, and of the one that chained it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildCli } from '../scripts/build.mjs';
import { endChildren } from './faults/child-process.mjs';
import { until } from './faults/pause.mjs';
import { openCommandWriters } from './measures/command-writers.mjs';
import { withInstallation } from './measures/installation.mjs';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '500,1500' },
    seconds: { type: 'string', default: '20' },
    rows: { type: 'string', default: '1000000' },
  },
});
const rates = values.rates.split(',').map(Number);
const [seconds, rows] = [values.seconds, values.rows].map(Number);
/** What one socket may send in a second, with room to spare. */
const perWriter = 25;
/** The product's promise. */
const mostMs = 1_000;

await buildCli();
let kept = true;
await withInstallation(
  { postgres: { track_commit_timestamp: 'on' }, withinMs: 30 * 60_000 },
  async (installation) => {
    const { sql } = installation.database;
    for (const rate of rates) {
      const { id: before } = await lastRow(sql);
      const writers = Math.ceil(rate / perWriter);
      const tokens = await installation.signInMany(1);
      const beds = await bedsOfAllUnits(sql, writers);
      const commands = await openCommandWriters({ urls: [installation.nodes[0].url], tokens, beds });
      const { perSecond } = await commands.round({ seconds, everyMs: (1_000 * writers) / rate });
      commands.close();
      await allSealed(sql);
      const [lag] = await sql`
      with lags as (
        select extract(epoch from pg_xact_commit_timestamp(c.xmin) - pg_xact_commit_timestamp(a.xmin))::float8 * 1000 as ms
        from carewall.audit a join carewall.audit_chain c on c.audit_id = a.id where a.id > ${before})
      select count(*)::int as rows, percentile_cont(0.5) within group (order by ms) as p50,
        percentile_cont(0.99) within group (order by ms) as p99, max(ms) as max from lags`;
      kept &&= lag.max <= mostMs;
      console.log(
        `${Math.round(perSecond)} commands/s: ${lag.rows} rows in the chain ` +
          `p50 ${lag.p50.toFixed(0)}, p99 ${lag.p99.toFixed(0)}, max ${lag.max.toFixed(0)} ms after their commit`,
      );
    }
    await verifyMany(installation);
  },
);
process.exit(kept ? 0 : 1);

/** @param {import('./measures/installation.mjs').Installation} installation */
async function verifyMany({ database, dataDir }) {
  const { sql } = database;
  const began = performance.now();
  for (let done = 0; done < rows; done += 10_000) {
    await sql`
      insert into carewall.audit (org_id, principal, action, outcome, details)
        select org_id, principal, action, outcome, details from carewall.audit
        cross join generate_series(1, ${Math.min(10_000, rows - done)}::int)
        where id = (select max(id) from carewall.audit where org_id = 'demo')`;
  }
  await allSealed(sql);
  const sealed = (performance.now() - began) / 1_000;
  console.log(
    `${rows} rows written and sealed in ${sealed.toFixed(1)} s, ${Math.round(rows / sealed)} a second`,
  );
  const verifying = performance.now();
  const child = spawn(process.execPath, [join('dist', 'cli', 'main.js'), 'audit', 'verify'], {
    env: { ...process.env, DATABASE_URL: database.url, DATA_DIR: dataDir },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(statusOf(child.pid))?.[1] ?? 0));
  }, 50);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  kept &&= code === 0;
  const took = (performance.now() - verifying) / 1_000;
  console.log(`audit verify: exit ${code}, ${took.toFixed(1)} s, ${Math.round(peak / 1024)} MiB at most`);
}

/** So many beds, of one unit after the other. */
async function bedsOfAllUnits(sql, count) {
  const rows = await sql`
    select id from carewall.beds where org_id = 'demo'
    order by row_number() over (partition by unit order by id), unit limit ${count}`;
  if (rows.length < count) throw new Error(`there are ${rows.length} beds for ${count} writers`);
  return rows.map(({ id }) => id);
}

function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

async function lastRow(sql) {
  const [row] = await sql`select coalesce(max(id), 0)::text as id from carewall.audit`;
  return row;
}

async function allSealed(sql) {
  const sealed = async () => {
    // Of the newest alone: looking through them all, again and again, would be in the figures.
    const [row] = await sql`
      select count(*)::int as open from (select id from carewall.audit order by id desc limit 5000) a
      where not exists (select from carewall.audit_chain c where c.audit_id = a.id)`;
    return row.open === 0;
  };
  if (await until(sealed, { within: 600_000, every: 100 })) return;
  endChildren();
  throw new Error('the audit was not sealed within ten minutes');
}

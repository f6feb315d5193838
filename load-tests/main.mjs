// Measures how far an installation goes, next to what people would use instead, and writes a report.
//   npm run load -- <scenario|all> [--out FOLDER] [--subscribers 1000 --rate 20 --seconds 20 …]; --help says more
// Ends with 1 where a goal is not met, something was lost or doubled, or a scenario could not be measured.
import { join } from 'node:path';
import { endChildren, endChildrenWithUs } from './faults/child-process.mjs';
import { installationFor } from './harness/installations.mjs';
import { readOptions } from './harness/options.mjs';
import { openReport } from './harness/report.mjs';
import { verdictLine } from './harness/verdict.mjs';

const { out, chosen, ...how } = readOptions(process.argv.slice(2));
endChildrenWithUs();
// What fails beside the scenario that waits for it must not end the report of the others.
let stray = [];
for (const kind of ['unhandledRejection', 'uncaughtException'])
  process.on(kind, (error) => stray.push(`beside it: ${error?.stack ?? error}`));
const report = openReport(out, {
  nodes: how.running?.urls.length ?? how.nodes,
  Redis: how.running ? 'as it is there' : how.withRedis ? 'yes' : 'no',
  engine: how.running ? 'as it is there' : how.engine,
});
for (const { scenario, sizes } of chosen) {
  const { name, about } = scenario;
  console.log(`\n${name}: ${about}`);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  stray = [];
  try {
    const outcome = await scenario.run({
      sizes,
      withInstallation: installationFor({
        ...how,
        profile: how.profile && join(how.profile, name),
        minutes: scenario.minutes,
      }),
      say: (line) => console.log(`  ${line}`),
    });
    outcome.faults.push(...stray);
    report.add({ name, about, sizes, seconds: seconds(), ...outcome });
    for (const { title, columns, rows } of outcome.tables) printTable(title, columns, rows);
    for (const fault of outcome.faults) console.log(`  FAULT ${fault}`);
    for (const verdict of outcome.verdicts) console.log(`  ${verdictLine(verdict)}`);
  } catch (error) {
    console.log(`  COULD NOT BE MEASURED: ${error.stack}`);
    report.add({ name, about, sizes, seconds: seconds(), error: error.message, faults: stray });
  } finally {
    endChildren();
  }
  console.log(`  took ${seconds().toFixed(0)} s`);
}
console.log(`\nthe report is ${join(out, 'report.html')}`);
const isGood = report
  .scenarios()
  .every(
    ({ error, faults = [], verdicts = [] }) =>
      error === undefined && faults.length === 0 && verdicts.every(({ met }) => met),
  );
process.exit(isGood ? 0 : 1);

function printTable(title, columns, rows) {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index].length)),
  );
  const line = (cells) =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index])))
      .join('  ');
  console.log(`  ${title}`);
  for (const cells of [columns, ...rows]) console.log(`    ${line(cells)}`);
}

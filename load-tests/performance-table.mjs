// Writes the figures of a report into docs/performance.md, between the marks that stand there.
//   node load-tests/performance-table.mjs [docs/load-report/report.json]
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goals } from './goals.mjs';
import { rounded } from './harness/verdict.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs', 'performance.md');
const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->'];
const report = JSON.parse(
  readFileSync(resolve(process.argv[2] ?? join(root, 'docs/load-report/report.json')), 'utf8'),
);

const verdicts = new Map(
  report.scenarios.flatMap(({ verdicts: own = [] }) => own.map((verdict) => [verdict.goal, verdict])),
);
const rows = Object.entries(goals).map(([name, { scenario, what, unit, most, least }]) => {
  const verdict = verdicts.get(name);
  const limit =
    most === undefined ? `at least ${rounded(least)} ${unit}` : `at most ${rounded(most)} ${unit}`;
  return `| ${scenario} | ${what} | ${limit.trim()} | ${figureOf(verdict)} | ${outcomeOf(verdict)} |`;
});
const { machine, startedAt, scenarios } = report;
const faulty = scenarios.filter(({ error, faults = [] }) => error !== undefined || faults.length > 0);
const written = [
  begin,
  '',
  `Measured ${startedAt.slice(0, 10)} on ${machine.cores} cores (${machine.cpu}), Node ${machine.node}, the generators on the same cores. ` +
    (faulty.length === 0
      ? 'Nothing was lost, doubled or refused.'
      : `**Not everything went well in: ${faulty.map(({ name }) => name).join(', ')}; see the report.**`),
  '',
  '| scenario | what | goal | figure | |',
  '| --- | --- | --- | --- | --- |',
  ...rows,
  '',
  end,
].join('\n');
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from === -1 || to < from) throw new Error(`${page} has no place for figures: ${begin} … ${end}`);
writeFileSync(page, text.slice(0, from) + written + text.slice(to + end.length));
console.log(`${verdicts.size} of ${rows.length} figures were written into ${page}`);

function figureOf(verdict) {
  return verdict === undefined ? 'not measured' : `${rounded(verdict.figure)} ${verdict.unit}`.trim();
}

function outcomeOf(verdict) {
  if (verdict === undefined) return '';
  const outcome = verdict.met ? 'met' : `**short by ${`${rounded(verdict.short)} ${verdict.unit}`.trim()}**`;
  return verdict.atSize ? outcome : `${outcome}, at another size`;
}

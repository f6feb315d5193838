import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import { readCorpus } from './corpus.ts';

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
});
const messages = Number(values.messages);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);

function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const corpus = await readCorpus();
process.stdout.write(`seed ${seed}, ${messages} messages, ${corpus.length} real ones to begin with\n`);
// What is made once (tables of character sets, compiled code) is no leak.
const warm = await runCampaign({ seed: seed + 1, messages: Math.min(20_000, messages), corpus });
const before = heapMiB();
const startedAt = performance.now();
const report = await runCampaign({
  ...{ seed, messages, corpus },
  onProgress: (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done}`);
  },
});
const seconds = (performance.now() - startedAt) / 1_000;
const after = heapMiB();
for (const { message, problem, bytes } of [...warm.problems, ...report.problems]) {
  process.stdout.write(`message ${message}: ${problem}\n  ${bytes}\n`);
}
process.stdout.write(
  [
    `${report.messages} messages in ${seconds.toFixed(1)} s (${Math.round(report.messages / seconds)} a second)`,
    `${report.accepted} accepted, ${report.refused} refused, ${report.problems.length} problems`,
    `the slowest took ${report.slowestMs.toFixed(1)} ms; heap ${before.toFixed(1)} MiB before, ${after.toFixed(1)} after`,
    '',
  ].join('\n'),
);
// The campaign keeps at most 2,000 mutants of at most 200 kB; what is left beyond some MiB is a leak.
const isLeak = globalThis.gc !== undefined && after - before > 20;
process.exitCode = report.problems.length + warm.problems.length > 0 || isLeak ? 1 : 0;

// Breaks HL7 v2 messages and looks at what becomes of them: `npm run fuzz:hl7 -- [--messages N] [--seed N]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}dist/fuzz-hl7.js`;
await build({
  entryPoints: [`${root}realtime/ingest/hl7/testing/fuzz/main.ts`],
  outfile,
  ...{
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    target: 'node20',
    logLevel: 'warning',
  },
});
const run = spawnSync(process.execPath, ['--expose-gc', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;

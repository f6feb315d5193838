// Several nodes, Redis, PostgreSQL and a balancer on this machine, as one tier: for trying it and for tests.
// node scripts/tier.mjs starts it and stays; node scripts/tier.mjs --rolling-restart restarts the nodes of a running one.
import { readOptions } from './tier/options.mjs';
import { askForRollingRestart } from './tier/rolling-restart.mjs';
import { startTier } from './tier/tier.mjs';

const read = readOptions(process.env);
if (!read.ok) {
  process.stderr.write(`The tier cannot start: ${read.fault}\n`);
  process.exit(2);
}
if (process.argv.includes('--rolling-restart')) {
  process.exit(await askForRollingRestart(read.options.dataDir));
}

// Who no longer reads what we say is no reason to end.
process.stdout.on('error', () => {});
const say = (text) => process.stdout.write(`${text}\n`);
const tier = startTier(read.options, say);
let exitCode = 0;
let stopping;
const stop = () => {
  stopping ??= tier.stop().then(
    () => process.exit(exitCode),
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  );
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
const roll = () => void tier.rollingRestart();
process.on('SIGUSR2', roll);
// A terminal that is closed sends this too, and then nobody is there who could stop the tier.
process.on('SIGHUP', process.stdin.isTTY || process.stdout.isTTY ? stop : roll);

try {
  await tier.started;
} catch (error) {
  if (stopping === undefined) process.stderr.write(`The tier could not start: ${error.message}\n`);
  exitCode = stopping === undefined ? 1 : 0;
  stop();
}

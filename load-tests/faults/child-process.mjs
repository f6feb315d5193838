import { spawn } from 'node:child_process';

/** Every process of the campaign that runs now: whatever ends the campaign ends them. */
const running = new Set();

/**
 * Starts a process that does not outlive the campaign.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startChild(file, args, options) {
  const child = spawn(file, args, options);
  running.add(child);
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve({ code: undefined, signal: undefined }));
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
  ended.then(() => running.delete(child));
  return { child, ended };
}

/** Ends, at once and for good, whatever still runs. */
export function endChildren() {
  // SIGKILL ends a process that is stopped, too.
  for (const child of running) child.kill('SIGKILL');
}

let isGuarded = false;
/** What is still to be put away once the processes have ended. */
const leftovers = new Set();

/**
 * Makes sure that nothing is left behind, however the campaign ends but by its own SIGKILL.
 * @param {() => void} [putAway] what to do, and nothing else, after the processes have ended
 * @returns {() => void} forgets it again
 */
export function endChildrenWithUs(putAway = () => undefined) {
  leftovers.add(putAway);
  const forget = () => void leftovers.delete(putAway);
  if (isGuarded) return forget;
  isGuarded = true;
  process.once('exit', () => {
    endChildren();
    for (const leftover of leftovers) leftover();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  return forget;
}

import { setTimeout as pause } from 'node:timers/promises';
import { readRecord } from './record.mjs';

const mostMsPerNode = 90_000;

/**
 * Asks the tier that runs on a data folder to restart its nodes one after the other, and waits until it has.
 * @param {string} dataDir
 * @returns {Promise<number>} the exit code
 */
export async function askForRollingRestart(dataDir) {
  const before = await readRecord(dataDir);
  if (before === undefined) {
    process.stderr.write(`There is no tier running on ${dataDir}: start one with npm run tier.\n`);
    return 1;
  }
  process.kill(before.pid, 'SIGUSR2');
  const deadline = Date.now() + before.nodes.length * mostMsPerNode;
  while (Date.now() < deadline) {
    await pause(200);
    const now = await readRecord(dataDir);
    if (now === undefined) break;
    const { done, fault } = now.rollingRestarts;
    if (done === before.rollingRestarts.done) continue;
    if (fault === undefined) {
      for (const { name, url, pid } of now.nodes) process.stdout.write(`${name}: ${url}, process ${pid}\n`);
      return 0;
    }
    process.stderr.write(`The rolling restart has ended early: ${fault}\n`);
    return 1;
  }
  process.stderr.write('The rolling restart did not come to its end.\n');
  return 1;
}

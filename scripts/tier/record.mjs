import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What runs now, in DATA_DIR/tier.json: for the command that asks for a rolling restart, and for tests that want to
 * kill something. It holds the URLs with their passwords, so it is for its owner alone.
 * @param {string} dataDir
 */
export function createRecord(dataDir) {
  const path = join(dataDir, 'tier.json');
  let rollingRestarts = { done: 0 };
  let last = {};
  const write = (now) => {
    last = now;
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify({ ...now, rollingRestarts }, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  };
  return {
    write,
    rolled: (fault) => {
      rollingRestarts = { done: rollingRestarts.done + 1, ...(fault && { fault }) };
      write(last);
    },
    remove: async () => {
      // Not that of another tier, whose data folder it is and who refused us.
      if (last.pid === process.pid) await rm(path, { force: true });
    },
  };
}

/** The record of the tier that runs on a data folder, or undefined when none does. */
export async function readRecord(dataDir) {
  const text = await readFile(join(dataDir, 'tier.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const record = JSON.parse(text);
  return isTier(record.pid) ? record : undefined;
}

/** A tier that was killed leaves its record, and its process id may be another program's by now. */
function isTier(pid) {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('tier.mjs');
  } catch {
    return false;
  }
}

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { pause } from '../faults/pause.mjs';

/** Clock ticks of /proc in a second. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * The CPU time that a process has used, user and system, in seconds, as the operating system counts it.
 * @param {number} pid
 */
export function cpuSeconds(pid) {
  const { user, system } = readStat(pid);
  return (user + system) / ticksPerSecond;
}

/**
 * The CPU time of a process with all that came from it, those included that have ended.
 * @param {number} pid
 */
export function cpuSecondsOfFamily(pid) {
  const parent = readStat(pid);
  let ticks = parent.user + parent.system + parent.childrenUser + parent.childrenSystem;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const child = readStat(Number(name));
      if (child.parent === pid) ticks += child.user + child.system;
    } catch {
      // It has ended since the folder was read, and stands in its parent's sum from the next reading on.
    }
  }
  return ticks / ticksPerSecond;
}

/**
 * The memory of a process that is in RAM, in bytes.
 * @param {number} pid
 */
export function residentBytes(pid) {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`process ${pid} has no resident memory`);
  return Number(found[1]) * 1024;
}

/**
 * The memory of a process once it has let go of what it does not need: it is told to collect (see settle-on-signal.mjs)
 * until that no longer helps.
 * @param {number} pid
 */
export async function settledBytes(pid) {
  let least = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < 6; tried += 1) {
    process.kill(pid, 'SIGUSR2');
    await pause(700);
    const now = residentBytes(pid);
    if (now > least * 0.995) return Math.min(now, least);
    least = now;
  }
  return least;
}

/**
 * How many descriptors a process has open.
 * @param {number} pid
 */
export function openDescriptors(pid) {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function readStat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program stands in brackets and may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system, childrenUser, childrenSystem] = [1, 11, 12, 13, 14].map((index) =>
    Number(fields[index]),
  );
  return { parent, user, system, childrenUser, childrenSystem };
}

import { fileURLToPath } from 'node:url';
import { cpuSeconds } from '../harness/process-cost.mjs';
import { startWorker } from '../measures/worker.mjs';

const program = fileURLToPath(new URL('crowd.mjs', import.meta.url));

/**
 * Subscribers of one server, spread over processes.
 * @typedef {object} Crowd
 * @property {(options: OpenOptions) => Promise<Opened>} open
 * @property {() => Promise<import('./member.mjs').Tally & { open: number, audience: Record<string, number> }>} tally of all
 *   of them; `audience`: how many have each topic
 * @property {(heads: Record<string, number>, within: number) => Promise<number | undefined>} reach when all had come so far,
 *   by this machine's clock; undefined where they had not within so many milliseconds
 * @property {(tokens: readonly string[]) => Promise<void>} renew gives each a new token, in the order in which they came
 * @property {() => Promise<void>} close leaves the server
 * @property {() => number} cpu the processes' own, in seconds
 * @property {() => void} end
 */

/**
 * @typedef {{ server: { speech: import('./member.mjs').Speech, host: string, port: number }, tokens?: readonly string[],
 *   topicSets: readonly (readonly string[])[], roomSets?: readonly (readonly string[])[], count: number, perSecond?: number }} OpenOptions
 * @typedef {{ opened: number, failures: Record<string, number>, seconds: number, p50: number, p99: number }} Opened
 */

/**
 * @param {number} [processes]
 * @returns {Crowd}
 */
export function startCrowd(processes = 1) {
  const workers = Array.from({ length: processes }, () => startWorker(program));
  const tellAll = (order, of) => Promise.all(workers.map((worker, index) => worker.tell(order, of(index))));

  const partOf = (tokens, index) =>
    tokens.filter((_, n) => tokens.length < processes || n % processes === index);

  return {
    async open({ count, tokens, perSecond, ...rest }) {
      const parts = await tellAll('open', (index) => ({
        ...rest,
        count: Math.floor(count / processes) + (index < count % processes ? 1 : 0),
        // Each its own part of the sessions, and an address of its own, for the ports that one has are limited.
        tokens: tokens && partOf(tokens, index),
        perSecond: perSecond === undefined ? undefined : perSecond / processes,
        from: `127.0.0.${2 + index}`,
      }));
      const failures = summed(parts.map((part) => part.failures));
      return {
        opened: parts.reduce((sum, { opened }) => sum + opened, 0),
        failures,
        seconds: Math.max(...parts.map(({ seconds }) => seconds)),
        p50: Math.max(...parts.map(({ p50 }) => p50)),
        p99: Math.max(...parts.map(({ p99 }) => p99)),
      };
    },
    async tally() {
      const parts = await tellAll('tally', () => ({}));
      const sum = (name) => parts.reduce((all, part) => all + part[name], 0);
      return {
        events: sum('events'),
        bytes: sum('bytes'),
        gaps: sum('gaps'),
        doubles: sum('doubles'),
        parsed: sum('parsed'),
        open: sum('open'),
        strange: summed(parts.map((part) => part.strange)),
        audience: summed(parts.map((part) => part.audience)),
      };
    },
    async reach(heads, within) {
      const moments = await tellAll('reach', () => ({ heads, within }));
      return moments.includes(null) ? undefined : Math.max(...moments);
    },
    renew: async (tokens) => void (await tellAll('renew', (index) => ({ tokens: partOf(tokens, index) }))),
    close: async () => void (await tellAll('close', () => ({}))),
    cpu: () => workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
    end: () => {
      for (const worker of workers) worker.end();
    },
  };
}

/** Adds up what is counted by name. */
function summed(counts) {
  const sums = {};
  for (const count of counts)
    for (const [name, times] of Object.entries(count)) sums[name] = (sums[name] ?? 0) + times;
  return sums;
}

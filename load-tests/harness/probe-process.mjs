import { fileURLToPath } from 'node:url';
import { until } from '../faults/pause.mjs';
import { startWorker } from '../measures/worker.mjs';

const program = fileURLToPath(new URL('./probe.mjs', import.meta.url));

/**
 * One subscriber that is never busy; see probe.mjs.
 * @param {{ speech: import('../crowd/member.mjs').Speech, host: string, port: number, token?: string,
 *   topics: readonly string[], rooms?: readonly string[] }} of
 */
export async function startProbe(of) {
  const worker = startWorker(program);
  await worker.tell('open', of);
  return {
    /** @returns {Promise<{ arrivals: [string, number, number][], faults: string[] }>} what came since it was last asked */
    arrivals: () => worker.tell('arrivals'),
    /** Everything that has come, once it is so many or the time is up. */
    async all(count, within) {
      const list = [];
      const faults = [];
      await until(
        async () => {
          const taken = await worker.tell('arrivals');
          list.push(...taken.arrivals);
          faults.push(...taken.faults.map((fault) => `probe: ${fault}`));
          return list.length >= count;
        },
        { within },
      );
      return { list, faults };
    },
    end: () => worker.end(),
  };
}

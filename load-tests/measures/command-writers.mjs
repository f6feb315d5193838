import { v7 as uuidv7 } from 'uuid';
import { openLightSocket } from './light-socket.mjs';

const precautions = ['contact', 'droplet'];
/** Of so many answers one is looked up in the log. */
const sampleEvery = 20;

/**
 * Writers that send commands through sockets, each one after the other, each about a bed of its own: what they then
 * wait for is the server and never each other's refusals.
 * @param {{ urls: readonly string[], tokens: readonly string[], beds: readonly string[] }} options a bed for each writer; the
 *   tokens in turns, the nodes too
 */
export async function openCommandWriters({ urls, tokens, beds }) {
  const sockets = await Promise.all(
    beds.map((_, index) => openLightSocket(urls[index % urls.length], tokens[index % tokens.length])),
  );
  let sent = 0;
  let committed = 0;

  return {
    /** How many have been committed since the beginning. */
    committed: () => committed,
    /**
     * Writes for so long, after half a second for nothing.
     * @param {{ seconds: number, everyMs?: number }} round `everyMs`: how often each sends; as fast as it is answered unless given
     * @returns {Promise<{ perSecond: number, limited: number, latencies: number[], samples: { topic: string, seq: number, at: number }[] }>}
     *   `samples`: what some answers said to be in the log, and when they came, by this machine's clock
     */
    async round({ seconds, everyMs = 0 }) {
      let commits = 0;
      let limited = 0;
      const latencies = [];
      const samples = [];
      let counting = false;
      let over = false;
      await Promise.all([
        ...sockets.map(async (socket, index) => {
          let due = performance.now() + Math.random() * everyMs;
          while (!over) {
            if (everyMs > 0) await wait(Math.max(0, due - performance.now()));
            due += everyMs;
            sent += 1;
            const data = { bed: beds[index], precaution: precautions[Math.floor(sent / beds.length) % 2] };
            const began = performance.now();
            const answer = await socket.ask('command', { id: uuidv7(), type: 'bed.isolate', data });
            const at = performance.now();
            if (answer.ok) {
              committed += answer.heads.length > 0 ? 1 : 0;
              if (!counting) continue;
              commits += 1;
              latencies.push(at - began);
              if (commits % sampleEvery === 0)
                samples.push({ ...answer.heads[0], at: performance.timeOrigin + at });
              continue;
            }
            if (answer.error.code !== 'rate_limited') throw new Error(`refused: ${answer.error.code}`);
            limited += 1;
            await wait(20);
          }
        }),
        (async () => {
          await wait(500);
          counting = true;
          await wait(seconds * 1_000);
          counting = false;
          over = true;
        })(),
      ]);
      return { perSecond: commits / seconds, limited, latencies, samples };
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

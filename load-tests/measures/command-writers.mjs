import { v7 as uuidv7 } from 'uuid';
import { openLightSocket } from './light-socket.mjs';

const precautions = ['contact', 'droplet'];

/**
 * Writers that send commands through sockets, each one after the other, each about a bed of its own: what they then
 * wait for is the server and never each other's refusals.
 * @param {{ urls: string[], tokens: string[], writers: number }} options `tokens` by node
 */
export async function openCommandWriters({ urls, tokens, writers }) {
  const beds = await bedsOf(urls[0], tokens[0]);
  if (beds.length < writers) throw new Error(`there are ${beds.length} beds for ${writers} writers`);
  const sockets = await Promise.all(
    Array.from({ length: writers }, (_, index) =>
      openLightSocket(urls[index % urls.length], tokens[index % urls.length]),
    ),
  );
  let sent = 0;

  return {
    /** @param {{ seconds: number, everyMs?: number }} round `everyMs`: how often each sends, as fast as it is answered unless given */
    async round({ seconds, everyMs = 0 }) {
      let commits = 0;
      let limited = 0;
      let counting = false;
      let over = false;
      await Promise.all([
        ...sockets.map(async (socket, index) => {
          let due = performance.now() + Math.random() * everyMs;
          while (!over) {
            if (everyMs > 0) await wait(Math.max(0, due - performance.now()));
            due += everyMs;
            sent += 1;
            const data = { bed: beds[index], precaution: precautions[sent % 2] };
            const answer = await socket.ask('command', { id: uuidv7(), type: 'bed.isolate', data });
            if (answer.ok && counting) commits += 1;
            if (answer.ok) continue;
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
      return { perSecond: commits / seconds, limited };
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function bedsOf(url, token) {
  const socket = await openLightSocket(url, token);
  const units = [];
  for (const unit of ['4w', 'ds', '4e', '5s', 'icu']) {
    const { state } = await socket.ask('subscribe', { topic: `unit/${unit}/beds` });
    units.push(Object.keys(state.beds));
  }
  socket.destroy();
  // One of each unit in turn, so that any number of writers is spread over all topics.
  const most = Math.max(...units.map((beds) => beds.length));
  return Array.from({ length: most }, (_, row) => units.flatMap((beds) => beds[row] ?? [])).flat();
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

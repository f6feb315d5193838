// What people would use instead, in a process of its own: a server that publishes frames to rooms and knows nothing else;
// see peer-process.mjs. Its first argument names its kind.
import { serveOrders } from '../measures/worker.mjs';
import { openPeer } from './peer-kinds.mjs';

const peer = await openPeer(process.argv[2]);
/** @type {Record<string, number>} */
const heads = {};
let epoch = '';
/** @type {{ topic: string, frames: { room: string, frame: object }[] }[]} */
let templates = [];
let next = 0;

/** Publishes the next event, to each of its rooms in the words for that room; gives its topic, its seq and when that was. */
function publishNext() {
  const { topic, frames } = templates[next++ % templates.length];
  heads[topic] += 1;
  const seq = heads[topic];
  const at = performance.timeOrigin + performance.now();
  for (const { room, frame } of frames) peer.publish(room, { ...frame, seq });
  return [topic, seq, at];
}

serveOrders({
  async listen({ frames }) {
    templates = frames;
    epoch = frames[0].frames[0].frame.epoch;
    for (const { topic } of templates) heads[topic] = 0;
    return { port: await peer.listen(() => ({ heads, epoch })) };
  },
  /** Publishes at a steady pace. */
  async steady({ perSecond, seconds }) {
    const began = performance.now();
    const published = [];
    const total = Math.round(perSecond * seconds);
    await new Promise((over) => {
      const timer = setInterval(() => {
        const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
        while (published.length < due) published.push(publishNext());
        if (published.length < total) return;
        clearInterval(timer);
        over(undefined);
      }, 2);
    });
    return published;
  },
  /** Publishes as fast as it can, and lets sockets be served every so many. */
  async burst({ count, together }) {
    const published = [];
    while (published.length < count) {
      for (let n = 0; n < together && published.length < count; n += 1) published.push(publishNext());
      await new Promise((go) => setImmediate(go));
    }
    return published;
  },
});

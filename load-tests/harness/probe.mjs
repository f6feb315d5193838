// One subscriber that is never busy, in a process of its own: it alone says when something arrived; see probe-process.mjs.
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { serveOrders } from '../measures/worker.mjs';

/** Topic and seq of each event, and when it was in the client's hands, by this machine's clock. */
let arrivals = [];
/** @type {Map<string, number>} */
const last = new Map();
let faults = [];
let leave = () => undefined;

function take(frame) {
  const at = performance.timeOrigin + performance.now();
  const before = last.get(frame.topic);
  // What comes before the answer that says from where it counts is in that answer, too.
  if (before === undefined) return;
  if (frame.seq !== before + 1) faults.push(`${frame.topic}: ${frame.seq} after ${before}`);
  last.set(frame.topic, frame.seq);
  arrivals.push([frame.topic, frame.seq, at]);
}

serveOrders({
  async open({ speech, host, port, token, topics, rooms }) {
    if (speech === 'raw') await openRaw(`ws://${host}:${port}/`, rooms);
    else await openSocket(`http://${host}:${port}`, { speech, token, topics, rooms });
  },
  /** What came since it was last asked, and what was wrong with it. */
  arrivals() {
    const taken = { arrivals, faults };
    arrivals = [];
    faults = [];
    return taken;
  },
  close: () => leave(),
});

async function openSocket(url, { speech, token, topics, rooms }) {
  const socket = io(url, { transports: ['websocket'], reconnection: false, auth: { token } });
  leave = () => socket.disconnect();
  socket.on('event', take);
  socket.on('revoked', ({ topic, reason }) => faults.push(`${topic} was revoked: ${reason}`));
  await new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('connect_error', reject);
  });
  socket.on('disconnect', (why) => {
    if (why !== 'io client disconnect') faults.push(`disconnected: ${why}`);
  });
  if (speech === 'socketio') {
    const { heads } = await socket.timeout(10_000).emitWithAck('join', rooms);
    for (const [topic, seq] of Object.entries(heads)) last.set(topic, seq);
    return;
  }
  for (const topic of topics) {
    const answer = await socket.timeout(10_000).emitWithAck('subscribe', { topic });
    if (!answer.ok || answer.events === undefined)
      throw new Error(`${topic}: ${answer.error?.code ?? 'is to be fetched'}`);
    last.set(topic, answer.events.at(-1)?.seq ?? answer.seq);
  }
}

async function openRaw(url, rooms) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  leave = () => socket.terminate();
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send(`join ${JSON.stringify(rooms)}`));
    socket.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('42')) return take(JSON.parse(text.slice(2))[1]);
      for (const [topic, seq] of Object.entries(JSON.parse(text.slice('joined '.length)).heads))
        last.set(topic, seq);
      resolve(undefined);
    });
  });
}

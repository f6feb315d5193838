import { io } from 'socket.io-client';

/**
 * What became of one withdrawal: how long after its commit the last frame came on any of the sockets.
 * @typedef {{ lateMs: number, framesBefore: number, stillIn: boolean }} Measured
 */

/**
 * A socket in a topic, with when frames of it came.
 * @typedef {object} Watched
 * @property {number[]} frames when the latest came, in milliseconds since 1970
 * @property {() => boolean} isOut whether it was told that it is no longer in the topic, or was closed
 * @property {() => void} close
 */

/**
 * @param {string} url @param {string} token @param {string} topic
 * @returns {Promise<Watched>}
 */
export async function watch(url, token, topic) {
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
  let frames = [];
  let out = false;
  socket.on('event', (frame) => {
    if (frame.topic !== topic) return;
    frames.push(Date.now());
    if (frames.length > 2_000) frames = frames.slice(-1_000);
  });
  socket.on('revoked', (notice) => {
    if (notice.topic === topic) out = true;
  });
  socket.on('disconnect', () => {
    out = true;
  });
  await new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('connect_error', reject);
  });
  for (let tried = 0; ; tried += 1) {
    const answer = await socket.timeout(10_000).emitWithAck('subscribe', { topic });
    if (answer.ok) break;
    if (tried > 50) throw new Error(`no subscription: ${JSON.stringify(answer.error)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    get frames() {
      return frames;
    },
    isOut: () => out,
    close: () => socket.disconnect(),
  };
}

/**
 * @param {readonly Watched[]} sockets of one principal, one on each node
 * @param {number} committedAt
 * @returns {Measured}
 */
export function measured(sockets, committedAt) {
  const all = sockets.flatMap(({ frames }) => frames);
  const last = Math.max(...all);
  return {
    lateMs: last - committedAt,
    framesBefore: all.filter((at) => at <= committedAt && at > committedAt - 1_000).length,
    stillIn: sockets.some((socket) => !socket.isOut()),
  };
}

/** How long one listens after a withdrawal: well past what is promised. */
export const listenMs = 2_500;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

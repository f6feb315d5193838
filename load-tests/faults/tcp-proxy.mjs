import { connect, createServer } from 'node:net';

/**
 * A stretch of network between two processes that can be cut and frozen.
 * @typedef {object} TcpProxy
 * @property {number} port
 * @property {() => number} size how many connections go through it
 * @property {(options: { share: number, reset: boolean, draw: () => number }) => number} cut
 *   ends that share of the connections; gives how many
 * @property {(direction: 'both' | 'there' | 'back') => void} freeze forwards nothing that way, as a network that swallows
 * @property {() => void} thaw
 * @property {(port: number) => boolean} isFrom whether a connection the target sees from that port came through here
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ port: number, target: number }} options
 * @returns {Promise<TcpProxy>}
 */
export async function createTcpProxy({ port, target }) {
  /** @type {Set<{ near: import('node:net').Socket, far: import('node:net').Socket }>} */
  const pairs = new Set();
  let frozen = { there: false, back: false };

  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: target, noDelay: true });
    near.setNoDelay(true);
    const pair = { near, far };
    pairs.add(pair);
    forward(near, far, () => frozen.there);
    forward(far, near, () => frozen.back);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });

  /** Hands on what one side says, as fast as the other takes it. */
  function forward(from, to, isFrozen) {
    from.on('data', (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (!isFrozen()) from.resume();
    });
    if (isFrozen()) from.pause();
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });

  return {
    port,
    size: () => pairs.size,
    cut({ share, reset, draw }) {
      const chosen = [...pairs].filter(() => draw() < share);
      for (const { near, far } of chosen) {
        for (const socket of [near, far]) {
          if (reset) socket.resetAndDestroy();
          else socket.destroy();
        }
      }
      return chosen.length;
    },
    freeze(direction) {
      frozen = { there: direction !== 'back', back: direction !== 'there' };
      for (const { near, far } of pairs) {
        if (frozen.there) near.pause();
        if (frozen.back) far.pause();
      }
    },
    thaw() {
      frozen = { there: false, back: false };
      for (const { near, far } of pairs) {
        near.resume();
        far.resume();
      }
    },
    isFrom: (seen) => [...pairs].some(({ far }) => far.localPort === seen),
    close() {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve(undefined)));
    },
  };
}

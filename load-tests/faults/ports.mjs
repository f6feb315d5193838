import { createServer } from 'node:net';

/** @type {Set<number>} */
const given = new Set();

/**
 * A port that nobody listens on now, outside the range from which the system takes the ports of outgoing connections:
 * what is started again on its port must not find it taken by one of those.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (given.has(port)) continue;
    const probe = createServer();
    const free = await new Promise((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    given.add(port);
    return port;
  }
}

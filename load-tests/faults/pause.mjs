/**
 * Waits, or until the signal says that nobody needs to wait any more.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * Asks again and again until the answer is true; false when it was not within the time.
 * @param {() => boolean | Promise<boolean>} ask
 * @param {{ within: number, every?: number }} time
 * @returns {Promise<boolean>}
 */
export async function until(ask, { within, every = 50 }) {
  const deadline = performance.now() + within;
  while (!(await ask())) {
    if (performance.now() >= deadline) return false;
    await pause(every);
  }
  return true;
}

/** Reads, and once more where the connection was one that a fault has ended. */
export async function again(read) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await read();
    } catch (error) {
      if (tried >= 20) throw error;
      await pause(200);
    }
  }
}

import { fileURLToPath } from 'node:url';
import { startChild } from '../faults/child-process.mjs';

const program = fileURLToPath(new URL('herd.mjs', import.meta.url));

/**
 * Clients in a process of their own: what they cost does not stand in the way of whoever measures.
 * @returns {{ tell: (order: string, data?: object) => Promise<any>, end: () => void }}
 */
export function startHerd() {
  const { child, ended } = startChild(process.execPath, [program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map();
  let next = 0;
  child.on('message', ({ number, answer, error }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) resolve(answer);
    else reject(new Error(error));
  });
  ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error('the clients have ended'));
  });
  return {
    tell: (order, data) =>
      new Promise((resolve, reject) => {
        const number = next++;
        waiting.set(number, { resolve, reject });
        child.send({ number, order, data });
      }),
    end: () => child.kill('SIGKILL'),
  };
}

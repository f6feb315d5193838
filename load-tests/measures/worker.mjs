import { startChild } from '../faults/child-process.mjs';

/**
 * A process of the measurement's own that does what it is told: what it costs does not stand in the way of whoever measures.
 * @typedef {object} Worker
 * @property {number} pid
 * @property {(order: string, data?: object) => Promise<any>} tell gives the answer; rejects where the order fails or the process ends
 * @property {() => void} end
 */

/**
 * @param {string} program a file that calls `serveOrders`
 * @param {{ args?: readonly string[], nodeArgs?: readonly string[] }} [options]
 * @returns {Worker}
 */
export function startWorker(program, { args = [], nodeArgs = [] } = {}) {
  const { child, ended } = startChild(process.execPath, [...nodeArgs, program, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map();
  let next = 0;
  let isOver = false;
  child.on('message', ({ number, answer, error }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) resolve(answer);
    else reject(new Error(error));
  });
  ended.then(({ code, signal }) => {
    isOver = true;
    for (const { reject, order } of waiting.values())
      reject(new Error(`the process ended (${signal ?? code}) before it had answered to "${order}"`));
  });
  return {
    pid: child.pid,
    tell: (order, data) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new Error(`the process has ended and cannot be told to "${order}"`));
        const number = next++;
        waiting.set(number, { resolve, reject, order });
        child.send({ number, order, data });
      }),
    end: () => child.kill('SIGKILL'),
  };
}

/**
 * The other side: answers each order with what its function gives. Ends with the process that gives the orders.
 * @param {Record<string, (data: any) => unknown>} orders
 */
export function serveOrders(orders) {
  process.on('message', async ({ number, order, data }) => {
    try {
      process.send({ number, answer: await orders[order](data ?? {}) });
    } catch (error) {
      process.send({ number, error: error.message });
    }
  });
  process.on('disconnect', () => process.exit(0));
}

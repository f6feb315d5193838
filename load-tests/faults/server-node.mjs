import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { startChild } from './child-process.mjs';
import { pause, until } from './pause.mjs';

/**
 * One node of the tier: the server as it ships, in a process that is started again when it ends, as a supervisor does.
 * @typedef {object} ServerNode
 * @property {string} name
 * @property {number} port
 * @property {() => boolean} isUp
 * @property {() => number | undefined} pid
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} kill
 * @property {() => Promise<number | undefined>} drain gives the exit code
 * @property {() => void} hold
 * @property {() => void} release
 * @property {() => Promise<boolean>} isReady whether it says that it can serve
 * @property {() => number} logSize
 * @property {(from: number) => string} log
 * @property {string[]} deaths how it ended without being told to
 */

/**
 * @param {{ name: string, port: number, main: string, logFile: string, environment: Record<string, string> }} options
 * @returns {ServerNode}
 */
export function createServerNode({ name, port, main, logFile, environment }) {
  /** @type {ReturnType<typeof startChild> | undefined} */
  let server;
  let serving = false;
  let wanted = false;
  /** @type {string[]} */
  const deaths = [];

  async function attempt() {
    const log = openSync(logFile, 'a');
    const begun = startChild(process.execPath, ['--enable-source-maps', main], {
      env: { PATH: process.env.PATH, PORT: `${port}`, LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    server = begun;
    let over = false;
    begun.ended.then(({ code, signal }) => {
      over = true;
      if (server !== begun) return;
      // It served and ended by itself: nobody told it to.
      if (serving) deaths.push(`${name} ended by itself: ${signal ?? `exit code ${code}`}`);
      const was = serving;
      serving = false;
      server = undefined;
      if (was && wanted) start();
    });
    let out = '';
    begun.child.stdout?.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    await until(() => over || out.includes('Carewall is at'), { within: 60_000, every: 20 });
    serving = !over && server === begun;
    return serving;
  }

  /** @type {Promise<void> | undefined} */
  let starting;

  /** @returns {Promise<void>} */
  function start() {
    wanted = true;
    // One loop alone: two would start two processes on one port.
    starting ??= keepStarting().finally(() => {
      starting = undefined;
      if (wanted && server === undefined) start();
    });
    return starting;
  }

  async function keepStarting() {
    // A node that cannot reach its database at its start ends, and is started again until it can.
    while (wanted && server === undefined) {
      if (await attempt()) return;
      await pause(200);
    }
  }

  async function end(signal) {
    const ending = server;
    wanted = false;
    serving = false;
    server = undefined;
    ending?.child.kill(signal);
    // One that is held hears nothing but SIGKILL.
    if (signal !== 'SIGKILL') ending?.child.kill('SIGCONT');
    return ending?.ended;
  }

  return {
    name,
    port,
    deaths,
    isUp: () => serving,
    pid: () => server?.child.pid,
    start,
    kill: async () => void (await end('SIGKILL')),
    async drain() {
      const late = new Promise((resolve) => setTimeout(() => resolve('late'), 12_000).unref());
      const ending = server;
      const outcome = await Promise.race([end('SIGTERM'), late]);
      if (outcome !== 'late') return outcome?.code;
      deaths.push(`${name} did not end within 12 s of SIGTERM`);
      ending?.child.kill('SIGKILL');
      return undefined;
    },
    hold: () => server?.child.kill('SIGSTOP'),
    release: () => server?.child.kill('SIGCONT'),
    async isReady() {
      if (!serving) return false;
      const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
        signal: AbortSignal.timeout(2_000),
      }).catch(() => undefined);
      await response?.body?.cancel();
      return response?.status === 200;
    },
    logSize: () => sizeOf(logFile),
    log: (from) => readFileSync(logFile).subarray(from).toString('utf8'),
  };
}

function sizeOf(file) {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createChildLog } from './child-log.mjs';
import { createService } from './service.mjs';

const main = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));
const leaveWithParent = new URL('./leave-with-parent.mjs', import.meta.url).href;
const healthEveryMs = 300;

/**
 * One node of the tier, and whether it is fit for requests now.
 * @param {object} options
 * @param {string} options.name
 * @param {number} options.port
 * @param {string} options.logFile
 * @param {Record<string, string>} options.environment over our own
 * @param {(line: string) => void} options.say
 * @param {() => void} options.onChange
 */
export function createNode({ name, port, logFile, environment, say, onChange }) {
  const url = `http://127.0.0.1:${port}`;
  const log = createChildLog(logFile);
  let greeting = '';
  let healthy = false;

  const service = createService({
    name,
    launch,
    untilReady,
    lastWords: log.lastWords,
    say,
    onChange,
  });

  function launch() {
    const child = log.with((file) =>
      spawn(process.execPath, ['--enable-source-maps', '--import', leaveWithParent, main], {
        env: {
          ...process.env,
          // In production the demo is refused.
          NODE_ENV: undefined,
          HOST: '127.0.0.1',
          ...environment,
          PORT: String(port),
        },
        // A session of its own: a Ctrl-C in the terminal is for the tier, which stops everything in order.
        detached: true,
        stdio: ['ignore', 'pipe', file, 'ipc'],
      }),
    );
    greeting = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      greeting += text;
    });
    return child;
  }

  /** Goes on asking after the node is ready: what it says later is what the balancer goes by. */
  function untilReady(_child, signal) {
    return new Promise((resolve) => {
      const ask = async () => {
        while (!signal.aborted) {
          const before = healthy;
          healthy = (await isReady(url)) && !signal.aborted;
          // It says that it serves only when all of it does, its HL7 v2 listener too.
          if (healthy && greeting.includes('\n')) resolve();
          if (healthy !== before) onChange();
          await pause(healthEveryMs, undefined, { signal }).catch(() => {});
        }
        healthy = false;
      };
      void ask();
    });
  }

  return {
    name,
    port,
    url,
    logFile,
    pid: service.pid,
    ready: () => healthy && service.ready(),
    /** The line in which the server says where it is and how to sign in. */
    greeting: () => greeting.trim(),
    start: service.start,
    stop: service.stop,
    restart: service.restart,
  };
}

async function isReady(url) {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** A process that lived this long has not failed to start. */
const settledMs = 30_000;

/**
 * A process that is started again when it ends unasked, after a pause that grows while it keeps ending.
 * @param {object} options
 * @param {string} options.name
 * @param {() => import('node:child_process').ChildProcess} options.launch
 * @param {(child: import('node:child_process').ChildProcess, signal: AbortSignal) => Promise<void>} options.untilReady
 *   rejects only when it never will be
 * @param {() => string} options.lastWords what it said before it ended
 * @param {(line: string) => void} options.say
 * @param {() => void} options.onChange its process is another one, or is gone, or is ready
 */
export function createService({ name, launch, untilReady, lastWords, say, onChange }) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  let stopped = new AbortController();
  let running = Promise.resolve();
  let isReady = false;
  let isOver = false;

  /** One life, from its start to its end. Calls `onReady` in between, perhaps. */
  async function live(onReady) {
    const life = new AbortController();
    const current = launch();
    const ended = once(current, 'exit').then(
      ([code, signal]) => signal ?? `code ${code}`,
      // It never began.
      (error) => error.message,
    );
    child = current;
    onChange();
    untilReady(current, life.signal).then(
      () => {
        if (life.signal.aborted) return;
        isReady = true;
        onReady();
        onChange();
      },
      () => {},
    );
    const how = await ended;
    life.abort();
    child = undefined;
    isReady = false;
    onChange();
    return how;
  }

  async function liveAgainAndAgain(signal, onReady, onFirstEnd) {
    let pauseMs = firstPauseMs;
    for (let lives = 1; !signal.aborted; lives += 1) {
      const began = Date.now();
      let wasReady = false;
      const how = await live(() => {
        wasReady = true;
        if (lives === 1) onReady();
        else say(`${name} is ready again: process ${child?.pid}`);
      });
      if (signal.aborted) return;
      if (lives === 1 && !wasReady) {
        // Nothing that waiting would mend: a port that is taken, a setting that is wrong.
        onFirstEnd(new Error(`${name} ended (${how}): ${lastWords()}`));
        return;
      }
      if (Date.now() - began > settledMs) pauseMs = firstPauseMs;
      say(`${name} ended (${how}); it is started again in ${pauseMs / 1000} s`);
      await pause(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  function start() {
    if (isOver) return Promise.reject(new Error(`${name} was stopped`));
    return new Promise((resolve, reject) => {
      stopped = new AbortController();
      stopped.signal.addEventListener('abort', () => reject(new Error(`${name} was stopped`)));
      running = liveAgainAndAgain(stopped.signal, resolve, reject).catch(reject);
    });
  }

  async function end(withinMs) {
    stopped.abort();
    onChange();
    child?.kill('SIGTERM');
    const late = setTimeout(() => child?.kill('SIGKILL'), withinMs);
    await running;
    clearTimeout(late);
  }

  return {
    pid: () => child?.pid,
    ready: () => isReady && !stopped.signal.aborted,
    send: (message) => {
      if (child?.connected) child.send(message, () => {});
    },
    /** Resolves once it is ready. Rejects when its first process ends before that, which is not tried again. */
    start,
    /** Asks it to end, makes it end when it has not within the time, and waits until it has. It does not start again. */
    stop: (withinMs) => {
      isOver = true;
      return end(withinMs);
    },
    restart: async (withinMs) => {
      await end(withinMs);
      await start();
    },
  };
}

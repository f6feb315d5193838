import { v7 as uuidv7 } from 'uuid';
import { request } from '../faults/http-api.mjs';
import { pause } from './watched.mjs';

/** Sends a command and gives what came of it. */
export async function command(url, token, type, data) {
  const answer = await request(`${url}/api/v1/commands`, {
    method: 'POST',
    token,
    body: { id: uuidv7(), type, data },
    within: 15_000,
  });
  if (answer.status !== 200) throw new Error(`${type} answered ${answer.status} ${answer.body?.code}`);
  return answer.body;
}

/**
 * Keeps a topic busy until it is stopped: a command about every `everyMs`, whatever the last one took.
 * @param {(n: number) => Promise<unknown>} send
 * @param {number} everyMs
 */
export function keepBusy(send, everyMs) {
  let stopped = false;
  let failures = 0;
  const run = (async () => {
    for (let n = 0; !stopped; n += 1) {
      const began = Date.now();
      await send(n).catch((error) => {
        failures += 1;
        if (failures === 1) console.error(`a writer failed: ${error.message}`);
      });
      await pause(Math.max(0, everyMs - (Date.now() - began)));
    }
  })();
  return async () => {
    stopped = true;
    await run;
  };
}

/** Whoever writes signs in again before a token runs out. */
export function renewed(signIn) {
  let token = signIn();
  let at = Date.now();
  return async () => {
    if (Date.now() - at > 5 * 60_000) {
      at = Date.now();
      token = signIn();
    }
    return token;
  };
}

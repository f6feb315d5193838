import { fileURLToPath } from 'node:url';
import { startWorker } from './worker.mjs';

const program = fileURLToPath(new URL('herd.mjs', import.meta.url));

/** Clients in a process of their own; see herd.mjs for what they can be told. */
export function startHerd() {
  return startWorker(program);
}

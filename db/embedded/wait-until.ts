import { setTimeout as pause } from 'node:timers/promises';

/** Asks `check` again and again; true as soon as it holds, false when it did not within the time. */
export async function waitUntil(
  check: () => boolean | Promise<boolean>,
  { within, every = 20 }: { within: number; every?: number },
): Promise<boolean> {
  const deadline = performance.now() + within;
  while (!(await check())) {
    if (performance.now() >= deadline) return false;
    await pause(every);
  }
  return true;
}

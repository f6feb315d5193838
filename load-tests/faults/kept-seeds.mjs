import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('kept-seeds.json', import.meta.url);

/**
 * A run that failed once, and is run again for ever: its seed, with all that its plan was drawn from.
 * @typedef {{ seed: number, kinds: string[], seconds: number, found: string }} Kept
 */

/** @returns {Kept[]} */
export function keptSeeds() {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * Keeps a seed that failed, unless it is kept already.
 * @param {Kept} failed
 */
export function keepSeed(failed) {
  const kept = keptSeeds();
  const isKnown = kept.some(
    ({ seed, seconds, kinds }) =>
      seed === failed.seed && seconds === failed.seconds && kinds.join() === failed.kinds.join(),
  );
  if (!isKnown) writeFileSync(file, `${JSON.stringify([...kept, failed], null, 2)}\n`);
}

import { createHash } from 'node:crypto';

/**
 * A source of chance that the same seed gives again.
 * @typedef {object} Random
 * @property {() => number} next from 0, below 1
 * @property {(low: number, high: number) => number} between a number between two
 * @property {(low: number, high: number) => number} whole an integer between two, both included
 * @property {(chance: number) => boolean} chance true that often
 * @property {<T>(items: readonly T[]) => T} pick one of them
 * @property {<T>(items: readonly T[], count: number) => T[]} some so many of them, in chance order
 * @property {(name: string) => Random} fork a source of its own, whatever else is drawn from this one
 */

/**
 * @param {string | number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0);
  // mulberry32: small, and the same on every machine.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (low, high) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    between: (low, high) => low + next() * (high - low),
    chance: (chance) => next() < chance,
    pick: (items) => items[whole(0, items.length - 1)],
    some(items, count) {
      const rest = [...items];
      return Array.from({ length: Math.min(count, rest.length) }, () =>
        rest.splice(whole(0, rest.length - 1), 1).at(0),
      );
    },
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

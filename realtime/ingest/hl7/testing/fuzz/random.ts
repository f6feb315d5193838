/** Chance that can be had again: the same seed gives the same numbers (mulberry32). */
export type Random = {
  /** From 0 to below `bound`. */
  below(bound: number): number;
  pick<T>(all: readonly [T, ...T[]]): T;
  /** True once in `times`. */
  once(times: number): boolean;
};

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, bound);
  };
  return {
    below,
    pick: (all) => all[below(all.length)] ?? all[0],
    once: (times) => below(times) === 0,
  };
}

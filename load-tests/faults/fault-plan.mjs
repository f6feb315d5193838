import { faultKinds } from './fault-kinds.mjs';

/**
 * One fault of a run as it was drawn.
 * @typedef {object} Planned
 * @property {string} kind
 * @property {number} atMs after the run began
 * @property {number} node which one, if it is about one
 * @property {Record<string, any>} drawn
 * @property {string} [came] what came of it
 * @property {number} [happenedAt] milliseconds since 1970
 */

/**
 * Draws the faults of a run; they may overlap.
 * @param {import('./random.mjs').Random} random
 * @param {{ kinds: readonly string[], nodes: number, seconds: number }} options
 * @returns {Planned[]}
 */
export function drawPlan(random, { kinds, nodes, seconds }) {
  if (kinds.length === 0) return [];
  const count = random.whole(2, 5);
  const plan = Array.from({ length: count }, () => {
    const kind = random.pick(kinds);
    const atMs = Math.round(random.between(1_000, seconds * 1000 - 2_000));
    return { kind, atMs, node: random.whole(0, nodes - 1), drawn: faultKinds[kind].draw(random) };
  });
  return plan.sort((a, b) => a.atMs - b.atMs);
}

/** @param {Planned} planned */
export function describe({ kind, atMs, node, drawn, came }) {
  const on = faultKinds[kind].target === 'node' ? ` ${'abc'[node]}` : '';
  const how = Object.entries(drawn).map(([name, value]) => `${name}=${value}`);
  return `${(atMs / 1000).toFixed(1)}s ${kind}${on} ${how.join(' ')}${came === undefined ? '' : ` (${came})`}`;
}

import { faultKinds } from './fault-kinds.mjs';
import { findLeader } from './leader.mjs';
import { pause } from './pause.mjs';
import { watchTakeovers } from './takeovers.mjs';

/**
 * Lets the planned faults happen, each at its time, whatever else is broken then.
 * @param {readonly import('./fault-plan.mjs').Planned[]} plan
 * @param {{ tier: Awaited<ReturnType<typeof import('./tier.mjs').createTier>>, over: AbortSignal, random: import('./random.mjs').Random }} options
 */
export function createFaultPlay(plan, { tier, over, random }) {
  let underWay = 0;
  const takeovers = watchTakeovers(tier, { othersUnderWay: () => underWay > 1 });
  /** Nodes that are down or held by one fault already: another would undo what it did not do. */
  const taken = new Set();

  async function play(planned, index) {
    await pause(planned.atMs, over);
    if (over.aborted) {
      planned.came = 'not begun';
      return;
    }
    const kind = faultKinds[planned.kind];
    const own = random.fork(`fault ${index}`);
    const node = await nodeOf(planned, kind);
    if (kind.target !== 'none' && node === undefined) {
      planned.came = 'no node for it';
      return;
    }
    const key = kind.target === 'none' ? planned.kind.split('-')[0] : node;
    if (isRough(planned.kind) && taken.has(key)) {
      planned.came = 'happened to it already';
      return;
    }
    if (isRough(planned.kind)) taken.add(key);
    underWay += 1;
    try {
      const { forMs = 15_000 } = planned.drawn;
      const lost = isRough(planned.kind) && node !== undefined && (await takeovers.prepare(node, forMs));
      planned.happenedAt = Date.now();
      planned.came = node === undefined ? 'done' : `on ${node.name}`;
      if (lost) lost();
      await kind.happen({ tier, node, over, random: own }, planned.drawn);
    } finally {
      underWay -= 1;
      if (isRough(planned.kind)) taken.delete(key);
    }
  }

  async function nodeOf(planned, kind) {
    if (kind.target === 'none') return undefined;
    const leader = kind.target === 'leader' ? await findLeader(tier) : undefined;
    const drawn = leader?.node ?? tier.nodes[planned.node];
    if (!isRough(planned.kind) || !taken.has(drawn)) return drawn;
    return tier.nodes.find((node) => !taken.has(node));
  }

  return {
    takeovers,
    /** Resolves when all are over. */
    run: () => Promise.all(plan.map(play)),
  };
}

/** Whether it takes the process itself, which then is nobody else's to take. */
function isRough(kind) {
  return /kill|stop|drain/.test(kind) && kind !== 'redis-clients-killed';
}

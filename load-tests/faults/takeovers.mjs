import { findLeader, readTerm } from './leader.mjs';
import { until } from './pause.mjs';

/**
 * A loss of the leader: how long until another node has taken the lead, and until the first frame came to a client, on a
 * connection it had before, of an event committed after the loss. `alone`: nothing else was broken meanwhile.
 * @typedef {{ node: string, lostAt: number, alone: boolean, leadMs?: number, frameMs?: number }} Takeover
 */

/**
 * Measures takeovers.
 * @param {Awaited<ReturnType<typeof import('./tier.mjs').createTier>>} tier
 * @param {{ othersUnderWay: () => boolean }} options
 */
export function watchTakeovers(tier, { othersUnderWay }) {
  /** @type {Takeover[]} */
  const takeovers = [];
  /** @type {Set<Takeover>} */
  const waiting = new Set();

  return {
    takeovers,
    /**
     * To be called before a node is lost: gives what begins to measure, where that node leads.
     * @param {import('./tier.mjs').TierNode} node
     * @param {number} lostForMs a leader that is back by then may lead on
     */
    async prepare(node, lostForMs) {
      const leader = await findLeader(tier);
      if (leader === undefined || leader.node !== node) return undefined;
      return () => {
        /** @type {Takeover} */
        const takeover = { node: node.name, lostAt: Date.now(), alone: !othersUnderWay() };
        takeovers.push(takeover);
        waiting.add(takeover);
        const isTaken = async () => {
          takeover.alone &&= !othersUnderWay();
          return ((await readTerm(tier)) ?? 0) > leader.term;
        };
        until(isTaken, { within: lostForMs, every: 25 }).then((taken) => {
          if (taken) takeover.leadMs = Date.now() - takeover.lostAt;
        });
      };
    },
    /** A frame has come to a client. */
    onFrame(frame, connectedAt) {
      for (const takeover of waiting) {
        if (connectedAt > takeover.lostAt || Date.parse(frame.at) <= takeover.lostAt) continue;
        takeover.frameMs = Date.now() - takeover.lostAt;
        waiting.delete(takeover);
      }
    },
  };
}

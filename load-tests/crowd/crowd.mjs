// Thousands of subscribers of one server in a process of their own; see crowd-process.mjs.
import { quantile } from '../measures/statistics.mjs';
import { serveOrders } from '../measures/worker.mjs';
import { openMember } from './member.mjs';

/** @type {{ member: import('./member.mjs').Member, topics: readonly string[], index: number }[]} */
let members = [];
const tally = newTally();

const orders = {
  /**
   * Opens members, at most so many under way at once and, where `perSecond` is given, no faster than that. Each takes its
   * topics, rooms and token from the lists, in turns.
   */
  async open({ server, tokens, topicSets, roomSets, count, perSecond, from, sampleEvery = 997 }) {
    const began = performance.now();
    const took = [];
    /** @type {Record<string, number>} */
    const failures = {};
    const opened = Array.from({ length: count }, () => undefined);
    let next = 0;
    const one = async () => {
      for (let index = next++; index < count; index = next++) {
        const due = perSecond === undefined ? 0 : began + (index * 1_000) / perSecond - performance.now();
        if (due > 0) await new Promise((go) => setTimeout(go, due));
        const start = performance.now();
        const topics = topicSets[index % topicSets.length];
        const member = openMember({
          ...server,
          token: tokens?.[index % tokens.length],
          topics,
          rooms: roomSets?.[index % roomSets.length] ?? [],
          from,
          tally,
          sampleEvery,
        });
        try {
          await member.joined;
          took.push(performance.now() - start);
          opened[index] = { member, topics, index };
        } catch (error) {
          failures[error.message] = (failures[error.message] ?? 0) + 1;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(count, 128) }, one));
    members.push(...opened.filter((each) => each !== undefined));
    return {
      opened: took.length,
      failures,
      seconds: (performance.now() - began) / 1_000,
      p50: quantile(took, 0.5),
      p99: quantile(took, 0.99),
    };
  },
  /** What has come so far, and what was wrong with it. */
  tally: () => {
    const open = members.filter(({ member }) => member.isOpen());
    /** @type {Record<string, number>} */
    const audience = {};
    for (const { topics } of open) for (const topic of topics) audience[topic] = (audience[topic] ?? 0) + 1;
    return { ...tally, open: open.length, audience };
  },
  /**
   * Waits until every member that has one of these topics has come so far in it; gives when that was, by this machine's
   * clock, or nothing where it was not within the time.
   */
  async reach({ heads, within }) {
    const deadline = performance.now() + within;
    // Those that have not been found there yet: each is looked at until it is.
    let waiting = members;
    for (;;) {
      waiting = waiting.filter(({ member, topics }) => !hasReached(member, topics, heads));
      if (waiting.length === 0) return performance.timeOrigin + performance.now();
      if (performance.now() > deadline) return null;
      await new Promise((go) => setTimeout(go, 2));
    }
  },
  /** Gives everybody a new token, in the order of those they came with. */
  renew({ tokens }) {
    for (const { member, index } of members) member.renew(tokens[index % tokens.length]);
  },
  async close() {
    for (const { member } of members) member.destroy();
    members = [];
  },
};

function hasReached({ last }, topics, heads) {
  for (let index = 0; index < topics.length; index += 1) {
    const head = heads[topics[index]];
    if (head !== undefined && last[index] < head) return false;
  }
  return true;
}

/** @returns {import('./member.mjs').Tally} */
function newTally() {
  return { events: 0, bytes: 0, gaps: 0, doubles: 0, parsed: 0, strange: {} };
}

serveOrders(orders);

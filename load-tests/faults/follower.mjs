import { hashOf } from './canonical.mjs';
import { fold } from './fold.mjs';
import { tellsWho } from './identity.mjs';
import { isForMembers, mayTellWho } from './topics.mjs';

/**
 * What one client was given of one topic, entry by entry, in the order in which it came.
 * - `snapshot`: a state at `seq`; - `resumed`: an answer that continues from `seq`; - `frame`: applied;
 * - `double`: had before, dropped; - `jump`: too far ahead, dropped, and asked for again; - `early`: nothing to put it on
 * - `out`: was told that there is no such topic, or that it is not theirs any more
 * @typedef {object} Entry
 * @property {number} t milliseconds since 1970
 * @property {'snapshot' | 'resumed' | 'frame' | 'double' | 'jump' | 'early' | 'out'} k
 * @property {number} seq
 * @property {string} [h] the hash of the frame or state
 * @property {string} [type]
 * @property {'push' | 'answer'} via
 * @property {string} node
 * @property {number} c which of the client's connections
 * @property {string} [view]
 * @property {string} [epoch]
 * @property {number} [at] when a frame happened, by the database's clock
 * @property {number} [asked] when an answer was asked for
 */

/**
 * One topic as one client follows it by the contract: keeps (view, epoch, seq), drops frames at or below its seq, and says
 * when it has to subscribe again. It does no I/O and remembers all that it was given.
 * @param {string} topic
 * @param {string} view the view it must be given
 */
export function createFollower(topic, view) {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {string[]} */
  const broken = [];
  /** @type {{ view: string, epoch: string, seq: number } | undefined} */
  let position;
  let state;
  let isOut = false;

  function note(k, seq, rest, origin) {
    entries.push({ t: Date.now(), k, seq, ...rest, ...origin });
  }

  function checkIdentity(what, value) {
    if (!mayTellWho(topic, view) && tellsWho(JSON.stringify(value)))
      broken.push(`${what} tells who a patient is`);
  }

  return {
    topic,
    view,
    entries,
    /** What broke the contract, noticed as it happened. */
    broken,
    position: () => position,
    state: () => state,

    /**
     * Takes a frame, and says what it was to this client.
     * @param {any} frame
     * @param {{ via: 'push' | 'answer', node: string, c: number }} origin
     * @returns {Entry['k']}
     */
    take(frame, origin) {
      const { seq, type, epoch } = frame;
      const what = `frame ${seq} on ${origin.node}`;
      checkIdentity(what, frame);
      const about = { h: hashOf(frame), type, ...(isForMembers(topic) ? { at: Date.parse(frame.at) } : {}) };
      const kind = kindOf(position, frame);
      note(kind, seq, about, origin);
      if (frame.topic !== topic) broken.push(`${what} is of topic ${frame.topic}`);
      if (position !== undefined && epoch !== position.epoch)
        broken.push(`${what} is of epoch ${epoch}, not ${position.epoch}`);
      if (kind === 'frame' && position !== undefined) {
        position = { ...position, seq };
        state = fold(state, frame);
      }
      return kind;
    },

    /**
     * Takes the answer to a subscription: a snapshot and what came since, or only what came since.
     * @param {any} answer
     * @param {{ node: string, c: number, asked: number }} from
     */
    takeAnswer(answer, from) {
      const origin = { ...from, via: /** @type {const} */ ('answer') };
      const { view, epoch, seq, events } = answer;
      const what = `the answer on ${from.node}`;
      isOut = false;
      if ('state' in answer && answer.state !== undefined) {
        checkIdentity(what, answer.state);
        note('snapshot', seq, { h: hashOf(answer.state), view, epoch }, origin);
        // Whatever this client had when it asked is in the answer: in the state, or in the events after it.
        const reached = seq + events.length;
        if (position?.view === view && position.epoch === epoch && position.seq > reached)
          broken.push(`${what} ends at ${reached}, behind ${position.seq}`);
        position = { view, epoch, seq };
        state = answer.state;
      } else {
        note('resumed', seq, { view, epoch }, origin);
        if (position === undefined) broken.push(`${what} has no state, and there is none to continue`);
        else if (position.view !== view || position.epoch !== epoch || seq > position.seq)
          broken.push(`${what} does not continue at ${position.seq}: it begins after ${seq}`);
      }
      let expected = seq;
      for (const frame of events) {
        expected += 1;
        if (frame.seq !== expected) broken.push(`${what} holds frame ${frame.seq} where ${expected} is due`);
        this.take(frame, origin);
      }
    },

    isOut: () => isOut,
    /** Learns that the topic is not theirs to see, and forgets what it has. */
    leave(from) {
      if (!isOut) note('out', position?.seq ?? 0, {}, { via: 'answer', ...from });
      isOut = true;
      this.forget();
    },

    /** Forgets what it has: the next subscription begins with a snapshot. */
    forget() {
      position = undefined;
      state = undefined;
    },
  };
}

function kindOf(position, { seq }) {
  if (position === undefined) return 'early';
  if (seq <= position.seq) return 'double';
  return seq === position.seq + 1 ? 'frame' : 'jump';
}

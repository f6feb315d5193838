import { hashOf } from './canonical.mjs';
import { fold } from './fold.mjs';

/**
 * Each client's history against the log, entry by entry: nothing missing, doubled, reordered or altered; each snapshot the
 * state of its seq; at the end, all there is, and the state that a fresh snapshot shows.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkClients({ topics, clients }) {
  const violations = [];
  const known = new Map();
  for (const client of clients) {
    for (const followed of client.topics) {
      const { topic, view } = followed;
      const key = `${view} ${topic}`;
      if (!known.has(key)) known.set(key, index(topics[topic].views[view], snapshotSeqs(clients, topic)));
      const say = (rule, text, entry) =>
        violations.push({
          rule,
          text,
          client: client.id,
          topic,
          entry,
          seq: followed.entries[entry ?? -1]?.seq,
        });
      for (const text of followed.broken) say('contract', text);
      replay(followed, known.get(key), say);
    }
  }
  return violations;
}

/** Follows one client through one topic. */
function replay({ entries, seq: last, state }, truth, say) {
  let at;
  for (const [index, entry] of entries.entries()) {
    const { k, seq, h } = entry;
    if (k === 'out') {
      at = undefined;
      continue;
    }
    const tell = (rule, text) => say(rule, `${k} ${seq}: ${text}`, index);
    if (k === 'snapshot' || k === 'resumed') {
      if (entry.view !== truth.view || entry.epoch !== truth.epoch)
        tell('view', `is of ${entry.view} ${entry.epoch}, not ${truth.view} ${truth.epoch}`);
    }
    if (k === 'snapshot') {
      if (truth.states.get(seq) !== h) tell('snapshot', 'is not the state that the log gives there');
      at = seq;
    } else if (k !== 'resumed') {
      if (truth.frames.get(seq) === undefined) tell('order', 'is in no log');
      else if (truth.frames.get(seq) !== h) tell('content', 'is not what the log holds');
    }
    if (k === 'frame') {
      if (at === undefined || seq !== at + 1) tell('order', `came after ${at}`);
      at = seq;
    }
    if (k === 'double' && (at === undefined || seq > at)) tell('order', `was dropped, and it stood at ${at}`);
  }
  if (at !== last) say('order', `its history ends at ${at}, and it says ${last}`, entries.length - 1);
  // Whoever is not a member any more has nothing; that they are none is looked at elsewhere.
  if (entries.at(-1)?.k === 'out') return;
  if (last !== truth.head) say('missing', `it ends at ${last}, the log at ${truth.head}`, entries.length - 1);
  else if (state !== truth.now)
    say('state', 'what it folded is not what a fresh snapshot shows', entries.length - 1);
}

/** What the log gives at each place where a client may have looked. */
function index({ view, epoch, before, frames, now }, seqs) {
  const states = new Map([[before.seq, hashOf(before.state)]]);
  let { state } = before;
  for (const frame of frames) {
    state = fold(state, frame);
    if (seqs.has(frame.seq)) states.set(frame.seq, hashOf(state));
  }
  return {
    view,
    epoch,
    head: frames.at(-1)?.seq ?? before.seq,
    now: hashOf(now.state),
    states,
    frames: new Map(frames.map((frame) => [frame.seq, hashOf(frame)])),
  };
}

function snapshotSeqs(clients, topic) {
  const seqs = new Set();
  for (const client of clients)
    for (const followed of client.topics)
      if (followed.topic === topic)
        for (const { k, seq } of followed.entries) if (k === 'snapshot') seqs.add(seq);
  return seqs;
}

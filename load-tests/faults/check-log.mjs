import { canonical } from './canonical.mjs';
import { fold } from './fold.mjs';
import { strip, tellsWho, withoutIdentity } from './identity.mjs';
import { mayTellWho } from './topics.mjs';

/**
 * The log against itself: no gap, nothing twice, in the order of commit; each view's history is the table's, seq by seq;
 * a lesser view is the fullest without identity; and history folded onto the state before is the state now.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkLog({ topics }) {
  const violations = [];
  for (const [topic, truth] of Object.entries(topics)) {
    const say = (rule, text, seq) => violations.push({ rule, text, topic, seq });
    const [fullest] = Object.values(truth.views);
    let expected = Math.min(...Object.values(truth.views).map(({ before }) => before.seq));
    let at = 0;
    for (const row of truth.rows) {
      expected += 1;
      if (row.seq !== expected) say('log', `the log has ${row.seq} where ${expected} is due`, row.seq);
      expected = row.seq;
      if (row.at < at) say('log', `${row.seq} is older than what stands before it`, row.seq);
      at = row.at;
    }
    for (const [name, view] of Object.entries(truth.views)) {
      checkHistory(truth.rows, name, view, say);
      const state = view.frames.reduce(fold, view.before.state);
      if (view.now.seq !== expected)
        say('fold', `the ${name} snapshot stands at ${view.now.seq}, the log at ${expected}`);
      else if (canonical(state) !== canonical(view.now.state))
        say('fold', `history folded is not the ${name} snapshot: ${difference(state, view.now.state)}`);
    }
    for (const [name, view] of Object.entries(truth.views)) {
      if (mayTellWho(topic, name)) continue;
      checkIdentity(name, view, say);
      if (view !== fullest) checkRedaction(name, view, fullest, say);
    }
  }
  return violations;
}

/** Nothing in a view that may not tell who a patient is does. */
function checkIdentity(name, { frames, now }, say) {
  for (const frame of frames)
    if (tellsWho(JSON.stringify(frame)))
      say('identity', `${name} frame ${frame.seq} tells who a patient is`, frame.seq);
  if (tellsWho(JSON.stringify(now.state))) say('identity', `the ${name} snapshot tells who a patient is`);
}

/** Nothing is missing from a lesser view but identity. */
function checkRedaction(name, view, fullest, say) {
  const bySeq = new Map(fullest.frames.map((frame) => [frame.seq, frame]));
  for (const frame of view.frames) {
    const full = bySeq.get(frame.seq);
    if (full !== undefined && canonical(withoutIdentity(full)) !== canonical(frame))
      say('identity', `${name} frame ${frame.seq} is not the fullest one without identity`, frame.seq);
  }
  if (canonical(strip(fullest.now.state)) !== canonical(view.now.state))
    say('identity', `the ${name} snapshot is not the fullest one without identity`);
}

function checkHistory(rows, name, { frames }, say) {
  for (const [index, row] of rows.entries()) {
    const frame = frames[index];
    if (frame?.seq !== row.seq)
      return say('history', `the ${name} history has ${frame?.seq} where the log has ${row.seq}`, row.seq);
    if (frame.type !== row.type && frame.type !== 'skip')
      say(
        'history',
        `${row.seq} is ${row.type} in the log and ${frame.type} in the ${name} history`,
        row.seq,
      );
  }
  if (frames.length > rows.length) say('history', `the ${name} history is longer than the log`);
}

/** Where two states first differ, by their paths. */
export function difference(a, b, path = '') {
  if (canonical(a) === canonical(b)) return undefined;
  const isDeep = (value) => typeof value === 'object' && value !== null;
  if (!isDeep(a) || !isDeep(b)) return `${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
  for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[field], b[field], `${path}/${field}`);
    if (found !== undefined) return found;
  }
  return path;
}

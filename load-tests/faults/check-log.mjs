import { canonical } from './canonical.mjs';
import { fold } from './fold.mjs';
import { strip, tellsWho, withoutIdentity } from './identity.mjs';

/**
 * The log against itself: no gap, nothing twice, in the order of commit; each view's history is the table's, seq by seq;
 * the operational view is the clinical one without identity; and history folded onto the state before is the state now.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkLog({ topics }) {
  const violations = [];
  for (const [topic, truth] of Object.entries(topics)) {
    const say = (rule, text, seq) => violations.push({ rule, text, topic, seq });
    const { clinical, operational } = truth.views;
    let expected = clinical.before.seq;
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
    for (const frame of operational.frames) {
      if (tellsWho(JSON.stringify(frame)))
        say('identity', `operational frame ${frame.seq} tells who a patient is`, frame.seq);
      const full = clinical.frames.find(({ seq }) => seq === frame.seq);
      if (full !== undefined && canonical(withoutIdentity(full)) !== canonical(frame))
        say('identity', `operational frame ${frame.seq} is not the clinical one without identity`, frame.seq);
    }
    if (tellsWho(JSON.stringify(operational.now.state)))
      say('identity', 'the operational snapshot tells who a patient is');
    if (canonical(strip(clinical.now.state)) !== canonical(operational.now.state))
      say('identity', 'the operational snapshot is not the clinical one without identity');
  }
  return violations;
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

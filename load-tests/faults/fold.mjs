/*
 * What a reader of the public contract makes of a topic's events: written from the documented shapes alone, so that
 * it proves the server's snapshots and its events against each other.
 */

/** The axes of a bed that an event may move; one that moves to nothing is gone. */
const axes = ['operationalStatus', 'closure', 'claim', 'turnaround', 'isolation', 'occupant'];

/**
 * The state of a topic after one more frame.
 * @param {any} state
 * @param {{ type: string, data?: any }} frame
 */
export function fold(state, { type, data }) {
  if (type === 'bed.added') return { ...state, beds: { ...state.beds, [data.bed.id]: data.bed } };
  if (type.startsWith('bed.') && data.changes !== undefined) {
    const bed = state.beds[data.bed];
    return bed === undefined ? state : { ...state, beds: { ...state.beds, [data.bed]: moveBed(bed, data) } };
  }
  if (type === 'alert.raised') {
    return { ...state, alerts: { ...state.alerts, [data.alert.id]: data.alert } };
  }
  if (type.startsWith('alert.')) return answerAlert(state, data);
  // A skip, or a fact that was kept and not applied: only the position moves.
  return state;
}

function moveBed(bed, { version, asOf, source, heard, changes }) {
  const next = { ...bed, version, asOf, source };
  if (heard !== undefined) next.heard = { ...bed.heard, ...heard };
  for (const axis of axes) {
    if (changes[axis] === undefined) continue;
    if (changes[axis].to === undefined) delete next[axis];
    else next[axis] = changes[axis].to;
  }
  return next;
}

function answerAlert(state, { alert: id, version, asOf, source, to }) {
  const { [id]: alert, ...others } = state.alerts;
  if (alert === undefined || to === 'resolved') return { ...state, alerts: others };
  const answered = { ...alert, version, asOf, source, status: to };
  if (to === 'acknowledged') answered.acknowledgedBy = source;
  return { ...state, alerts: { ...others, [id]: answered } };
}

/** The axes of a bed that an event may move; one that moves to nothing is gone. */
const axes = ['operationalStatus', 'closure', 'claim', 'turnaround', 'isolation', 'occupant'];

/** What the events of units do to their state. */
export const bedFolds = {
  'bed.added': (state, { bed }) => ({ ...state, beds: { ...state.beds, [bed.id]: bed } }),
  'bed.*': (state, data) => {
    const bed = state.beds?.[data.bed];
    if (bed === undefined || data.changes === undefined) return state;
    return { ...state, beds: { ...state.beds, [data.bed]: moveBed(bed, data) } };
  },
  'alert.raised': (state, { alert }) => ({ ...state, alerts: { ...state.alerts, [alert.id]: alert } }),
  'alert.merged': mergeAlert,
  'alert.*': answerAlert,
};

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

/** Whom an alert concerns turned out to be another patient; in a view that names nobody, only the version is newer. */
function mergeAlert(state, { alert: id, version, asOf, source, subject, visit }) {
  const alert = state.alerts[id];
  if (alert === undefined) return state;
  const about = { ...(subject === undefined ? {} : { subject }), ...(visit === undefined ? {} : { visit }) };
  return { ...state, alerts: { ...state.alerts, [id]: { ...alert, version, asOf, source, ...about } } };
}

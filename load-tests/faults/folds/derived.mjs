/** What the events do to the state of a network's topics, and of what concerns one person. */
export const derivedFolds = {
  // Whoever counts, confirms, takes back or lets lapse: the level is what it is now.
  'availability.*': (state, data) => ({
    ...state,
    levels: withChanges(state.levels, { [data.level]: data }),
  }),
  'facility.census-changed': (state, { units, ...parts }) =>
    withChanges({ ...state, units: withChanges(state.units, units) }, parts),
  'network.availability-changed': changeFacilities,
  'region.availability-changed': changeFacilities,
  'own.booking-noted': note('booking'),
  'own.payment-noted': note('payment'),
  'own.conversation-noted': note('conversation'),
  'own.removed': (state, { kind, id }) => ({ ...state, [kind]: withChanges(state[kind], { [id]: {} }) }),
};

function changeFacilities(state, { facilities, ...parts }) {
  const next = { ...state.facilities };
  for (const [id, change] of Object.entries(facilities)) next[id] = changeFacility(next[id], change);
  return withChanges({ ...state, facilities: next }, parts);
}

function changeFacility(before, { levels, units, details, turnaround, ...rest }) {
  const next = {
    ...before,
    ...rest,
    levels: withChanges(before?.levels, levels),
    units: withChanges(before?.units, units),
  };
  return withChanges(next, {
    ...(details === undefined ? {} : { details }),
    ...(turnaround === undefined ? {} : { turnaround }),
  });
}

function note(kind) {
  return (state, { item }) => ({ ...state, [kind]: { ...state[kind], [item.id]: item } });
}

/** Fields after changes `{from, to}` of some of them; one that changes to nothing is gone. */
function withChanges(fields, changes) {
  const next = { ...fields };
  for (const [name, { to }] of Object.entries(changes)) {
    if (to === undefined) delete next[name];
    else next[name] = to;
  }
  return next;
}

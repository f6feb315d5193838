const told = [
  ...['authorized', 'captured', 'settled', 'failed', 'cancelled', 'refunded', 'disputed'],
  'request-declined',
];

/** What the events of payments do to their list. */
export const paymentFolds = {
  'payment.initiated': list,
  'payment.restored': list,
  'payment.gateway-configured': (state, { gateway }) => ({
    ...state,
    gateways: { ...state.gateways, [gateway.id]: gateway },
  }),
  'payment.archived': (state, { payment }) => {
    const { [payment]: _archived, ...payments } = state.payments;
    return { ...state, payments };
  },
  'payment.requested': (state, data) => change(state, data, (before) => ({ ...before, requested: data.to })),
  ...Object.fromEntries(told.map((kind) => [`payment.${kind}`, tell])),
};

function list(state, { payment }) {
  return { ...state, payments: { ...state.payments, [payment.id]: payment } };
}

function change(state, { payment: id, version, asOf, source }, to) {
  const before = state.payments[id];
  if (before === undefined) return state;
  return { ...state, payments: { ...state.payments, [id]: { ...to(before), version, asOf, source } } };
}

/** What a gateway told stands in the order of its own time, however late it was heard. */
function tell(state, data) {
  return change(state, data, (before) => {
    const next = { ...before, status: data.to, told: [...before.told, data.told].sort(byTime) };
    if (data.movement !== undefined)
      next.movements = [...before.movements, data.movement].sort((a, b) =>
        byTime({ at: a.at, id: a.toldBy }, { at: b.at, id: b.toldBy }),
      );
    if (data.refunded !== undefined) next.refunded = data.refunded.to;
    if (data.answered !== undefined) delete next.requested;
    return next;
  });
}

function byTime(a, b) {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

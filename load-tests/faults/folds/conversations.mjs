/** How many messages a conversation's state holds: the latest. */
const page = 100;

/** What the events of a conversation do to its state. */
export const conversationFolds = {
  'conversation.started': (_state, { conversation, members }) => ({ conversation, members, messages: {} }),
  'conversation.renamed': (state, { to, version, asOf, source }) => ({
    ...state,
    conversation: { ...state.conversation, ...to, version, asOf, source },
  }),
  'conversation.member-added': (state, { member }) => ({
    ...state,
    members: { ...state.members, [member.id]: member },
  }),
  'conversation.member-left': leave,
  'message.sent': (state, { message }) => {
    const messages = Object.values({ ...state.messages, [message.id]: message });
    const latest = messages.sort((a, b) => b.number - a.number).slice(0, page);
    return { ...state, messages: Object.fromEntries(latest.map((one) => [one.id, one])) };
  },
  'message.edited': (state, data) =>
    change(state, data, (before) => ({ ...before, ...data.to, editedAt: data.asOf })),
  'message.retracted': (state, data) =>
    change(state, data, ({ text: _text, ...before }) => ({ ...before, status: data.to, awaiting: [] })),
  'message.acknowledged': (state, data) =>
    change(state, data, (before) => ({
      ...before,
      status: data.to,
      awaiting: before.awaiting.filter((id) => id !== data.member),
      acknowledged: { ...before.acknowledged, [data.member]: { at: data.asOf } },
    })),
  'message.delivered': (state, data) => point(state, data, { deliveredUpTo: data.to }),
  'message.read': (state, data) => point(state, data, { readUpTo: data.to }),
};

function change(state, { message: id, version, asOf, source }, to) {
  const before = state.messages[id];
  if (before === undefined) return state;
  const after = { ...to(before), version, asOf, source };
  return { ...state, messages: { ...state.messages, [id]: after } };
}

function point(state, { member: id, version, asOf, source }, to) {
  const member = state.members[id];
  if (member === undefined) return state;
  return { ...state, members: { ...state.members, [id]: { ...member, ...to, version, asOf, source } } };
}

/** Nobody waits any more for the acknowledgement of somebody who has left. */
function leave(state, { member: { id }, asOf, source }) {
  const { [id]: _left, ...members } = state.members;
  const messages = Object.entries(state.messages).map(([key, message]) => {
    if (!message.awaiting.includes(id)) return [key, message];
    const awaiting = message.awaiting.filter((one) => one !== id);
    const ended = Object.keys(message.acknowledged).length > 0 ? 'completed' : 'stopped';
    const status = awaiting.length > 0 ? message.status : ended;
    return [key, { ...message, awaiting, status, version: message.version + 1, asOf, source }];
  });
  return { ...state, members, messages: Object.fromEntries(messages) };
}

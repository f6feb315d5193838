/** What the events of a department's appointments do to their state. */
export const appointmentFolds = {
  'practitioner.scheduled': (state, { to }) => ({
    ...state,
    practitioners: { ...state.practitioners, [to.id]: to },
  }),
  'room.scheduled': (state, { to }) => ({ ...state, rooms: { ...state.rooms, [to.id]: to } }),
  'appointment.booked': (state, { appointment }) => ({
    ...state,
    appointments: { ...state.appointments, [appointment.id]: appointment },
  }),
  'appointment.moved': (state, data) => change(state, data, data.to),
  'appointment.archived': (state, { appointment }) => {
    const { [appointment]: _archived, ...appointments } = state.appointments;
    return { ...state, appointments };
  },
  // Whatever else happens to one takes it to another status.
  'appointment.*': (state, data) => {
    const { to: status, cancellation } = data;
    return change(state, data, { status, ...(cancellation === undefined ? {} : { cancellation }) });
  },
};

function change(state, { appointment: id, version, asOf, source }, what) {
  const before = state.appointments[id];
  if (before === undefined) return state;
  const after = { ...before, ...what, version, asOf, source };
  return { ...state, appointments: { ...state.appointments, [id]: after } };
}

import { appointmentFolds } from './folds/appointments.mjs';
import { bedFolds } from './folds/beds.mjs';
import { conversationFolds } from './folds/conversations.mjs';
import { derivedFolds } from './folds/derived.mjs';
import { paymentFolds } from './folds/payments.mjs';

/*
 * What a reader of the public contract makes of a topic's events: written from the documented shapes alone, so that
 * it proves the server's snapshots and its events against each other.
 */

/** By the type of an event, or else by `<what>.*`: what it makes of its topic's state. */
const folds = { ...bedFolds, ...appointmentFolds, ...conversationFolds, ...paymentFolds, ...derivedFolds };

/**
 * The state of a topic after one more frame. A skip, or a fact that was kept and not applied, moves only the position.
 * @param {any} state
 * @param {{ type: string, data?: any }} frame
 */
export function fold(state, { type, data }) {
  const applied = folds[type] ?? folds[`${type.split('.')[0]}.*`];
  return applied === undefined ? state : applied(state, data);
}

import { checkClients } from './check-clients.mjs';
import { checkCommands } from './check-commands.mjs';
import { checkConversations } from './check-conversations.mjs';
import { checkDerived } from './check-derived.mjs';
import { checkLog } from './check-log.mjs';
import { checkPayments } from './check-payments.mjs';

/**
 * Something that must not be, and where to look.
 * @typedef {object} Violation
 * @property {string} rule which of the rules it breaks
 * @property {string} text
 * @property {string} [client]
 * @property {string} [topic]
 * @property {number} [entry] where in the client's history of the topic
 * @property {number} [seq]
 */

/**
 * All that is wrong with what a run has left behind.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {Violation[]}
 */
export function check(evidence) {
  return [
    ...evidence.strange.map((text) => ({ rule: 'processes', text })),
    ...checkLog(evidence),
    ...checkClients(evidence),
    ...checkCommands(evidence),
    ...checkConversations(evidence),
    ...checkPayments(evidence),
    ...checkDerived(evidence),
  ];
}

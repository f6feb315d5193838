/*
 * What tells who a patient is, as far as the operational view may not have it: by hand, from the documented shapes,
 * and by marks that the campaign puts into everything it says about a patient.
 */

/** Stands in every name, number and visit that the campaign makes up. */
export const mark = 'Zqphi';

const identifying = [
  ...['subject', 'formerSubject', 'encounter', 'visit'],
  ...['mrn', 'assigner', 'family', 'given', 'birthDate', 'sex'],
  // Of appointments: whose they are, and in whose words one was cancelled.
  ...['account', 'note'],
];
const names = new RegExp(`"(${identifying.join('|')})":`);

/**
 * Whether a text holds something that only the clinical view may show.
 * @param {string} text
 */
export function tellsWho(text) {
  return text.includes(mark) || names.test(text);
}

/**
 * A frame of the clinical view as the operational view must have it.
 * @param {any} frame
 */
export function withoutIdentity(frame) {
  const { topic, epoch, seq, type } = frame;
  if (type === 'bed.fact-kept') return { topic, epoch, seq, type: 'skip' };
  return { ...frame, data: strip(frame.data) };
}

/**
 * A state, or a part of one, without what identifies.
 * @param {any} value
 * @returns {any}
 */
export function strip(value) {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([field]) => !identifying.includes(field));
  return Object.fromEntries(kept.map(([field, inner]) => [field, strip(inner)]));
}

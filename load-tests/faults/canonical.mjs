import { createHash } from 'node:crypto';

/**
 * A value as JSON whose fields are in the order of their names: equal values have equal texts.
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value).sort();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonical(value[field])}`).join()}}`;
}

/**
 * @param {unknown} value
 * @returns {string} a short hash, the same for equal values
 */
export function hashOf(value) {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 16);
}

import { goals } from '../goals.mjs';

/**
 * What became of one goal.
 * @typedef {object} Verdict
 * @property {string} goal
 * @property {string} what
 * @property {string} unit
 * @property {'most' | 'least'} bound
 * @property {number} limit
 * @property {number} figure
 * @property {boolean} met
 * @property {number} short how far short of the limit, in its unit; 0 where it is met
 * @property {boolean} atSize whether it was measured at the size for which it is promised
 */

/**
 * Holds a figure against its goal. A figure that is not a number meets nothing.
 * @param {string} goal the name of one of goals.mjs
 * @param {number} figure
 * @param {Record<string, number>} sizes at which it was measured
 * @returns {Verdict}
 */
export function judged(goal, figure, sizes) {
  const { what, unit, most, least, at = {} } = goals[goal];
  const bound = most === undefined ? 'least' : 'most';
  const limit = most ?? least ?? Number.NaN;
  const met = bound === 'most' ? figure <= limit : figure >= limit;
  return {
    goal,
    what,
    unit,
    bound,
    limit,
    figure,
    met,
    short: met ? 0 : Math.abs(figure - limit),
    atSize: Object.entries(at).every(([name, size]) => sizes[name] === size),
  };
}

/**
 * A verdict in one line.
 * @param {Verdict} verdict
 */
export function verdictLine({ what, unit, bound, limit, figure, met, short, atSize }) {
  const word = met ? 'met  ' : 'SHORT';
  const by = met ? '' : `, short by ${rounded(short)} ${unit}`;
  const size = atSize ? '' : ' (at another size than promised)';
  return `${word} ${what}: ${rounded(figure)} ${unit} (at ${bound} ${rounded(limit)})${by}${size}`;
}

/**
 * A figure with as many digits as say something.
 * @param {number} figure
 */
export function rounded(figure) {
  if (!Number.isFinite(figure)) return '–';
  const digits = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : 2;
  return figure.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

import { readFileSync, statSync } from 'node:fs';

const mark = '¶';

/** The settings under which Postgres writes each statement into its log, and nobody's data with it. */
export const statementLogSettings = {
  log_statement: 'all',
  log_parameter_max_length: '0',
  log_line_prefix: mark,
};

/**
 * Counts the statements that a database was sent from one moment to another, by what they read. Exact, where Postgres's
 * own statistics come late and by table.
 * @param {string} logFile
 * @param {readonly [name: string, pattern: RegExp][]} kinds the first that fits counts
 */
export function statementCounter(logFile, kinds) {
  let from = 0;
  return {
    begin: () => {
      from = statSync(logFile).size;
    },
    /** @returns {Map<string, number>} */
    counts: () => {
      const text = readFileSync(logFile).subarray(from).toString('utf8');
      const counts = new Map(kinds.map(([name]) => [name, 0]));
      for (const entry of text.split(mark)) {
        if (!/^LOG: {2}(execute|statement)/.test(entry)) continue;
        const kind = kinds.find(([, pattern]) => pattern.test(entry));
        if (kind !== undefined) counts.set(kind[0], (counts.get(kind[0]) ?? 0) + 1);
      }
      return counts;
    },
  };
}

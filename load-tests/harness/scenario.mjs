/**
 * A load test: what is measured, at what size unless told otherwise, and what came of it.
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} about one sentence for the report
 * @property {Record<string, number | readonly number[]>} sizes by name, as the command line may set them
 * @property {number} minutes after which it is ended
 * @property {boolean} [apart] whether `all` leaves it out
 * @property {boolean} [needsOwn] whether it starts and stops nodes, and so cannot be run against an installation that is there
 * @property {(context: Context) => Promise<Outcome>} run raises where it cannot be measured at all
 */

/**
 * @typedef {object} Context
 * @property {Record<string, any>} sizes
 * @property {(options: Partial<Parameters<typeof import('../measures/installation.mjs').withInstallation>[0]>,
 *   work: (installation: import('../measures/installation.mjs').Installation) => Promise<void>) => Promise<void>} withInstallation
 * @property {(line: string) => void} say
 */

/**
 * @typedef {object} Outcome
 * @property {import('./verdict.mjs').Verdict[]} verdicts
 * @property {Table[]} tables
 * @property {Plot[]} plots
 * @property {string[]} faults what was lost, doubled or refused: a figure beside it is worth nothing
 */

/** @typedef {{ title: string, columns: string[], rows: string[][] }} Table */
/**
 * @typedef {{ kind: 'bars', title: string, unit: string, bars: { label: string, value: number }[] }
 *   | { kind: 'shares', title: string, unit: string, lines: { label: string, values: number[] }[] }
 *   | { kind: 'lines', title: string, unit: string, x: string, lines: { label: string, points: [number, number][] }[] }} Plot
 */

/** @returns {Outcome} one without anything in it */
export function emptyOutcome() {
  return { verdicts: [], tables: [], plots: [], faults: [] };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../measures/statistics.mjs';
import { pageOf } from './report-page.mjs';

/** Shares at which a distribution is kept: thick where it matters. */
const shares = [...Array.from({ length: 99 }, (_, n) => n / 100), 0.99, 0.995, 0.999, 1];

/**
 * What is told of a run, written anew after each scenario: whatever ends the run, what was measured before stands.
 * @param {string} folder
 * @param {Record<string, unknown>} about how it was run
 */
export function openReport(folder, about) {
  const report = {
    startedAt: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 1024 ** 3),
      kernel: release(),
      node: process.version,
    },
    about,
    scenarios: [],
  };
  mkdirSync(folder, { recursive: true });
  const write = () => {
    writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 1)}\n`);
    writeFileSync(join(folder, 'report.html'), pageOf(report));
  };
  write();
  return {
    /** @param {{ name: string, about: string, sizes: object, seconds: number, error?: string } & Partial<import('./scenario.mjs').Outcome>} scenario */
    add(scenario) {
      report.scenarios.push({ ...scenario, plots: scenario.plots?.map(slim) });
      write();
    },
    scenarios: () => report.scenarios,
  };
}

function slim(plot) {
  if (plot.kind !== 'shares') return plot;
  const lines = plot.lines.map(({ label, values }) => {
    const known = values.filter(Number.isFinite);
    return {
      label,
      points: known.length === 0 ? [] : shares.map((share) => [share, quantile(known, share)]),
    };
  });
  return { ...plot, lines };
}

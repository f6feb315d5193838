import { openDescriptors, residentBytes } from '../harness/process-cost.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { median, quantile } from '../measures/statistics.mjs';
import { playDay } from '../shift-change/day.mjs';
import { openHospital } from '../shift-change/hospital.mjs';
import { strangeness } from '../shift-change/strangeness.mjs';

// A token is good for ten minutes, and nobody of a shift renews it.
const daySeconds = 420;
const renewMs = 240_000;
const kib = 1024;

/** @type {import('../harness/scenario.mjs').Scenario} */
export const soak = {
  name: 'soak',
  about:
    'One hospital’s day after the other for hours, the walls connected all the while: whether memory, descriptors or latency drift.',
  sizes: { hours: 4, subscribers: 1_000, units: 16, commands: 12_000, sampleSeconds: 15, seed: 7 },
  minutes: 24 * 60,
  apart: true,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    await withInstallation({}, async (installation) => {
      const pids = () => installation.nodes.map(({ node }) => node.pid());
      const hospital = await openHospital(installation, sizes);
      const walls = await hospital.openWalls();
      const began = performance.now();
      const hoursPassed = () => (performance.now() - began) / 3_600_000;
      const isOver = () => hoursPassed() >= sizes.hours;
      const samples = [];
      const sampling = setInterval(() => {
        const sum = (of) => pids().reduce((all, pid) => all + of(pid), 0);
        samples.push([hoursPassed(), sum(residentBytes) / kib ** 2, sum(openDescriptors)]);
      }, sizes.sampleSeconds * 1_000);
      const renewing = setInterval(() => {
        walls.crowd.renew(hospital.wallTokens()).catch((error) => outcome.faults.push(error.message));
      }, renewMs);
      const days = [];
      try {
        for (let number = 0; !isOver(); number += 1) {
          const at = hoursPassed();
          const day = await playDay(hospital, {
            ...sizes,
            seconds: daySeconds,
            seed: `${sizes.seed}/${number}`,
            isOver,
          });
          const ms = day.latencies.map(([, each]) => each);
          days.push({ at, p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) });
          outcome.faults.push(
            ...[...day.faults, ...strangeness(day.tallies)].map((fault) => `day ${number + 1}: ${fault}`),
          );
          say(
            `day ${number + 1}: p50 ${days.at(-1).p50.toFixed(1)} ms, ${samples.at(-1)?.[1].toFixed(0)} MiB`,
          );
        }
      } finally {
        clearInterval(sampling);
        clearInterval(renewing);
      }
      outcome.faults.push(...strangeness([await walls.crowd.tally()]));
      walls.crowd.end();
      const [first, last] = [quarter(samples, 0), quarter(samples, 3)];
      const middle = (list, index) => median(list.map((sample) => sample[index]));
      const latency = (list) => median(list.map(({ p50 }) => p50));
      const drift = latency(quarter(days, 3)) - latency(quarter(days, 0));
      outcome.verdicts.push(
        judged('soak-memory', 100 * (middle(last, 1) / middle(first, 1) - 1), sizes),
        judged('soak-descriptors', middle(last, 2) - middle(first, 2), sizes),
        judged('soak-latency', drift, sizes),
      );
      const line = (index) => samples.map((sample) => [sample[0], sample[index]]);
      outcome.plots.push(
        {
          kind: 'lines',
          title: 'Node memory',
          unit: 'MiB',
          x: 'hours',
          lines: [{ label: 'resident', points: line(1) }],
        },
        {
          kind: 'lines',
          title: 'Open descriptors',
          unit: '',
          x: 'hours',
          lines: [{ label: 'open', points: line(2) }],
        },
        {
          kind: 'lines',
          title: 'Commit to socket by day',
          unit: 'ms',
          x: 'hours',
          lines: ['p50', 'p99'].map((name) => ({
            label: name,
            points: days.map((day) => [day.at, day[name]]),
          })),
        },
      );
    });
    return outcome;
  },
};

/** A quarter of what was noted, in order; all of it where there is less than that. */
function quarter(list, number) {
  if (list.length < 4) return list;
  const size = Math.floor(list.length / 4);
  return number === 3 ? list.slice(-size) : list.slice(number * size, (number + 1) * size);
}

import { cpuSeconds, cpuSecondsOfFamily } from '../harness/process-cost.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { quantile } from '../measures/statistics.mjs';
import { changes, playDay } from '../shift-change/day.mjs';
import { openHospital } from '../shift-change/hospital.mjs';
import { strangeness } from '../shift-change/strangeness.mjs';

/** @type {import('../harness/scenario.mjs').Scenario} */
export const shiftChange = {
  name: 'shift-change',
  about:
    'A hospital’s day, sped up, the same with the same seed: patients come, move and leave, beds are cleaned and closed, people write to each other, more by day than by night; at 7, 15 and 23 one shift comes and the other goes.',
  sizes: { subscribers: 1_000, units: 16, commands: 3_000, seconds: 60, seed: 7 },
  minutes: 4,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    await withInstallation({}, async (installation) => {
      const { nodes, database } = installation;
      const hospital = await openHospital(installation, sizes);
      const walls = await hospital.openWalls();
      const cpu = () => nodes.reduce((sum, { node }) => sum + cpuSeconds(node.pid()), 0);
      const before = { cpu: cpu(), postgres: cpuSecondsOfFamily(database.pid) };
      const began = performance.now();
      const day = await playDay(hospital, { ...sizes, seed: String(sizes.seed) });
      const took = (performance.now() - began) / 1_000;
      const used = { cpu: cpu() - before.cpu, postgres: cpuSecondsOfFamily(database.pid) - before.postgres };
      outcome.faults.push(...day.faults, ...strangeness([...day.tallies, await walls.crowd.tally()]));
      walls.crowd.end();
      const all = day.latencies.map(([, ms]) => ms);
      say(`${day.sent} commands, ${day.deliveries} deliveries`);
      outcome.verdicts.push(judged('shift-change-p99', quantile(all, 0.99), sizes));
      const hours = Array.from({ length: 24 }, (_, hour) =>
        day.latencies.filter(([share]) => Math.floor(share * 24) === hour).map(([, ms]) => ms),
      );
      outcome.tables.push(
        {
          title: 'The day',
          columns: ['', ''],
          rows: [
            ['commands', String(day.sent)],
            ...Object.entries(day.outcomes).map(([code, times]) => [`answered ${code}`, String(times)]),
            ['deliveries to people', String(day.deliveries)],
            ...[0.5, 0.95, 0.99].map((share) => [
              `commit to socket, p${share * 100}`,
              `${quantile(all, share).toFixed(1)} ms`,
            ]),
            ['node CPU', `${((100 * used.cpu) / took).toFixed(0)} %`],
            ['Postgres CPU', `${((100 * used.postgres) / took).toFixed(0)} %`],
          ],
        },
        {
          title: 'Shifts that came',
          columns: ['at', 'people', 'all there after', 'p99 to join'],
          rows: day.joins.map(({ people, seconds, p99 }, index) => [
            index === 0 ? '0' : String(changes[index - 1]),
            String(people),
            `${seconds.toFixed(2)} s`,
            `${p99.toFixed(0)} ms`,
          ]),
        },
      );
      outcome.plots.push({
        kind: 'lines',
        title: 'Commit to socket through the day',
        unit: 'ms',
        x: 'hour',
        lines: [0.5, 0.99].map((share) => ({
          label: `p${share * 100}`,
          points: hours.flatMap((ms, hour) => (ms.length === 0 ? [] : [[hour, quantile(ms, share)]])),
        })),
      });
    });
    return outcome;
  },
};

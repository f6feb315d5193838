import { setTimeout as pause } from 'node:timers/promises';
import { absentees, faultsOf, openCarewall, openPeer, rivalLabels } from '../harness/contest.mjs';
import { openContest } from '../harness/open-contest.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { median, rotated } from '../measures/statistics.mjs';
import { peerKinds } from '../peers/peer-kinds.mjs';

const catchUpMs = 60_000;

/** @type {import('../harness/scenario.mjs').Scenario} */
export const drain = {
  name: 'drain',
  about:
    'So many events stand in the log at one moment, committed together, and are emptied to all subscribers as fast as it goes: saturation. The others publish the same as fast as they can.',
  sizes: { subscribers: 1_000, events: 1_000, rounds: 3, processes: 1 },
  minutes: 6,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    const { subscribers: count, events, rounds, processes } = sizes;
    await withInstallation({}, async (installation) => {
      const { people, samples } = await openContest(installation);
      const common = { count, processes, samples };
      const rivals = [await openCarewall({ ...common, installation, people })];
      for (const kind of peerKinds) rivals.push(await openPeer({ ...common, kind }));
      outcome.faults.push(...rivals.flatMap(absentees));
      /** @type {Record<string, Awaited<ReturnType<typeof turnOf>>[]>} */
      const runs = Object.fromEntries(rivals.map(({ name }) => [name, []]));
      for (const rival of rivals) await turnOf(rival, Math.min(events, 50));
      for (let round = 0; round < rounds; round += 1) {
        for (const rival of rotated(rivals, round)) {
          const turn = await turnOf(rival, events);
          outcome.faults.push(...turn.faults);
          runs[rival.name].push(turn);
          say(`round ${round + 1}: ${rivalLabels[rival.name]}: ${turn.perSecond.toFixed(0)} deliveries/s`);
        }
      }
      for (const rival of rivals) rival.end();
      const of = (name, what) => median(runs[name].map((run) => run[what]));
      const speed = (name) => of(name, 'perSecond');
      outcome.verdicts.push(
        judged('drain-socketio', speed('carewall') / speed('socketio-uws'), sizes),
        judged('drain-raw-ws', speed('carewall') / speed('raw-ws'), sizes),
      );
      const names = rivals.map(({ name }) => name);
      outcome.tables.push({
        title: `${events} events to ${count} subscribers: medians of ${rounds} rounds`,
        columns: ['', 'deliveries/s', 'rounds', 'CPU a delivery', 'node', 'generator'],
        rows: names.map((name) => {
          const speeds = runs[name].map(({ perSecond }) => perSecond);
          return [
            rivalLabels[name],
            speed(name).toFixed(0),
            `${Math.min(...speeds).toFixed(0)}–${Math.max(...speeds).toFixed(0)}`,
            `${of(name, 'cost').toFixed(2)} µs`,
            `${(100 * of(name, 'busy')).toFixed(0)} %`,
            `${(100 * of(name, 'generator')).toFixed(0)} %`,
          ];
        }),
      });
      outcome.plots.push({
        kind: 'bars',
        title: 'Deliveries a second',
        unit: '/s',
        bars: names.map((name) => ({ label: rivalLabels[name], value: speed(name) })),
      });
    });
    return outcome;
  },
};

async function turnOf(rival, count) {
  await pause(300);
  await rival.probe.arrivals();
  const before = { tally: await rival.crowd.tally(), cpu: rival.cpu(), own: rival.crowd.cpu() };
  const { from, heads, times } = await rival.burst({ count });
  const reached = await rival.crowd.reach(heads, catchUpMs);
  const [cpu, own] = [rival.cpu() - before.cpu, rival.crowd.cpu() - before.own];
  const tally = await rival.crowd.tally();
  const began = Math.min(...(await times()).values());
  const seconds = ((reached ?? Number.NaN) - began) / 1_000;
  const events = tally.events - before.tally.events;
  const { faults } = await rival.probe.arrivals();
  return {
    faults: [
      ...faultsOf(rival.name, before.tally, tally, { from, heads }),
      ...faults.map((what) => `${rivalLabels[rival.name]}: probe: ${what}`),
    ],
    perSecond: events / seconds,
    cost: (cpu * 1e6) / events,
    busy: cpu / seconds,
    generator: own / seconds,
  };
}

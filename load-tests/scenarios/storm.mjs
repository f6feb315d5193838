import { until } from '../faults/pause.mjs';
import { createPeopleMaker } from '../harness/people.mjs';
import { cpuSeconds } from '../harness/process-cost.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { startHerd } from '../measures/herd-process.mjs';
import { statementCounter, statementLogSettings } from '../measures/statement-log.mjs';
import { quantile } from '../measures/statistics.mjs';
import { openSteadyWriter } from '../measures/steady-writer.mjs';

const units = ['ds', '4w', '4e'];
const topics = units.map((unit) => `unit/${unit}/beds`);
/** What a node asks its database for, as far as those who come back are the reason. */
const kinds = /** @type {const} */ ([
  ['sessions', /carewall\.sessions[\s\S]*any\(/],
  ['where a topic stands', /select p\.path from carewall\.topics/],
  ['the oldest kept event', /order by seq limit 1\b/],
  ['events after a seq', /from carewall\.events[\s\S]*and seq > /],
  ['data keys', /carewall\.subject_keys/],
  ['snapshots', /carewall\.epoch\(\) as epoch, clock_timestamp\(\) as at[\s\S]*from carewall\.topics t/],
  ['rights of one session', /carewall\.grants g/],
]);
const nodeBack = 'node killed and started again, events missed';

/** @type {import('../harness/scenario.mjs').Scenario} */
export const storm = {
  name: 'storm',
  about:
    'Thousands of clients of one node lose their connections, or the node is killed and started again, and all return at once from where they stood. With --statements 1 the database’s log tells how often it was asked, by what for; that costs time of its own.',
  sizes: { clients: 10_000, behind: 50, sessions: 2_000, statements: 0 },
  minutes: 8,
  needsOwn: true,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    const { clients, behind, sessions, statements: counts } = sizes;
    const rows = [];
    const postgres = counts > 0 ? statementLogSettings : {};
    await withInstallation({ postgres }, async ({ database, nodes: [{ url, node }], metrics }) => {
      const people = await createPeopleMaker(database.sql);
      const tokens = (
        await people.people(sessions, ['nurse', 'command_center', 'clinician', 'pharmacist'])
      ).map(people.token);
      const statements = counts > 0 ? statementCounter(database.logFile, kinds) : undefined;
      // Two processes connect faster than one, and there are two cores at least.
      const herds = [startHerd(), startHerd()];
      const tellAll = (order, data) =>
        Promise.all(herds.map((herd, index) => herd.tell(order, { from: `127.0.0.${2 + index}`, ...data })));
      const count = Math.ceil(clients / herds.length);

      await phase('all come for the first time', () =>
        tellAll('open', { url, tokens, count, topics, looks: true, times: false }),
      );
      await phase('connections lost, events missed', comeBack, drop, write);
      const took = await phase(nodeBack, comeBack, drop, write, restart);
      await phase(
        'all know another history (as after a restore)',
        () => tellAll('comeBack', { elsewhere: true }),
        drop,
      );
      for (const herd of herds) herd.end();
      outcome.verdicts.push(judged('storm-complete', quantile(took, 1) / 1_000, sizes));
      outcome.plots.push({
        kind: 'shares',
        title: 'From the node’s return until a client has all it missed',
        unit: 'ms',
        lines: [{ label: `${clients} clients`, values: took }],
      });

      function comeBack() {
        return tellAll('comeBack', {});
      }

      async function drop() {
        await tellAll('drop');
      }

      async function restart() {
        await node.kill();
        await tellAll('drop');
        await node.start();
      }

      async function write() {
        const writer = await openSteadyWriter({ url, token: tokens[0], units, most: 150 });
        const before = await headsOf();
        const isEnough = async () => {
          const now = await headsOf();
          return topics.every((topic) => now[topic] >= before[topic] + behind);
        };
        await writer.during(() => until(isEnough, { within: 60_000 }));
        writer.close();
      }

      async function phase(what, back, ...first) {
        for (const step of first) await step();
        const before = { metrics: await metrics(), cpu: cpuSeconds(node.pid()) };
        statements?.begin();
        const began = performance.now();
        const herdsBack = await back();
        const seconds = (performance.now() - began) / 1_000;
        const cpu = cpuSeconds(node.pid()) - before.cpu;
        const asked = statements?.counts();
        const after = await metrics();
        const heads = await headsOf();
        const where = await tellAll('where');
        const times = herdsBack.flatMap((herd) => herd.took);
        const setbacks = herdsBack.flatMap((herd) => Object.entries(herd.setbacks));
        const by = ['ring', 'log', 'snapshot', 'fetch'].map((way) => {
          const label = `by="${way}"`;
          const subscribed = 'carewall_subscribes_total';
          return `${way} ${after(subscribed, label) - before.metrics(subscribed, label)}`;
        });
        const [open, jumps] = [sum(where, 'open'), sum(where, 'jumps')];
        if (open !== count * herds.length)
          outcome.faults.push(`${what}: ${open} of ${clients} are connected`);
        if (!where.every(({ least }) => topics.every((topic) => least[topic] === heads[topic])))
          outcome.faults.push(`${what}: not each stands at the head of every topic`);
        if (jumps > 0) outcome.faults.push(`${what}: ${jumps} jumps`);
        const again = setbacks.reduce((all, [, n]) => all + n, 0);
        rows.push([
          what,
          `${seconds.toFixed(2)} s`,
          `${(quantile(times, 0.5) / 1_000).toFixed(2)} s`,
          `${cpu.toFixed(2)} s`,
          by.join(', '),
          again === 0 ? '' : `${again} × ${[...new Set(setbacks.map(([why]) => why))].join('; ')}`,
          readsOf(asked, times.length),
        ]);
        say(`${what}: ${times.length} complete after ${seconds.toFixed(2)} s`);
        return times;
      }

      async function headsOf() {
        const found = await database.sql`select topic, seq from carewall.topics where topic = any(${topics})`;
        return Object.fromEntries(found.map(({ topic, seq }) => [topic, Number(seq)]));
      }
    });
    outcome.tables.push({
      title: `${clients} clients of ${sessions} sessions, ${topics.length} topics each; ${behind} events of each missed`,
      columns: [
        '',
        'all complete',
        'half of them',
        'node CPU',
        'answered by',
        'tried again',
        'database asked',
      ],
      rows,
    });
    return outcome;
  },
};

function readsOf(asked, clients) {
  if (asked === undefined) return '';
  const reads = [...asked].filter(([, times]) => times > 0);
  const total = reads.reduce((all, [, times]) => all + times, 0);
  return `${(total / clients).toFixed(3)} a client: ${reads.map(([name, times]) => `${name} ${times}`).join(', ') || 'nothing'}`;
}

function sum(list, name) {
  return list.reduce((all, item) => all + item[name], 0);
}

// Measures what it costs when everybody comes back at once: thousands of clients of one node lose their connections, or
// the node itself is killed and started again, and all return from where they stood.
//   node load-tests/measures/storm.mjs [--clients 3000] [--behind 50] [--sessions 200] [--engine uws|node]
// Next to the time until each has all it missed stands how often the database was asked, by what for: Postgres writes
// each statement into its log, and here they are counted. Reads should be by topic; those by client stand out.
import { parseArgs } from 'node:util';
import { startHerd } from './herd-process.mjs';
import { withInstallation } from './installation.mjs';
import { statementCounter, statementLogSettings } from './statement-log.mjs';
import { quantile } from './statistics.mjs';
import { openSteadyWriter } from './steady-writer.mjs';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '3000' },
    behind: { type: 'string', default: '50' },
    sessions: { type: 'string', default: '200' },
    engine: { type: 'string', default: 'uws' },
  },
});
const [clients, behind, sessions] = [values.clients, values.behind, values.sessions].map(Number);
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

await withInstallation(
  { engine: values.engine, postgres: statementLogSettings, withinMs: 9 * 60_000 },
  async ({ database, nodes: [{ url, node }], signIn, signInMany, metrics }) => {
    const [token, tokens] = [await signIn('nurse'), await signInMany(sessions)];
    const statements = statementCounter(database.logFile, kinds);
    // Two processes connect faster than one, and there are two cores at least.
    const herds = [startHerd(), startHerd()];
    const tellAll = (order, data) => Promise.all(herds.map((herd) => herd.tell(order, data)));
    const count = Math.ceil(clients / herds.length);

    await storm('all come for the first time', () =>
      tellAll('open', { url, tokens, count, topics, looks: true, times: false }),
    );
    await storm('connections lost, nothing missed', comeBack, drop);
    await storm(`connections lost, ${behind} events of each topic missed`, comeBack, drop, write);
    await storm('node killed and started again, nothing missed', comeBack, restart);
    await storm(
      `node killed and started again, ${behind} events of each topic missed`,
      comeBack,
      drop,
      write,
      restart,
    );
    await storm(
      'all know another history (as after a restore)',
      () => tellAll('comeBack', { elsewhere: true }),
      drop,
    );
    for (const herd of herds) herd.end();

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
      const writer = await openSteadyWriter({ url, token, units, most: 150 });
      const before = await headsOf();
      const enough = async () => {
        while (topics.some((topic, _, __, heads = before) => heads[topic] + behind > (now[topic] ?? 0))) {
          now = await headsOf();
          await new Promise((go) => setTimeout(go, 50));
        }
      };
      let now = before;
      await writer.during(enough);
      writer.close();
    }

    async function storm(what, back, ...first) {
      for (const step of first) await step();
      const before = await metrics();
      statements.begin();
      const began = performance.now();
      const herdsBack = await back();
      const seconds = (performance.now() - began) / 1_000;
      const asked = statements.counts();
      const after = await metrics();
      const heads = await headsOf();
      const where = await tellAll('where');
      const took = herdsBack.flatMap((herd) => herd.took);
      const by = ['ring', 'log', 'snapshot', 'fetch'].map((way) => {
        const label = `by="${way}"`;
        return `${way} ${after('carewall_subscribes_total', label) - before('carewall_subscribes_total', label)}`;
      });
      const complete = where.every(({ least }) => topics.every((topic) => least[topic] === heads[topic]));
      const [open, jumps] = [sum(where, 'open'), sum(where, 'jumps')];
      const cpu = after('process_cpu_seconds_total') - before('process_cpu_seconds_total');
      console.log(`${what}:`);
      console.log(
        `  ${took.length} clients of ${sessions} sessions, ${topics.length} topics each: complete after ${seconds.toFixed(2)} s ` +
          `(half of them after ${(quantile(took, 0.5) / 1_000).toFixed(2)} s); server's CPU ${cpu.toFixed(2)} s`,
      );
      console.log(
        `  ${open} are connected; ${complete ? 'each stands at the head of every topic' : 'NOT EACH STANDS AT THE HEAD'}; jumps ${jumps}`,
      );
      for (const { setbacks } of herdsBack)
        for (const [why, times] of Object.entries(setbacks))
          console.log(`  tried again ${times} times: ${why}`);
      console.log(`  answered by: ${by.join(', ')}`);
      const reads = [...asked].filter(([, times]) => times > 0).map(([name, times]) => `${name} ${times}`);
      const total = [...asked.values()].reduce((all, times) => all + times, 0);
      console.log(
        `  the database was asked ${total} times, ${(total / took.length).toFixed(3)} a client: ${reads.join(', ') || 'nothing'}`,
      );
    }

    async function headsOf() {
      const rows = await database.sql`select topic, seq from carewall.topics where topic = any(${topics})`;
      return Object.fromEntries(rows.map(({ topic, seq }) => [topic, Number(seq)]));
    }
  },
);

function sum(list, name) {
  return list.reduce((all, item) => all + item[name], 0);
}

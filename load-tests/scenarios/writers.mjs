import { additions, bedOf, makeCountry, planCountry, sendAll } from '../country/country-network.mjs';
import { nodeFaults } from '../harness/node-faults.mjs';
import { createPeopleMaker } from '../harness/people.mjs';
import { cpuSeconds, cpuSecondsOfFamily } from '../harness/process-cost.mjs';
import { emptyOutcome } from '../harness/scenario.mjs';
import { judged } from '../harness/verdict.mjs';
import { installBellSwitch, switchBell } from '../measures/bell-switch.mjs';
import { openCommandWriters } from '../measures/command-writers.mjs';
import { makeTopics, openSqlWriters } from '../measures/sql-writers.mjs';
import { median, quantile, rotated } from '../measures/statistics.mjs';

const names = {
  alone: 'no bell, no reader',
  silent: 'no bell, reader polls',
  bell: 'our bell',
  inside: 'NOTIFY inside each transaction',
};

/** @type {import('../harness/scenario.mjs').Scenario} */
export const writers = {
  name: 'writers',
  about:
    'Commands over sockets, acknowledged after their commit: over many topics and on one, beside the log’s part of a transaction alone. --bells 1 adds what ringing costs: no bell, ours, and, as the known bad way, a NOTIFY inside each transaction.',
  sizes: { writers: 96, topics: 64, seconds: 4, rounds: 3, bells: 0 },
  minutes: 8,
  needsOwn: true,
  async run({ sizes, withInstallation, say }) {
    const outcome = emptyOutcome();
    const { writers: count, topics, seconds, rounds, bells } = sizes;
    const prepare = bells > 0 ? installBellSwitch : undefined;
    await withInstallation({ prepare }, async ({ database, nodes, redis, signIn, metrics }) => {
      const { sql } = database;
      const country = planCountry({
        facilities: Math.ceil(topics / 2),
        regions: 4,
        known: Math.ceil(topics / 2),
      });
      const admin = await signIn('admin');
      await makeCountry({ url: nodes[0].url, token: admin, sql, country });
      // Each writer on one topic needs a bed of its own, too.
      const [{ id: one }] = country.units;
      await sendAll({ url: nodes[0].url, token: admin, commands: additions(one, count, 12) });
      const people = await createPeopleMaker(sql);
      const tokens = (await people.people(count, ['nurse'])).map(people.token);
      const urls = nodes.map(({ url }) => url);
      const many = Array.from({ length: count }, (_, index) => {
        const { id } = country.units[index % country.units.length];
        return bedOf(id, Math.floor(index / country.units.length));
      });
      const onOne = additions(one, count, 12).map(({ data }) => data.bed);
      const kinds = {
        many: await openCommandWriters({ urls, tokens, beds: many }),
        one: await openCommandWriters({ urls, tokens, beds: onOne }),
      };
      const cpu = () => ({
        node: nodes.reduce((sum, { node }) => sum + cpuSeconds(node.pid()), 0),
        postgres: cpuSecondsOfFamily(database.pid),
        redis: redis === undefined ? 0 : cpuSeconds(redis.pid()),
      });
      const inLog = async () => {
        const [row] =
          await sql`select count(*)::int as count from carewall.events where type like 'bed.isolat%'`;
        return row.count;
      };
      const logged = await inLog();
      const commands = await alternate(Object.keys(kinds), rounds, async (kind) => {
        const before = cpu();
        const round = await kinds[kind].round({ seconds });
        const after = cpu();
        outcome.faults.push(...(await tooEarly(sql, round.samples)));
        const busy = Object.fromEntries(
          Object.entries(after).map(([name, used]) => [name, (used - before[name]) / (seconds + 0.5)]),
        );
        say(`${kind === 'one' ? 'one topic' : `${topics} topics`}: ${round.perSecond.toFixed(0)} commands/s`);
        return { ...round, busy };
      });
      const acknowledged = kinds.many.committed() + kinds.one.committed();
      const more = (await inLog()) - logged;
      if (more !== acknowledged)
        outcome.faults.push(`${acknowledged} commands were acknowledged, and ${more} are in the log`);
      outcome.faults.push(...(await nodeFaults(nodes, metrics)));
      const rate = (runs) => median(runs.map(({ perSecond }) => perSecond));
      outcome.verdicts.push(
        judged('writers-many', rate(commands.get('many')), sizes),
        judged('writers-one', rate(commands.get('one')), sizes),
      );
      outcome.tables.push(tableOfCommands(commands, { count, topics, seconds, rounds }));
      if (bells > 0)
        await bellsOf({
          what: `whole commands over ${topics} topics`,
          modes: ['silent', 'bell', 'inside'],
          round: async (mode) => {
            await switchBell(sql, mode);
            return kinds.many.round({ seconds });
          },
        });
      for (const kind of Object.values(kinds)) kind.close();

      // They read and beat even at rest, and would take their share of the machine.
      await Promise.all(nodes.map(({ node }) => node.kill()));
      await makeTopics(sql, count);
      const bare = [];
      for (const [what, over] of [
        [`${count} topics`, count],
        ['one topic', 1],
      ]) {
        const log = openSqlWriters(database.url, {
          writers: Math.min(count, 64),
          topics: over,
          ringEveryMs: 4,
          pollMs: 200,
        });
        await log.round({ seconds: 1, mode: 'bell' });
        const { perSecond } = await log.round({ seconds, mode: 'bell' });
        bare.push({ label: `bare transactions, ${what}`, value: perSecond });
        if (bells > 0 && over > 1)
          await bellsOf({
            what: 'append_events alone',
            modes: ['alone', 'silent', 'bell', 'inside'],
            round: (mode) => log.round({ seconds, mode }),
          });
        await log.close();
      }
      outcome.plots.push({
        kind: 'bars',
        title: 'Commits a second',
        unit: '/s',
        bars: [
          { label: `commands, ${topics} topics`, value: rate(commands.get('many')) },
          bare[0],
          { label: 'commands, one topic', value: rate(commands.get('one')) },
          bare[1],
        ],
      });

      /** A share is the median of the shares of each round, whose kinds ran next to each other. */
      async function bellsOf({ what, modes, round }) {
        const rang = await alternate(modes, rounds, round);
        const speeds = (mode) => rang.get(mode).map(({ perSecond }) => perSecond);
        outcome.tables.push({
          title: `${what}: commits a second, and their share of what they reach without a bell`,
          columns: ['', 'commits/s', 'share', 'rounds'],
          rows: modes.map((mode) => {
            const shares = speeds(mode).map((speed, index) => (100 * speed) / speeds('silent')[index]);
            return [
              names[mode],
              median(speeds(mode)).toFixed(0),
              `${median(shares).toFixed(1)} %`,
              `${Math.min(...shares).toFixed(0)}–${Math.max(...shares).toFixed(0)} %`,
            ];
          }),
        });
      }
    });
    return outcome;
  },
};

/** Runs each kind of round so many times, in turns, in another order each time. */
async function alternate(kinds, rounds, run) {
  // Once for nothing: the first round finds everything cold.
  await run(kinds[0]);
  const outcomes = new Map(kinds.map((kind) => [kind, []]));
  for (let number = 0; number < rounds; number += 1)
    for (const kind of rotated(kinds, number)) outcomes.get(kind).push(await run(kind));
  return outcomes;
}

/** Answers that came before the commit of what they say. */
async function tooEarly(sql, samples) {
  const rows = await sql`
    select e.topic, e.seq, extract(epoch from pg_xact_commit_timestamp(e.tx::xid)) * 1000 as committed
    from carewall.events e join jsonb_to_recordset(${sql.json(samples)}) as s(topic text, seq bigint) using (topic, seq)`;
  const commits = new Map(rows.map(({ topic, seq, committed }) => [`${topic} ${seq}`, Number(committed)]));
  // Two clocks of one machine, read a microsecond apart.
  return samples
    .filter(({ topic, seq, at }) => !(at >= commits.get(`${topic} ${seq}`) - 1))
    .map(({ topic, seq }) => `${topic} ${seq} was acknowledged and not committed`);
}

function tableOfCommands(commands, { count, topics, seconds, rounds }) {
  const percent = (share) => `${(100 * share).toFixed(0)} %`;
  return {
    title: `commands of ${count} writers, one after the other each: medians of ${rounds} rounds of ${seconds} s`,
    columns: [
      '',
      'commands/s',
      'rounds',
      'p50',
      'p99',
      'node',
      'Postgres',
      'Redis',
      'refused for their rate',
    ],
    rows: [...commands].map(([kind, runs]) => {
      const speeds = runs.map(({ perSecond }) => perSecond);
      const latencies = runs.flatMap((run) => run.latencies);
      return [
        kind === 'one' ? 'one topic' : `${topics} topics`,
        median(speeds).toFixed(0),
        `${Math.min(...speeds).toFixed(0)}–${Math.max(...speeds).toFixed(0)}`,
        `${quantile(latencies, 0.5).toFixed(0)} ms`,
        `${quantile(latencies, 0.99).toFixed(0)} ms`,
        ...['node', 'postgres', 'redis'].map((name) => percent(median(runs.map(({ busy }) => busy[name])))),
        String(runs.reduce((sum, { limited }) => sum + limited, 0)),
      ];
    }),
  };
}

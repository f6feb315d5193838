import { fileURLToPath } from 'node:url';
import { startCrowd } from '../crowd/crowd-process.mjs';
import { startWorker } from '../measures/worker.mjs';
import { startProbe } from './probe-process.mjs';
import { cpuSeconds, cpuSecondsOfFamily } from './process-cost.mjs';
import { roles, roomOf, usualTopics } from './sample-frames.mjs';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const settle = file('./settle-on-signal.mjs');
/** How they are called in a report. */
export const rivalLabels = {
  carewall: 'Carewall',
  'carewall-commands': 'Carewall, commands included',
  'socketio-uws': 'Socket.IO on uWebSockets.js',
  'socketio-ws': 'Socket.IO on ws',
  'raw-uws': 'raw uWebSockets.js',
  'raw-ws': 'raw ws',
};

/**
 * One who takes part: a server with the same subscribers as the others, who are sent the same.
 * @typedef {object} Rival
 * @property {string} name
 * @property {import('../crowd/crowd-process.mjs').Crowd} crowd
 * @property {import('../crowd/crowd-process.mjs').Opened} opened
 * @property {(crowd: import('../crowd/crowd-process.mjs').Crowd, count: number) => Promise<import('../crowd/crowd-process.mjs').Opened>} enter
 *   has so many of another crowd come in
 * @property {number} processes over which its crowd is spread
 * @property {() => number} cpu of the processes that serve, in seconds
 * @property {number[]} pids of those
 * @property {(() => { postgres: number, redis: number }) | undefined} beside the CPU of what it stands on
 * @property {(pace: { perSecond: number, seconds: number }) => Promise<Written>} steady
 * @property {(burst: { count: number }) => Promise<Written>} burst
 * @property {Awaited<ReturnType<typeof startProbe>>} probe
 * @property {() => void} end
 */

/**
 * @typedef {object} Written
 * @property {Record<string, number>} heads where each topic stands
 * @property {Record<string, number>} from where it stood before
 * @property {number} written
 * @property {() => Promise<Map<string, number>>} times by `topic seq`, when it was committed or published, by this machine's clock
 */

/** Carewall with its subscribers, and events written past commands. */
export async function openCarewall({
  installation,
  people,
  count,
  processes,
  samples,
  topicSets = [usualTopics],
}) {
  const topics = [...new Set(topicSets.flat())];
  const { database, nodes, redis } = installation;
  const crowd = startCrowd(processes);
  const server = (index) => {
    const { hostname, port } = new URL(nodes[index % nodes.length].url);
    return { speech: 'carewall', host: hostname, port: Number(port) };
  };
  const enter = async (others, many) => {
    const members = await people.people(many, roles);
    return others.open({ server: server(0), tokens: members.map(people.token), topicSets, count: many });
  };
  const opened = await enter(crowd, count);
  const writer = startWorker(file('./log-writer.mjs'));
  await writer.tell('open', { url: database.url, org: samples.events[0].org, events: samples.events });
  const [observer] = await people.people(1, roles);
  const probe = await startProbe({ ...server(0), token: people.token(observer), topics });
  const pids = nodes.map(({ node }) => node.pid());
  const timesSince = async (from) => {
    const rows = await database.sql`
      select topic, seq, extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
      from carewall.events where topic = any(${topics}) and seq > (${database.sql.json(from)} ->> topic)::bigint`;
    return new Map(rows.map(({ topic, seq, at }) => [`${topic} ${seq}`, Number(at)]));
  };
  const headsOf = async () => {
    const rows = await database.sql`select topic, seq from carewall.topics where topic = any(${topics})`;
    return Object.fromEntries(rows.map(({ topic, seq }) => [topic, Number(seq)]));
  };
  const told = async (order, data) => {
    const from = await headsOf();
    const answer = await writer.tell(order, data);
    return { ...answer, from, times: () => timesSince(from) };
  };
  return {
    name: 'carewall',
    crowd,
    opened,
    enter,
    processes,
    pids,
    cpu: () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    beside: () => ({
      postgres: cpuSecondsOfFamily(database.pid),
      redis: redis === undefined ? 0 : cpuSeconds(redis.pid()),
    }),
    steady: (pace) => told('steady', pace),
    burst: (burst) => told('burst', burst),
    headsOf,
    timesSince,
    probe,
    end() {
      for (const worker of [writer, probe]) worker.end();
      crowd.end();
    },
  };
}

/** One of the others, started here. */
export async function openPeer({ kind, count, processes, samples, topicSets = [usualTopics] }) {
  const topics = [...new Set(topicSets.flat())];
  const peer = startWorker(file('../peers/peer.mjs'), { args: [kind], nodeArgs: ['--import', settle] });
  const { port } = await peer.tell('listen', { frames: samples.frames });
  const server = { speech: kind.startsWith('raw') ? 'raw' : 'socketio', host: '127.0.0.1', port };
  const crowd = startCrowd(processes);
  const enter = (others, many) =>
    others.open({
      server,
      // Each set for each role, so that a subscriber's rooms are those of its topics.
      topicSets: topicSets.flatMap((set) => roles.map(() => set)),
      roomSets: topicSets.flatMap((set) => roles.map((role) => set.map((topic) => roomOf(topic, role)))),
      count: many,
    });
  const opened = await enter(crowd, count);
  const probe = await startProbe({
    ...server,
    topics,
    rooms: topics.map((topic) => roomOf(topic, roles[0])),
  });
  const told = async (order, data) => {
    const published = await peer.tell(order, data);
    const [from, heads] = [{}, {}];
    for (const [topic, seq] of published) {
      from[topic] ??= seq - 1;
      heads[topic] = seq;
    }
    const times = new Map(published.map(([topic, seq, at]) => [`${topic} ${seq}`, at]));
    return { from, heads, written: published.length, times: async () => times };
  };
  return {
    name: kind,
    crowd,
    opened,
    enter,
    processes,
    pids: [peer.pid],
    cpu: () => cpuSeconds(peer.pid),
    beside: undefined,
    steady: (pace) => told('steady', pace),
    burst: ({ count: events }) => told('burst', { count: events, together: 50 }),
    probe,
    end() {
      for (const worker of [peer, probe]) worker.end();
      crowd.end();
    },
  };
}

/**
 * What is wrong with what subscribers were sent, if anything is.
 * @param {string} name
 * @param {Awaited<ReturnType<import('../crowd/crowd-process.mjs').Crowd['tally']>>} before
 * @param {Awaited<ReturnType<import('../crowd/crowd-process.mjs').Crowd['tally']>>} after
 * @param {Pick<Written, 'from' | 'heads'>} written in between
 */
export function faultsOf(name, before, after, { from, heads }) {
  const events = after.events - before.events;
  const due = Object.entries(heads).reduce(
    (sum, [topic, head]) => sum + (head - from[topic]) * (before.audience[topic] ?? 0),
    0,
  );
  const faults = [];
  const say = (what) => faults.push(`${rivalLabels[name] ?? name}: ${what}`);
  if (after.gaps > before.gaps) say(`${after.gaps - before.gaps} gaps`);
  if (after.doubles > before.doubles) say(`${after.doubles - before.doubles} came twice`);
  if (events !== due) say(`${events} deliveries where ${due} were due`);
  for (const [what, times] of Object.entries(after.strange)) {
    const more = times - (before.strange[what] ?? 0);
    if (more > 0) say(`${more} × ${what}`);
  }
  return faults;
}

/** Those who did not get in, and why. */
export function absentees({ name, opened }) {
  return Object.entries(opened.failures).map(
    ([why, times]) => `${rivalLabels[name] ?? name}: ${times} did not join: ${why}`,
  );
}

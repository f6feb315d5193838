import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';
import { startCrowd } from '../crowd/crowd-process.mjs';
import { until } from '../faults/pause.mjs';
import { openLightSocket } from '../measures/light-socket.mjs';
import { startWorker } from '../measures/worker.mjs';
import { cpuSeconds, cpuSecondsOfFamily } from './process-cost.mjs';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const settle = file('./settle-on-signal.mjs');
/** Whom rooms are for: the roles of half the subscribers each, one in either view. */
export const roles = ['nurse', 'command_center'];
/** The topics that subscribers have, all of them. */
export const units = ['ds', '4w', '4e', '5s'];
export const topics = units.map((unit) => `unit/${unit}/beds`);

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
 * @property {() => number} cpu of the processes that serve, in seconds
 * @property {number[]} pids of those
 * @property {(() => { postgres: number, redis: number }) | undefined} beside the CPU of what it stands on
 * @property {(pace: { perSecond: number, seconds: number }) => Promise<Written>} steady
 * @property {(burst: { count: number }) => Promise<Written>} burst
 * @property {() => Promise<{ arrivals: [string, number, number][], faults: string[] }>} arrivals
 * @property {() => void} end
 */

/**
 * @typedef {object} Written
 * @property {Record<string, number>} heads where each topic stands
 * @property {number} written
 * @property {() => Promise<Map<string, number>>} times by `topic seq`, when it was committed or published, by this machine's clock
 */

/** Has each frame that is sent in this contest, as a subscriber of either view gets it, and as it stands in the log. */
export async function sampleFrames({ url, token, tokens, sql }) {
  const writer = await openLightSocket(url, token);
  /** @type {Map<string, { room: string, frame: any }[]>} */
  const seen = new Map(topics.map((topic) => [topic, []]));
  const readers = await Promise.all(
    roles.map(async (role, index) => {
      const take = (text) => {
        const frame = JSON.parse(text);
        seen.get(frame.topic)?.push({ room: roomOf(frame.topic, role), frame });
      };
      const reader = await openLightSocket(url, tokens[index], { onEvent: take });
      for (const topic of topics) await asked(reader, 'subscribe', { topic });
      return reader;
    }),
  );
  for (const topic of topics) {
    const { state } = await asked(writer, 'subscribe', { topic });
    const [bed] = Object.keys(state.beds);
    const precaution = state.beds[bed].isolation?.precaution === 'contact' ? 'droplet' : 'contact';
    await asked(writer, 'command', { id: uuidv7(), type: 'bed.isolate', data: { bed, precaution } });
  }
  const isComplete = () => [...seen.values()].every(({ length }) => length >= roles.length);
  if (!(await until(isComplete, { within: 5_000 }))) throw new Error('the frames to copy did not come');
  for (const socket of [writer, ...readers]) socket.destroy();
  const rows = await sql`
    select distinct on (topic) topic, org_id as org, type, by, data from carewall.events
    where topic = any(${topics}) order by topic, seq desc`;
  const frames = topics.map((topic) => ({ topic, frames: seen.get(topic).slice(0, roles.length) }));
  return { frames, events: topics.map((topic) => rows.find((row) => row.topic === topic)) };
}

/** Carewall with its subscribers, and events written past commands. */
export async function openCarewall({ installation, people, count, processes, samples }) {
  const { database, nodes, redis } = installation;
  const crowd = startCrowd(processes);
  const members = await people.people(count, roles);
  const server = (index) => {
    const { hostname, port } = new URL(nodes[index % nodes.length].url);
    return { speech: 'carewall', host: hostname, port: Number(port) };
  };
  const opened = await crowd.open({
    server: server(0),
    tokens: members.map(people.token),
    topicSets: [topics],
    count,
  });
  const writer = startWorker(file('./log-writer.mjs'));
  await writer.tell('open', { url: database.url, org: samples.events[0].org, events: samples.events });
  const [observer] = await people.people(1, roles);
  const probe = startWorker(file('./probe.mjs'));
  await probe.tell('open', { ...server(0), token: people.token(observer), topics });
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
    return { ...answer, times: () => timesSince(from) };
  };
  return {
    name: 'carewall',
    crowd,
    opened,
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
    arrivals: () => probe.tell('arrivals'),
    end() {
      for (const worker of [writer, probe]) worker.end();
      crowd.end();
    },
  };
}

/** One of the others, started here. */
export async function openPeer({ kind, count, processes, samples }) {
  const peer = startWorker(file('../peers/peer.mjs'), { args: [kind], nodeArgs: ['--import', settle] });
  const { port } = await peer.tell('listen', { frames: samples.frames });
  const server = { speech: kind.startsWith('raw') ? 'raw' : 'socketio', host: '127.0.0.1', port };
  const crowd = startCrowd(processes);
  const roomSets = roles.map((role) => topics.map((topic) => roomOf(topic, role)));
  const opened = await crowd.open({ server, topicSets: [topics], roomSets, count });
  const probe = startWorker(file('./probe.mjs'));
  await probe.tell('open', { ...server, topics, rooms: roomSets[0] });
  const told = async (order, data) => {
    const published = await peer.tell(order, data);
    const heads = {};
    for (const [topic, seq] of published) heads[topic] = seq;
    const times = new Map(published.map(([topic, seq, at]) => [`${topic} ${seq}`, at]));
    return { heads, written: published.length, times: async () => times };
  };
  return {
    name: kind,
    crowd,
    opened,
    pids: [peer.pid],
    cpu: () => cpuSeconds(peer.pid),
    beside: undefined,
    steady: (pace) => told('steady', pace),
    burst: ({ count: events }) => told('burst', { count: events, together: 50 }),
    arrivals: () => probe.tell('arrivals'),
    end() {
      for (const worker of [peer, probe]) worker.end();
      crowd.end();
    },
  };
}

/** What is wrong with what subscribers were sent, if anything is. */
export function faultsOf(name, before, after, expected) {
  const events = after.events - before.events;
  const faults = [];
  const say = (what) => faults.push(`${rivalLabels[name] ?? name}: ${what}`);
  if (after.gaps > before.gaps) say(`${after.gaps - before.gaps} gaps`);
  if (after.doubles > before.doubles) say(`${after.doubles - before.doubles} came twice`);
  if (events !== expected) say(`${events} deliveries where ${expected} were due`);
  for (const [what, times] of Object.entries(after.strange)) {
    const more = times - (before.strange[what] ?? 0);
    if (more > 0) say(`${more} × ${what}`);
  }
  return faults;
}

function roomOf(topic, role) {
  return `${topic} ${role}`;
}

async function asked(socket, name, payload) {
  const answer = await socket.ask(name, payload);
  if (!answer.ok) throw new Error(`${name} ${JSON.stringify(payload)}: ${answer.error.code}`);
  return answer;
}

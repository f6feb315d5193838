import { hashOf } from './canonical.mjs';
import { request } from './http-api.mjs';
import { pause } from './pause.mjs';

/** The views, and in whose name the campaign looks at each. */
export const views = { clinical: 'nurse', operational: 'command_center' };

/**
 * What the log says of one topic: its rows as they stand in the table, and for each view a state from before the run, the
 * frames since, and the state now, as the API gives them. A run begins at `start`; what clients are given may go further back,
 * because servers may keep a snapshot and give what came after it.
 * @typedef {object} TopicTruth
 * @property {number} start
 * @property {{ seq: number, type: string, at: number }[]} rows
 * @property {Record<string, { view: string, epoch: string, before: { seq: number, state: any }, frames: any[], now: { seq: number, state: any } }>} views
 */

/**
 * Everything that a run has left behind, and all that its checks look at.
 * @typedef {object} Evidence
 * @property {Record<string, TopicTruth>} topics
 * @property {{ command: string, principal: string, outcome: string, heads: { topic: string, seq: number }[] | null }[]} audit
 * @property {Record<string, any>} answers what is stored as the answer to each command
 * @property {import('./command-writer.mjs').Sent[]} sent
 * @property {{ id: string, role: string, isOperational: boolean, topics: { topic: string, entries: import('./follower.mjs').Entry[], broken: string[], seq: number | undefined, state: string }[] }[]} clients
 * @property {string[]} strange what was seen and must not be: deaths, logs that tell who a patient is
 */

/** How many runs back a snapshot may go that a server still gives. */
const mostCheckpoints = 10;

/** A reader of the log and of the API, for one run that begins now. */
export async function openEvidence({ tier, topics, tokens }) {
  const { sql, checkpoints, nodes } = tier;
  let [node] = nodes;
  const [start] = await again(
    () => sql`select clock_timestamp() as at, coalesce((select max(id) from carewall.audit), 0) as audit`,
  );
  const before = await eachView((view) => snapshots(view));
  checkpoints.push(before);
  if (checkpoints.length > mostCheckpoints) checkpoints.shift();

  async function eachView(read) {
    const read_ = Object.keys(views).map(async (view) => [view, await read(view)]);
    return Object.fromEntries(await Promise.all(read_));
  }

  async function snapshots(view) {
    const found = {};
    for (const topic of topics) found[topic] = await get(view, topic, '');
    return found;
  }

  async function get(view, topic, rest) {
    const role = views[view];
    const path = `/api/v1/topics/${encodeURIComponent(topic)}${rest}`;
    for (let tried = 1; ; tried += 1) {
      const token = await tokens.get(role);
      const answer = await request(node.directUrl + path, { token, within: 5_000 }).catch(() => undefined);
      if (answer?.status === 200) return answer.body;
      if (tried >= 20) throw new Error(`${path} answers ${answer?.status} to ${role}`);
      if (answer?.status === 401) await tokens.renew(role, token);
      else node = nodes[(nodes.indexOf(node) + 1) % nodes.length];
      await pause(200);
    }
  }

  /** The newest checkpoint that does not lie after a seq. */
  function lastBefore(topic, seq) {
    const fitting = checkpoints.filter(({ clinical }) => clinical[topic].seq <= seq);
    return fitting.at(-1) ?? checkpoints[0];
  }

  async function framesSince(view, topic, after) {
    const frames = [];
    for (;;) {
      const last = frames.at(-1)?.seq ?? after;
      const { events } = await get(view, topic, `/events?after=${last}&limit=1000`);
      if (events.length === 0) return frames;
      frames.push(...events);
    }
  }

  return {
    before,
    /** How far each topic has got, as Postgres has it. */
    async heads() {
      const rows = await again(
        () => sql`select topic, seq from carewall.topics where topic = any(${topics})`,
      );
      return new Map(rows.map(({ topic, seq }) => [topic, seq]));
    },
    /** @returns {Promise<Evidence>} */
    async gather({ clients, sent, strange }) {
      /** @type {Record<string, TopicTruth>} */
      const truth = {};
      for (const topic of topics) {
        const from = lastBefore(topic, oldestGiven(clients, topic));
        const since = from.clinical[topic].seq;
        const rows = await again(
          () => sql`
            select seq, type, extract(epoch from at) * 1000 as at from carewall.events
            where topic = ${topic} and seq > ${since} order by seq`,
        );
        truth[topic] = {
          start: before.clinical[topic].seq,
          rows: rows.map(({ seq, type, at }) => ({ seq, type, at: Number(at) })),
          views: await eachView(async (view) => {
            const { view: name, epoch, seq, state } = from[view][topic];
            const frames = await framesSince(view, topic, seq);
            const now = await get(view, topic, '');
            return {
              view: name,
              epoch,
              before: { seq, state },
              frames,
              now: { seq: now.seq, state: now.state },
            };
          }),
        };
      }
      const audit = await again(
        () => sql`
          select command, principal ->> 'id' as principal, outcome, heads from carewall.audit
          where id > ${start.audit} and command is not null order by id`,
      );
      const stored = await again(() => sql`select id, answer from carewall.commands where at >= ${start.at}`);
      return {
        topics: truth,
        audit: [...audit],
        answers: Object.fromEntries(stored.map(({ id, answer }) => [id, answer])),
        sent,
        strange,
        clients: clients.map(({ id, role, isOperational, followers }) => ({
          id,
          role,
          isOperational,
          topics: [...followers.values()].map((follower) => ({
            topic: follower.topic,
            entries: follower.entries,
            broken: follower.broken,
            seq: follower.position()?.seq,
            state: hashOf(follower.state()),
          })),
        })),
      };
    },
  };
}

/** The oldest snapshot of a topic that any client was given. */
function oldestGiven(clients, topic) {
  const entries = clients.flatMap(({ followers }) => followers.get(topic)?.entries ?? []);
  const seqs = entries.flatMap(({ k, seq }) => (k === 'snapshot' ? [seq] : []));
  return seqs.reduce((least, seq) => Math.min(least, seq), Number.POSITIVE_INFINITY);
}

/** Reads, and once more where the connection was one that a fault has ended. */
async function again(read) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await read();
    } catch (error) {
      if (tried >= 20) throw error;
      await pause(200);
    }
  }
}

import { hashOf } from './canonical.mjs';
import { readFacts } from './facts.mjs';
import { request } from './http-api.mjs';
import { again, pause } from './pause.mjs';
import { accountOf, viewsOf } from './topics.mjs';

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
 * @property {{ id: string, role: string, account: string, topics: { topic: string, view: string, entries: import('./follower.mjs').Entry[], broken: string[], seq: number | undefined, state: string }[] }[]} clients
 * @property {import('./gateway.mjs').Told[]} told what was told as a gateway
 * @property {Awaited<ReturnType<typeof readFacts>>} facts what the tables say
 * @property {string[]} strange what was seen and must not be: deaths, logs that tell who a patient is
 */

/** How many runs back a snapshot may go that a server still gives: as far as its ring of a quiet topic. */
const mostCheckpoints = 100;

/** A reader of the log and of the API, for one run that begins now. */
export async function openEvidence({ tier, topics, tokens }) {
  const { sql, checkpoints, nodes } = tier;
  let [node] = nodes;
  const [start] = await again(
    () => sql`select clock_timestamp() as at, coalesce((select max(id) from carewall.audit), 0) as audit`,
  );
  const before = {};
  for (const topic of topics) before[topic] = await eachView(topic, (role) => get(role, topic, ''));
  checkpoints.push(before);
  if (checkpoints.length > mostCheckpoints) checkpoints.shift();

  async function eachView(topic, read) {
    const reading = Object.entries(viewsOf(topic)).map(async ([view, role]) => [
      view,
      await read(role, view),
    ]);
    return Object.fromEntries(await Promise.all(reading));
  }

  async function get(role, topic, rest) {
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
    const fitting = checkpoints.filter((checkpoint) => seqOf(checkpoint[topic]) <= seq);
    return fitting.at(-1) ?? checkpoints[0];
  }

  async function framesSince(role, topic, after) {
    const frames = [];
    for (;;) {
      const last = frames.at(-1)?.seq ?? after;
      const { events } = await get(role, topic, `/events?after=${last}&limit=1000`);
      if (events.length === 0) return frames;
      frames.push(...events);
    }
  }

  return {
    before,
    /** How far each topic has got, and who is in a conversation, as Postgres has it. */
    async heads() {
      const [rows, members] = await again(() =>
        Promise.all([
          sql`select topic, seq from carewall.topics where topic = any(${topics})`,
          sql`
            select 'conversation/' || conversation as topic, array_agg(account) as accounts
            from carewall.conversation_members group by conversation`,
        ]),
      );
      return {
        heads: new Map(rows.map(({ topic, seq }) => [topic, seq])),
        members: new Map(members.map(({ topic, accounts }) => [topic, accounts])),
      };
    },
    /** @returns {Promise<Evidence>} */
    async gather({ clients, sent, told, strange }) {
      /** @type {Record<string, TopicTruth>} */
      const truth = {};
      for (const topic of topics) {
        const from = lastBefore(topic, oldestGiven(clients, topic));
        const since = seqOf(from[topic]);
        const rows = await again(
          () => sql`
            select seq, type, extract(epoch from at) * 1000 as at from carewall.events
            where topic = ${topic} and seq > ${since} order by seq`,
        );
        truth[topic] = {
          start: seqOf(before[topic]),
          rows: rows.map(({ seq, type, at }) => ({ seq, type, at: Number(at) })),
          views: await eachView(topic, async (role, view) => {
            const { view: name, epoch, seq, state } = from[topic][view];
            const frames = await framesSince(role, topic, seq);
            const now = await get(role, topic, '');
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
        told,
        facts: await again(() => readFacts(sql)),
        strange,
        clients: clients.map(({ id, role, followers }) => ({
          id,
          role,
          account: accountOf(role),
          topics: [...followers.values()].map((follower) => ({
            topic: follower.topic,
            view: follower.view,
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

/** How far a topic had got: its views are read one after another, so the least of them. */
function seqOf(views) {
  return Math.min(...Object.values(views).map(({ seq }) => seq));
}

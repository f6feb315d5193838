import { v7 as uuidv7 } from 'uuid';
import { until } from '../faults/pause.mjs';
import { openLightSocket } from '../measures/light-socket.mjs';

/** Whom rooms are for: the roles of half the subscribers each, one in either view. */
export const roles = ['nurse', 'command_center'];
/** The topics that subscribers have unless it is said otherwise. */
export const usualTopics = ['ds', '4w', '4e', '5s'].map(topicOf);

/** @param {string} unit */
export function topicOf(unit) {
  return `unit/${unit}/beds`;
}

/**
 * The room of a topic for those who have a role.
 * @param {string} topic
 * @param {string} role
 */
export function roomOf(topic, role) {
  return `${topic} ${role}`;
}

/** Has each frame that is sent in this contest, as a subscriber of either view gets it, and as it stands in the log. */
export async function sampleFrames({ url, token, tokens, sql, topics = usualTopics }) {
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

async function asked(socket, name, payload) {
  const answer = await socket.ask(name, payload);
  if (!answer.ok) throw new Error(`${name} ${JSON.stringify(payload)}: ${answer.error.code}`);
  return answer;
}

import { v7 as uuidv7 } from 'uuid';
import { additions, bedOf, makeCountry, planCountry } from '../country/country-network.mjs';
import { startCrowd } from '../crowd/crowd-process.mjs';
import { createPeopleMaker } from '../harness/people.mjs';
import { roles } from '../harness/sample-frames.mjs';
import { openLightSocket } from '../measures/light-socket.mjs';

const bedsInUnit = additions('any', 12).length;

/**
 * A hospital whose people come and go by shifts: its units, whoever works there and looks at them, and the walls that are
 * always on.
 * @typedef {Awaited<ReturnType<typeof openHospital>>} Hospital
 */

/**
 * @param {import('../measures/installation.mjs').Installation} installation
 * @param {{ units: number, subscribers: number }} size
 */
export async function openHospital({ database, nodes, signIn }, { units: unitCount, subscribers }) {
  const { sql } = database;
  const [{ url }] = nodes;
  const half = Math.max(1, Math.ceil(unitCount / 2));
  const plan = planCountry({ facilities: half, regions: 1, known: half });
  await makeCountry({ url, token: await signIn('admin'), sql, country: plan });
  const people = await createPeopleMaker(sql);
  const units = plan.units.map(({ id }) => id);
  const writers = await people.people(units.length, ['nurse']);
  const walls = await people.people(Math.max(2, Math.round(subscribers / 5)), roles);
  const shifts = [];
  for (let shift = 0; shift < 3; shift += 1)
    shifts.push(await people.people(Math.max(2, subscribers - walls.length), roles));
  const [observer] = await people.people(1, ['nurse']);
  const conversations = await startConversations({ url, people, writers });
  const [{ hostname, port }] = nodes.map((node) => new URL(node.url));
  const server = { speech: 'carewall', host: hostname, port: Number(port) };
  const topicsOf = (unit) => [`unit/${unit}/beds`, `unit/${unit}/alerts`];
  const watched = units.slice(0, 4).map((unit) => `unit/${unit}/beds`);
  const open = async (persons, topicSets) => {
    const crowd = startCrowd(1);
    const tokens = persons.map(people.token);
    return { crowd, opened: await crowd.open({ server, tokens, topicSets, count: persons.length }) };
  };

  return {
    url,
    sql,
    server,
    units,
    watched,
    conversations,
    beds: (unit) => Array.from({ length: bedsInUnit }, (_, n) => ({ unit, id: bedOf(unit, n) })),
    writerToken: (index) => people.token(writers[index]),
    observerToken: () => people.token(observer),
    /** Has a shift's people come: each looks at the beds and the alerts of a unit. */
    openShift: (number) => open(shifts[number % shifts.length], units.map(topicsOf)),
    /** Switches the walls on: the network's counts and a unit's beds. */
    openWalls: () =>
      open(
        walls,
        units.map((unit) => ['network/availability', `unit/${unit}/beds`]),
      ),
    wallTokens: () => walls.map(people.token),
    async heads() {
      const rows = await sql`select topic, seq from carewall.topics where topic like 'unit/c-%'`;
      return Object.fromEntries(rows.map(({ topic, seq }) => [topic, Number(seq)]));
    },
  };
}

/** A conversation for each unit, with somebody in it whom everybody may write to. */
async function startConversations({ url, people, writers }) {
  return Promise.all(
    writers.map(async (writer) => {
      const conversation = uuidv7();
      const socket = await openLightSocket(url, people.token(writer));
      const data = { conversation, kind: 'group', title: 'Handover', members: ['demo-admin'] };
      const answer = await socket.ask('command', { id: uuidv7(), type: 'conversation.start', data });
      if (!answer.ok) throw new Error(`a conversation was refused: ${answer.error.message}`);
      socket.destroy();
      return conversation;
    }),
  );
}

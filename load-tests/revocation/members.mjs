import { v7 as uuidv7 } from 'uuid';
import { listenMs, measured, pause, watch } from './watched.mjs';
import { command, keepBusy, renewed } from './writer.mjs';

const roles = [
  'clinician',
  'pharmacist',
  'lab',
  'radiologist',
  'dietician',
  'receptionist',
  'logistics',
  'command_center',
  'accountant',
  'it_support',
];

/**
 * Members of a busy conversation who are taken out of it, their sessions staying as they are: nothing tells the other nodes
 * but the rights log.
 * @param {import('../measures/installation.mjs').Installation} installation
 */
export async function createMembers({ nodes, database, signIn }) {
  const conversations = nodes.map(() => uuidv7());
  const owner = renewed(() => signIn('nurse'));
  const people = roles.map((role, number) => ({
    id: `demo-${role.replace('_', '-')}`,
    token: renewed(() => signIn(role, number % nodes.length)),
  }));
  for (const conversation of conversations) {
    const data = { conversation, kind: 'group', title: 'Busy', members: ['demo-admin'] };
    await command(nodes[0].url, await owner(), 'conversation.start', data);
  }
  const writers = nodes.map(({ url }, node) => {
    const conversation = conversations[node];
    return keepBusy(
      async () =>
        command(url, await owner(), 'message.send', { conversation, message: uuidv7(), text: 'Here' }),
      40,
    );
  });

  async function committedAt({ topic, seq }) {
    const [row] = await database.sql`
      select extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
      from carewall.events where topic = ${topic} and seq = ${seq}`;
    return Number(row?.at);
  }

  async function withdrawn({ person, conversation, topic, sockets }, number) {
    await pause(Math.random() * 1_500);
    const { heads } = await command(
      nodes[number % nodes.length].url,
      await owner(),
      'conversation.remove-member',
      {
        conversation,
        member: person.id,
      },
    );
    await pause(listenMs);
    const outcome = measured(sockets, await committedAt(heads.find((head) => head.topic === topic)));
    for (const socket of sockets) socket.close();
    return outcome;
  }

  return {
    /** Withdraws at most so many, all within a second and a half. */
    async round(most) {
      const wanted = people.flatMap((person) =>
        conversations.map((conversation) => ({
          person,
          conversation,
          topic: `conversation/${conversation}`,
        })),
      );
      const victims = [];
      for (const one of wanted.slice(0, most)) {
        const { person, conversation, topic } = one;
        await command(nodes[0].url, await owner(), 'conversation.add-member', {
          conversation,
          member: person.id,
        });
        const token = await person.token();
        victims.push({
          ...one,
          sockets: await Promise.all(nodes.map(({ url }) => watch(url, token, topic))),
        });
      }
      await pause(1_200);
      return Promise.all(victims.map(withdrawn));
    },
    stop: () => Promise.all(writers.map((stop) => stop())),
  };
}

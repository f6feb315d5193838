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
  const conversation = uuidv7();
  const topic = `conversation/${conversation}`;
  const owner = renewed(() => signIn('nurse'));
  const people = roles.map((role, number) => ({
    id: `demo-${role.replace('_', '-')}`,
    token: renewed(() => signIn(role, number % nodes.length)),
  }));
  await command(nodes[0].url, await owner(), 'conversation.start', {
    conversation,
    kind: 'group',
    title: 'Busy',
    members: ['demo-admin'],
  });
  const writers = nodes.map(({ url }) =>
    keepBusy(
      async () =>
        command(url, await owner(), 'message.send', { conversation, message: uuidv7(), text: 'Here' }),
      60,
    ),
  );

  async function committedAt(account, since) {
    const [row] = await database.sql`
      select extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
      from carewall.rights_log where principal = ${account} and at > ${new Date(since)} order by id desc limit 1`;
    return Number(row?.at);
  }

  async function withdrawn(person, sockets, number) {
    await pause(Math.random() * 1_500);
    const asked = Date.now() - 1;
    await command(nodes[number % nodes.length].url, await owner(), 'conversation.remove-member', {
      conversation,
      member: person.id,
    });
    await pause(listenMs);
    const outcome = measured(sockets, await committedAt(person.id, asked));
    for (const socket of sockets) socket.close();
    return outcome;
  }

  return {
    /** Withdraws at most so many, all within a second and a half. */
    async round(most) {
      const taken = people.slice(0, most);
      const victims = [];
      for (const person of taken) {
        await command(nodes[0].url, await owner(), 'conversation.add-member', {
          conversation,
          member: person.id,
        });
        const token = await person.token();
        const sockets = await Promise.all(nodes.map(({ url }) => watch(url, token, topic)));
        victims.push({ person, sockets });
      }
      await pause(1_200);
      return Promise.all(victims.map(({ person, sockets }, number) => withdrawn(person, sockets, number)));
    },
    stop: () => Promise.all(writers.map((stop) => stop())),
  };
}

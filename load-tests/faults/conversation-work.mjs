import { randomUUID } from 'node:crypto';
import { mark } from './identity.mjs';
import { accountOf, guestRole, huddle, huddleTopic } from './topics.mjs';

/**
 * The work of one person in the huddle: says something, changes it, reads what others say. `shared` holds the latest
 * messages of all of them. The guest also leaves by themselves.
 * @param {{ name: string, role: string, random: import('./random.mjs').Random,
 *   shared: { id: string, by: string, urgent: boolean }[] }} options
 */
export function createConversationWork({ name, role, random, shared }) {
  let count = 0;
  const isGuest = role === guestRole;

  function newWords() {
    count += 1;
    return `${mark}T${name}x${count}`;
  }

  function say() {
    const id = randomUUID();
    const words = newWords();
    const urgent = random.chance(0.2);
    const others = shared.filter(({ urgent: isUrgent }) => !isUrgent);
    return {
      type: 'message.send',
      event: 'message.sent',
      data: {
        message: id,
        text: `${words}`,
        priority: urgent ? 'urgent' : 'routine',
        ...(others.length > 0 && random.chance(0.2) ? { replyTo: random.pick(others).id } : {}),
      },
      words,
      names: id,
      done(carriedOut) {
        if (!carriedOut) return;
        shared.push({ id, by: role, urgent });
        if (shared.length > 12) shared.shift();
      },
    };
  }

  function about(type, event, { id }, data = {}, rest = {}) {
    return { type, event, data: { message: id, ...data }, names: id, done: () => undefined, ...rest };
  }

  function draw() {
    if (isGuest && random.chance(0.1))
      return {
        type: 'conversation.leave',
        event: 'conversation.member-left',
        data: {},
        done: () => undefined,
      };
    const mine = shared.filter(({ by }) => by === role);
    const drawn = random.next();
    if (shared.length === 0 || drawn < 0.45) return say();
    if (drawn < 0.6 && mine.length > 0) {
      const words = newWords();
      return about('message.edit', 'message.edited', random.pick(mine), { text: words }, { words });
    }
    if (drawn < 0.65 && mine.length > 0)
      return about('message.retract', 'message.retracted', random.pick(mine));
    const urgent = shared.filter(({ urgent: isUrgent, by }) => isUrgent && by !== role);
    if (drawn < 0.8 && urgent.length > 0)
      return about(
        'message.acknowledge',
        'message.acknowledged',
        random.pick(urgent),
        {},
        { most: 1, least: 0 },
      );
    const read = random.pick(shared);
    // Two pointers move, or one, or neither where somebody is past it already. Whoever reads is named, not what.
    const rest = { most: 2, least: 0, names: accountOf(role) };
    return about('message.mark-read', 'message.read', read, {}, rest);
  }

  return {
    next: () => {
      const command = draw();
      return {
        ...command,
        topic: huddleTopic,
        data: { conversation: huddle, ...command.data },
        // A guest who is out is told that there is no such conversation.
        mayBe: isGuest ? ['conflict', 'not_found', 'forbidden'] : ['conflict'],
      };
    },
  };
}

/** The work of a host, who takes the guest in and out of the huddle in turn. */
export function createHostWork() {
  const guest = accountOf(guestRole);
  let takesIn = false;
  return {
    next() {
      // Where it is refused, the guest has left by themselves: then they are taken in next.
      takesIn = !takesIn;
      return {
        type: takesIn ? 'conversation.add-member' : 'conversation.remove-member',
        event: takesIn ? 'conversation.member-added' : 'conversation.member-left',
        topic: huddleTopic,
        data: { conversation: huddle, member: guest },
        names: guest,
        done: () => undefined,
      };
    },
  };
}

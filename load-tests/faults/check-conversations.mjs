import { fold } from './fold.mjs';
import { isForMembers } from './topics.mjs';

/** How long after somebody was taken out frames may still come to them. */
const graceMs = 1_000;

/**
 * Who is not in a conversation says nothing there and gets nothing of it; and everybody is told of as many unread
 * messages as there are.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkConversations({ topics, clients, facts }) {
  const violations = [];
  for (const [topic, truth] of Object.entries(topics)) {
    if (!isForMembers(topic)) continue;
    const { before, frames, now } = Object.values(truth.views)[0];
    checkSpeakers(topic, before.state, frames, violations);
    for (const client of clients) {
      const followed = client.topics.find((one) => one.topic === topic);
      if (followed === undefined) continue;
      const stays = staysOf(client.account, before.state, frames);
      checkLeaks(client, followed, stays, violations);
      const isIn = client.account in now.state.members;
      const hasLeft = followed.seq === undefined;
      if (isIn === hasLeft)
        violations.push({
          rule: 'membership',
          text: `${isIn ? 'is a member and has nothing' : 'is no member and has it still'}`,
          ...{ client: client.id, topic },
        });
    }
  }
  checkUnread(topics, facts, violations);
  return violations;
}

/** Every event was made by somebody who was a member when it was. */
function checkSpeakers(topic, before, frames, violations) {
  let state = before;
  for (const frame of frames) {
    const by = frame.by?.id;
    if (state.members[by] === undefined)
      violations.push({
        rule: 'rights',
        text: `${frame.type} by ${by}, who is no member`,
        topic,
        seq: frame.seq,
      });
    state = fold(state, frame);
  }
}

/** From when to when somebody was a member, by the database's clock. */
function staysOf(account, before, frames) {
  const stays = before.members[account] === undefined ? [] : [{ from: 0, to: Number.POSITIVE_INFINITY }];
  for (const { type, at, data } of frames) {
    if (data?.member?.id !== account) continue;
    if (type === 'conversation.member-added')
      stays.push({ from: Date.parse(at), to: Number.POSITIVE_INFINITY });
    if (type === 'conversation.member-left') Object.assign(stays.at(-1) ?? {}, { to: Date.parse(at) });
  }
  return stays;
}

/**
 * Nothing that happened, and no answer to what was asked, a second or more after somebody was taken out has come to
 * them before they were taken in again. What was under way by then may come late through a network that stood still.
 */
function checkLeaks({ id: client }, { topic, entries }, stays, violations) {
  const wasIn = (from, to) => stays.some((stay) => from <= stay.to + graceMs && to >= stay.from);
  for (const [entry, { k, seq, t, at, asked, via }] of entries.entries()) {
    if (k === 'out') continue;
    const earliest = (via === 'answer' ? asked : at) ?? t;
    if (wasIn(earliest, t)) continue;
    const text = `${k} ${seq} came to somebody who was no member`;
    violations.push({ rule: 'leak', text, client, topic, entry, seq });
  }
}

function checkUnread(topics, { members, messages }, violations) {
  for (const [topic, { views }] of Object.entries(topics)) {
    const [family, account] = topic.split('/');
    if (family !== 'user') continue;
    const told = Object.values(views)[0].now.state.conversation;
    const say = (text) => violations.push({ rule: 'unread', text, topic });
    const own = members.filter((member) => member.account === account);
    for (const { conversation, joinedAfter, readUpTo } of own) {
      const all = messages.filter((message) => message.conversation === conversation);
      const unread = all.filter(
        ({ number, author, retracted }) =>
          number > Math.max(joinedAfter, readUpTo) && author !== account && !retracted,
      ).length;
      const unacknowledged = all.filter(({ awaiting }) => awaiting.includes(account)).length;
      const item = told[conversation];
      if (item?.unread !== unread || item.unacknowledged !== unacknowledged)
        say(
          `is told of ${item?.unread} unread and ${item?.unacknowledged} unacknowledged in ${conversation}: there are ${unread} and ${unacknowledged}`,
        );
    }
    for (const id of Object.keys(told))
      if (!own.some(({ conversation }) => conversation === id)) say(`is told of ${id}, and is not in it`);
  }
}

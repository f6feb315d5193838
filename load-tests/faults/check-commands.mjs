import { isDerived } from './topics.mjs';

/**
 * What was acknowledged against the log: each acknowledged command is there exactly once, where its answer says; none
 * that was refused is there; and every event belongs to exactly one command.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkCommands({ topics, audit, answers, sent }) {
  const violations = [];
  const say = (rule, text, record) =>
    violations.push({ rule, text: record === undefined ? text : `${text}: ${JSON.stringify(record)}` });

  const done = byCommand(audit);
  const frames = new Map();
  const carried = new Map();
  for (const [topic, { start, views }] of Object.entries(topics)) {
    const [{ frames: all }] = Object.values(views);
    for (const frame of all) {
      if (frame.seq <= start) continue;
      frames.set(`${topic} ${frame.seq}`, frame);
      const key = `${topic} ${frame.type}`;
      carried.set(key, [...(carried.get(key) ?? []), newText(frame)]);
    }
  }

  for (const record of sent) {
    const rows = (done.get(record.id) ?? []).filter(({ outcome }) => outcome === 'ok');
    if (rows.length > 1) say('twice', `a command was carried out ${rows.length} times`, record);
    if (record.outcome === 'unclear') {
      say('answer', 'a command had no clear answer in time', record);
      continue;
    }
    if (record.outcome === 'refused') {
      if (rows.length > 0 && !lostItsRight(record))
        say('answer', 'a command was refused and carried out', record);
      if (!(record.mayBe ?? ['conflict']).includes(record.code))
        say('answer', `a command was refused as ${record.code}`, record);
      continue;
    }
    if (rows.length === 0) say('durable', 'an acknowledged command is not in the audit log', record);
    if (answers[record.id] === undefined) say('durable', 'an acknowledged command has no answer', record);
    // An HL7 acknowledgement names no place in the log; where the message is, the audit row says.
    const heads = record.heads.length > 0 ? record.heads : (rows[0]?.heads ?? []);
    for (const { topic, seq } of heads) {
      if (topic in topics && !frames.has(`${topic} ${seq}`))
        say('durable', `the log has no ${topic} ${seq}`, record);
    }
    if (record.event !== undefined) checkEvent(record, rows[0]);
  }
  checkOwners();
  return violations;

  /** A person's command is one event, or as many as it may be, of the kind and about what it is about. */
  function checkEvent(record, row) {
    const { heads, topic, alsoOn, least } = record;
    const head = heads.find((one) => one.topic === topic);
    const isElsewhere = heads.some((one) => one !== head && !alsoOn.includes(one.topic));
    if (isElsewhere || (head === undefined && (least > 0 || heads.length > 0)))
      return say('answer', `the answer names ${JSON.stringify(heads)}`, record);
    if (row !== undefined && !sameHeads(row.heads ?? [], heads))
      say('answer', `the audit log names ${JSON.stringify(row.heads)}`, record);
    const frame = head && frames.get(`${topic} ${head.seq}`);
    if (frame === undefined) return;
    const isAbout = record.bed === undefined || frame.data.bed === record.bed;
    const isNamed = record.names === undefined || JSON.stringify(frame.data).includes(`"${record.names}"`);
    const isSaid = record.words === undefined || newText(frame).includes(record.words);
    if (frame.type !== record.event || !isAbout || !isNamed || !isSaid)
      say('answer', `${topic} ${head.seq} is ${frame.type}`, record);
    if (record.words === undefined) return;
    const texts = carried.get(`${record.topic} ${record.event}`) ?? [];
    const times = texts.filter((text) => text.includes(`"${record.words}"`)).length;
    if (times !== 1) say('twice', `what a command says is in the log ${times} times`, record);
  }

  /** The audit rows, in the order of their heads, divide each topic's log among the commands, but for what is computed. */
  function checkOwners() {
    const mostOf = new Map(sent.filter(({ event }) => event !== undefined).map(({ id, most }) => [id, most]));
    for (const [topic, { start, rows }] of Object.entries(topics)) {
      const ends = audit
        .filter(({ outcome }) => outcome === 'ok')
        .flatMap(({ command, heads }) =>
          (heads ?? []).filter((head) => head.topic === topic).map(({ seq }) => ({ command, seq })),
        )
        .sort((a, b) => a.seq - b.seq);
      const owned = rows
        .map(({ seq }) => seq)
        .filter((seq) => seq > start && !isDerived(frames.get(`${topic} ${seq}`) ?? { type: 'unknown' }));
      let from = start;
      for (const { command, seq } of ends) {
        if (seq === from) say('twice', `${topic} ${seq} belongs to two commands, one is ${command}`);
        const count = owned.filter((one) => one > from && one <= seq).length;
        if (count > (mostOf.get(command) ?? count))
          say('twice', `command ${command} appended ${count} events to ${topic}, up to ${seq}`);
        if (!owned.includes(seq))
          say('twice', `${topic} ${seq} is the end of ${command}, and of no command's kind`);
        from = seq;
      }
      const last = owned.at(-1) ?? start;
      if (from !== last) say('twice', `${topic} goes on to ${last}; the last command ended at ${from}`);
    }
  }
}

/** What an event says that is new, without what it says was before. */
function newText({ data }) {
  if (data?.changes === undefined) {
    const { from: _was, ...is } = data ?? {};
    return JSON.stringify(is);
  }
  return JSON.stringify(Object.values(data.changes).map(({ to }) => to ?? null));
}

function sameHeads(a, b) {
  const text = (heads) => heads.map(({ topic, seq }) => `${topic} ${seq}`).join();
  return text(a) === text(b);
}

function byCommand(audit) {
  const groups = new Map();
  for (const row of audit) groups.set(row.command, [...(groups.get(row.command) ?? []), row]);
  return groups;
}

/**
 * Whether a command that was carried out, and whose answer was lost, may be refused when it is sent again: rights are
 * checked anew each time, and one may have been taken out of the conversation meanwhile.
 */
function lostItsRight({ tries, code }) {
  return tries.length > 1 && ['not_found', 'forbidden'].includes(code);
}

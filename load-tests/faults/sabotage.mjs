import { check } from './check.mjs';
import { mark } from './identity.mjs';
import { spoiltFamilies } from './sabotage-families.mjs';

/*
 * Whether the checks see what they are for: the evidence of a run without fault is spoilt, one way at a time, and
 * each must be found.
 */

/** @typedef {import('./evidence.mjs').Evidence} Evidence */

/** @type {Record<string, (evidence: Evidence) => void>} */
const spoilt = {
  'a frame is lost in the middle': (evidence) => {
    const { entries } = busyTopic(evidence);
    entries.splice(indexOfFrame(entries), 1);
  },
  'the last frame is lost': (evidence) => {
    const followed = busyTopic(evidence);
    followed.entries.splice(followed.entries.findLastIndex(({ k }) => k === 'frame'));
    followed.seq = followed.entries.findLast(({ k }) => k === 'frame').seq;
  },
  'a frame is applied twice': ({ clients }) => {
    const { entries } = busyTopic({ clients });
    const at = indexOfFrame(entries);
    entries.splice(at, 0, entries[at]);
  },
  'two frames change places': ({ clients }) => {
    const { entries } = busyTopic({ clients });
    const at = entries.findIndex(({ k }, index) => k === 'frame' && entries[index + 1]?.k === 'frame');
    entries.splice(at, 2, entries[at + 1], entries[at]);
  },
  'a frame says something else': ({ clients }) => {
    const { entries } = busyTopic({ clients });
    entries[indexOfFrame(entries)].h = 'another';
  },
  'a frame is of a future that never came': ({ clients }) => {
    const { entries } = busyTopic({ clients });
    entries.push({ ...entries[indexOfFrame(entries)], k: 'jump', seq: 1e9 });
  },
  'a double differs from the first': ({ clients }) => {
    const { entries } = busyTopic({ clients });
    const at = indexOfFrame(entries);
    entries.splice(at + 1, 0, { ...entries[at], k: 'double', h: 'another' });
  },
  'a snapshot is not of its seq': ({ clients }) => {
    busyTopic({ clients }).entries.find(({ k }) => k === 'snapshot').h = 'another';
  },
  'a snapshot is of another view': ({ clients }) => {
    busyTopic({ clients }).entries.find(({ k }) => k === 'snapshot').view = 'another';
  },
  'a client folded to another state': ({ clients }) => {
    busyTopic({ clients }).state = 'another';
  },
  'the log has a gap': ({ topics }) => {
    const { rows, views } = busyTruth(topics);
    const [{ seq }] = rows.splice(3, 1);
    for (const view of Object.values(views)) view.frames = view.frames.filter((frame) => frame.seq !== seq);
  },
  'the log is out of order': ({ topics }) => {
    busyTruth(topics).rows[3].at -= 3_600_000;
  },
  'a view lacks an event': ({ topics }) => {
    busyTruth(topics).views.operational.frames.splice(3, 1);
  },
  'a view tells who a patient is': ({ topics }) => {
    busyTruth(topics).views.operational.frames[3].data.note = mark;
  },
  'a snapshot tells who a patient is': ({ topics }) => {
    const { beds } = busyTruth(topics).views.operational.now.state;
    Object.values(beds)[0].note = mark;
  },
  'a view hides more than identity': ({ topics }) => {
    delete busyTruth(topics).views.operational.frames[3].data.version;
  },
  'a snapshot is not what history folds to': ({ topics }) => {
    const { beds } = busyTruth(topics).views.clinical.now.state;
    Object.values(beds)[0].version += 1;
  },
  'an acknowledged command is lost': (evidence) => {
    const { id } = aPersonsCommand(evidence);
    evidence.audit = evidence.audit.filter(({ command }) => command !== id);
  },
  'an acknowledged message is lost': (evidence) => {
    const { id } = evidence.sent.find(({ outcome, principal }) => outcome === 'ok' && principal === 'demo');
    evidence.audit = evidence.audit.filter(({ command }) => command !== id);
  },
  'a command was carried out twice': (evidence) => {
    const { id } = aPersonsCommand(evidence);
    evidence.audit.push(evidence.audit.find(({ command }) => command === id));
  },
  'what a command says is there twice': (evidence) => {
    const { heads, words } = aPersonsCommand(evidence, ({ words }) => words !== undefined);
    const { frames } = evidence.topics[heads[0].topic].views.clinical;
    const its = frames.find(({ seq }) => seq === heads[0].seq);
    const other = frames.find((frame) => frame.type === its.type && frame !== its) ?? frames.at(0);
    Object.assign(other, { type: its.type, data: { ...its.data, words } });
  },
  'an answer names another place': (evidence) => {
    aPersonsCommand(evidence).heads[0].seq -= 1;
  },
  'a command was refused and carried out': (evidence) => {
    Object.assign(aPersonsCommand(evidence), { outcome: 'refused', code: 'conflict' });
  },
  'a command got another’s answer': (evidence) => {
    Object.assign(aPersonsCommand(evidence), { outcome: 'refused', code: 'id taken' });
  },
  'a command was never answered': (evidence) => {
    aPersonsCommand(evidence).outcome = 'unclear';
  },
  'an event belongs to no command': ({ audit, sent }) => {
    const message = sent.findLast(({ principal, outcome }) => principal === 'demo' && outcome === 'ok');
    audit.find(({ command }) => command === message.id).heads = [];
  },
  ...spoiltFamilies,
};

/**
 * Spoils the evidence in every way there is; names the ways that no check has found.
 * @param {Evidence} evidence of a run that has no violation
 */
export function unnoticed(evidence) {
  const names = Object.keys(spoilt);
  const missed = names.filter((name) => {
    const copy = structuredClone(evidence);
    // A run too short to leave what is to be spoilt proves nothing of it, and says so.
    try {
      spoilt[name](copy);
    } catch {
      return true;
    }
    const found = check(copy);
    const [rule, what] = name.split(': ');
    return what === undefined ? found.length === 0 : !found.some((violation) => violation.rule === rule);
  });
  return { tried: names.length, missed };
}

function busyTopic({ clients }) {
  const all = clients.flatMap(({ topics }) => topics).filter(({ topic }) => topic.endsWith('/beds'));
  const frames = ({ entries }) => entries.filter(({ k }) => k === 'frame').length;
  return all.reduce((busiest, followed) => (frames(followed) > frames(busiest) ? followed : busiest));
}

function indexOfFrame(entries) {
  const places = entries.flatMap(({ k }, index) => (k === 'frame' ? [index] : []));
  return places[Math.floor(places.length / 2)];
}

function busyTruth(topics) {
  const beds = Object.entries(topics).filter(([topic]) => topic.endsWith('/beds'));
  return beds.map(([, truth]) => truth).sort((a, b) => b.rows.length - a.rows.length)[0];
}

function aPersonsCommand({ sent }, also = (/** @type {any} */ _record) => true) {
  const isOne = ({ outcome, event, heads }) => outcome === 'ok' && event !== undefined && heads.length > 0;
  return sent.find((record) => isOne(record) && also(record));
}

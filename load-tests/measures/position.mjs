/**
 * Where a client of one topic stands, as the contract asks of it: it drops what it had, and a jump is a fault that only
 * subscribing again mends. What it is given is checked and not kept.
 * @typedef {object} Place
 * @property {string} topic
 * @property {{ view: string, epoch: string, seq: number } | undefined} after
 * @property {number} jumps frames that did not follow on what it had
 * @property {number} snapshots how often it was given a state in the place of events
 */

/**
 * @param {string} topic
 * @returns {Place}
 */
export function placeOf(topic) {
  return { topic, after: undefined, jumps: 0, snapshots: 0 };
}

/**
 * Takes the answer to `subscribe`.
 * @param {Place} place
 * @param {any} answer
 */
export function takeAnswer(place, { view, epoch, seq, state, events }) {
  if (state !== undefined) {
    place.after = { view, epoch, seq };
    place.snapshots += 1;
  } else if (place.after === undefined || seq > place.after.seq) place.jumps += 1;
  for (const { seq: next } of events) takeSeq(place, next);
}

/**
 * @param {Place} place
 * @param {number} seq
 */
export function takeSeq(place, seq) {
  if (place.after === undefined || seq <= place.after.seq) return;
  if (seq > place.after.seq + 1) place.jumps += 1;
  else place.after = { ...place.after, seq };
}

/**
 * Topic and seq of a frame, without reading the rest of it: they stand in its head, before anything anybody wrote.
 * @param {string} text
 * @returns {[topic: string, seq: number]}
 */
export function headOf(text) {
  const found = /^\{"topic":"([^"]+)","epoch":"[^"]+","seq":(\d+),/.exec(text);
  if (found === null) throw new Error('a frame has another shape');
  return [found[1], Number(found[2])];
}

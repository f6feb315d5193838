import { canonical } from './canonical.mjs';

/**
 * What is computed from other topics says what those say; and no time of a practitioner or a room is given twice.
 * @param {import('./evidence.mjs').Evidence} evidence
 * @returns {import('./check.mjs').Violation[]}
 */
export function checkDerived({ topics, facts }) {
  const violations = [];
  const say = (rule, text, topic) => violations.push({ rule, text, topic });
  const stateOf = (topic) => Object.values(topics[topic].views)[0].now.state;

  if (!facts.upToDate) say('derived', 'long after the last event something has not been computed from it');
  const census = stateOf('facility/rgh/census');
  for (const topic of Object.keys(topics)) {
    const unit = /^unit\/(.+)\/beds$/.exec(topic)?.[1];
    if (unit === undefined) continue;
    const counted = tally(Object.values(stateOf(topic).beds));
    const shown = census.units[unit]?.tally;
    if (canonical(counted) !== canonical(shown))
      say('census', `shows ${JSON.stringify(shown)} of ${unit}: there are ${JSON.stringify(counted)}`, topic);
  }
  const network = stateOf('network/availability');
  const same = (what, is, shown) => {
    if (canonical(is) !== canonical(shown)) say('network', `${what} is not as its facility has it`);
  };
  same('the census of rgh', census.units, network.facilities.rgh?.units);
  same('the turnaround of rgh', census.turnaround ?? null, network.facilities.rgh?.turnaround ?? null);
  for (const id of ['rgh', 'crisis'])
    same(`what ${id} has`, stateOf(`facility/${id}/availability`).levels, network.facilities[id]?.levels);

  for (const { one, other } of facts.overlaps)
    say('overlap', `${one} and ${other} take one practitioner or room at one time`);
  return violations;
}

/** Beds by what they count as: each is exactly one thing, and may be isolated besides. */
function tally(beds) {
  const kinds = ['free', 'claimed', 'occupied', 'cleaning', 'contaminated', 'closed', 'isolated', 'beds'];
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  for (const bed of beds) {
    counts[classOf(bed)] += 1;
    counts.beds += 1;
    if (bed.isolation !== undefined) counts.isolated += 1;
  }
  return counts;
}

function classOf({ operationalStatus, turnaround, claim }) {
  const plain = { C: 'closed', O: 'occupied', H: 'cleaning', K: 'contaminated' }[operationalStatus];
  if (plain !== undefined) return plain;
  const isOver = ['completed', 'cancelled', 'failed', undefined].includes(turnaround?.status);
  if (turnaround?.kind === 'cleaning' && !isOver) return 'cleaning';
  return claim === undefined ? 'free' : 'claimed';
}

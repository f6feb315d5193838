const levels = {
  rgh: ['medical-surgical', 'paediatric', 'maternity'],
  crisis: ['crisis-stabilisation', 'psychiatric'],
};

/**
 * The work of somebody who counts beds of facilities that others count as well.
 * @param {{ random: import('./random.mjs').Random, stateOf: (topic: string) => any }} options
 */
export function createAvailabilityWork({ random, stateOf }) {
  function draw() {
    const facility = random.pick(Object.keys(levels));
    const level = random.pick(levels[facility]);
    const topic = `facility/${facility}/availability`;
    const drawn = random.next();
    if (drawn < 0.6) {
      const capacity = random.whole(5, 60);
      const data = { facility, level, capacity, available: random.whole(0, capacity), validForMinutes: 600 };
      return { type: 'availability.attest', event: 'availability.attested', topic, names: level, data };
    }
    if (drawn < 0.7)
      return {
        ...{ type: 'availability.undo', event: 'availability.undone', topic, names: level },
        data: { facility, level },
        // What stands there another has said.
        mayBe: ['conflict', 'forbidden'],
      };
    // As they are on a screen: what is not true any more is not confirmed.
    const seen = Object.values(stateOf(topic)?.levels ?? {}).map((one) => ({
      level: one.level,
      version: one.version,
    }));
    const some = random.some(seen, random.whole(1, 2));
    if (some.length === 0) return draw();
    const data = { facility, levels: some };
    const rest = { most: some.length, names: some.at(-1).level };
    return { type: 'availability.confirm', event: 'availability.confirmed', topic, data, ...rest };
  }
  return { next: () => ({ ...draw(), done: () => undefined }) };
}

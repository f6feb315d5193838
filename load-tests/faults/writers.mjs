import { createAppointmentWork } from './appointment-work.mjs';
import { createAvailabilityWork } from './availability-work.mjs';
import { createBedWork } from './bed-work.mjs';
import { createHttpDoor, createSocketDoor } from './command-doors.mjs';
import { createCommandWriter } from './command-writer.mjs';
import { createConversationWork, createHostWork } from './conversation-work.mjs';
import { createHl7Writer } from './hl7-writer.mjs';
import { createPaymentWork } from './payment-work.mjs';
import { accountOf, allUnits, guestRole } from './topics.mjs';

const fedUnits = allUnits.filter((unit) => unit !== 'ds');
const dayMs = 86_400_000;
/** What is written beside beds is written so many times more slowly. */
const restful = 2;

/**
 * Everybody who writes, at work from now on.
 * @param {{
 *   seed: number, random: import('./random.mjs').Random, nodes: readonly any[], tokens: any, everyMs: number,
 *   stateOf: (topic: string) => any, gateway: import('./gateway.mjs').Gateway,
 * }} options
 */
export function startWriters({ seed, random, nodes, tokens, everyMs, stateOf, gateway }) {
  // Ids and marks of one run must not be another's: all runs share a database.
  const stamp = `${Date.now().toString(36)}s${seed}`;

  /** A person at a door of their own: every second over a socket, the others over HTTP. */
  function person(what, index, role, makeWork, pace = everyMs * restful) {
    const own = random.fork(`${what} ${index}`);
    const isSocket = index % 2 === 0;
    const open = isSocket ? createSocketDoor : createHttpDoor;
    const name = `${what}${isSocket ? 'socket' : 'http'}${index}${stamp}`;
    const door = open({ role, tokens, anyUrl: () => own.pick(nodes).url });
    const work = makeWork({ name, random: own, role });
    return createCommandWriter({ name, door, principal: accountOf(role), random: own, work, everyMs: pace });
  }

  const bedsOf = (unit) =>
    Object.values(stateOf(`unit/${unit}/beds`).beds).map(({ id, location }) => ({ unit, id, location }));
  const all = allUnits.flatMap(bedsOf);
  const openAlerts = (unit) => Object.values(stateOf(`unit/${unit}/alerts`)?.alerts ?? {});
  const inBeds = Array.from({ length: 6 }, (_, index) =>
    person(
      'beds',
      index,
      'nurse',
      (given) => {
        // Mostly their own beds; what others do to them is a surprise all the same.
        const beds = [...all.filter((_bed, n) => n % 6 === index), ...given.random.some(all, 4)];
        return createBedWork({ ...given, beds, openAlerts });
      },
      everyMs,
    ),
  );
  const feeds = Array.from({ length: 2 }, (_, index) =>
    createHl7Writer({
      name: `hl7${index}${stamp}`,
      random: random.fork(`feed ${index}`),
      everyMs,
      ports: nodes.map(({ hl7 }) => hl7.port),
      beds: fedUnits.flatMap(bedsOf),
    }),
  );

  // A day of each run's own, far ahead: so that its times are free in the beginning.
  const day = Math.ceil(Date.now() / dayMs) * dayMs + (1 + (Math.floor(Date.now() / 1000) % 30_000)) * dayMs;
  const appointments = [];
  const desks = ['nurse', 'clinician', 'receptionist'].map((role, index) =>
    person('desk', index, role, (given) => createAppointmentWork({ ...given, day, shared: appointments })),
  );
  const messages = [];
  const talkers = ['nurse', 'command_center', 'clinician', guestRole].map((role, index) =>
    person('talk', index, role, (given) => createConversationWork({ ...given, shared: messages })),
  );
  const host = person('host', 0, 'nurse', createHostWork, everyMs * 20);
  const payers = ['accountant', 'admin'].map((role, index) =>
    person('pay', index, role, (given) => createPaymentWork({ ...given, gateway })),
  );
  const counters = ['provider', 'admin'].map((role, index) =>
    person('count', index, role, (given) => createAvailabilityWork({ ...given, stateOf })),
  );
  return [...inBeds, ...feeds, ...desks, ...talkers, host, ...payers, ...counters];
}

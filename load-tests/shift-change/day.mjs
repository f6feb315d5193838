import { v7 as uuidv7 } from 'uuid';
import { createBedWork } from '../faults/bed-work.mjs';
import { pause, until } from '../faults/pause.mjs';
import { createRandom } from '../faults/random.mjs';
import { startProbe } from '../harness/probe-process.mjs';
import { openLightSocket } from '../measures/light-socket.mjs';

/** How busy each hour of a day is, against the others: quiet nights, rounds in the morning, a wave at each change of shifts. */
const busyness = [4, 3, 3, 3, 4, 6, 12, 16, 14, 14, 16, 16, 13, 12, 13, 16, 14, 12, 11, 10, 9, 8, 9, 7];
/** Hours at which one shift comes and the one before goes. */
export const changes = [7, 15, 23];
const messageShare = 0.15;

/**
 * How many of a day's commands are due when a share of it has passed.
 * @param {number} share from 0 to 1
 */
export function dueShare(share) {
  const total = busyness.reduce((sum, weight) => sum + weight, 0);
  const hour = Math.min(24, Math.max(0, share * 24));
  const whole = Math.floor(hour);
  const before = busyness.slice(0, whole).reduce((sum, weight) => sum + weight, 0);
  return (before + (hour - whole) * (busyness[whole] ?? 0)) / total;
}

/**
 * Plays a hospital's day in so many seconds.
 * @param {import('./hospital.mjs').Hospital} hospital
 * @param {{ seconds: number, commands: number, seed: string, isOver?: () => boolean }} options
 */
export async function playDay(hospital, { seconds, commands, seed, isOver = () => false }) {
  const faults = [];
  const random = createRandom(seed);
  const shifts = await openShifts(hospital, faults);
  const probe = await startProbe({
    ...hospital.server,
    token: hospital.observerToken(),
    topics: hospital.watched,
  });
  const writers = await openWriters(hospital, random);
  const from = await hospital.heads();
  const began = performance.now();
  const wall = Date.now();
  const changing = [...changes];
  let sent = 0;
  const running = new Set();
  while (performance.now() - began < seconds * 1_000 && !isOver()) {
    const share = (performance.now() - began) / 1_000 / seconds;
    while (sent < Math.floor(commands * dueShare(share))) {
      const one = writers.send().finally(() => running.delete(one));
      one.catch((error) => faults.push(error.message));
      running.add(one);
      sent += 1;
    }
    if (share * 24 >= changing[0]) {
      changing.shift();
      shifts.change();
    }
    await pause(4);
  }
  await Promise.allSettled(running);
  await shifts.settled();
  const heads = await hospital.heads();
  const watched = hospital.watched.reduce((sum, topic) => sum + heads[topic] - from[topic], 0);
  const arrivals = await probe.all(watched, 10_000);
  if (arrivals.list.length !== watched)
    faults.push(`the probe had ${arrivals.list.length} of ${watched} events`);
  faults.push(...arrivals.faults);
  const { reached, tallies } = await shifts.finish(heads);
  if (reached === undefined) faults.push('not everybody had everything 20 s after the day');
  const commits = await commitsSince(hospital, from);
  probe.end();
  writers.close();
  return {
    faults: [...faults, ...writers.faults()],
    /** When in the day, as a share of it, and how long from commit to socket. */
    latencies: arrivals.list.map(([topic, seq, at]) => [
      (at - wall) / 1_000 / seconds,
      at - commits.get(`${topic} ${seq}`),
    ]),
    sent,
    outcomes: writers.outcomes(),
    joins: shifts.joins(),
    deliveries: tallies.reduce((sum, { events }) => sum + events, 0),
    tallies,
  };
}

/** The people of a shift, who stay until the next has come. */
async function openShifts(hospital, faults) {
  let number = 0;
  const joins = [];
  const all = [];
  const come = async () => {
    const { crowd, opened } = await hospital.openShift(number++);
    for (const [why, times] of Object.entries(opened.failures)) faults.push(`${times} did not join: ${why}`);
    joins.push({ people: opened.opened, seconds: opened.seconds, p99: opened.p99 });
    all.push(crowd);
    return crowd;
  };
  let present = await come();
  let turn = Promise.resolve();
  const tallies = [];
  const leave = async (crowd) => {
    tallies.push(await crowd.tally());
    crowd.end();
  };
  return {
    change() {
      turn = turn
        .then(async () => {
          const going = present;
          present = await come();
          await leave(going);
        })
        .catch((error) => void faults.push(error.message));
    },
    settled: () => turn,
    async finish(heads) {
      const reached = await present.reach(heads, 20_000);
      await leave(present);
      return { reached, tallies };
    },
    joins: () => joins,
  };
}

/** One for each unit: moves patients, closes and cleans beds, and writes messages, each after the answer to the one before. */
async function openWriters(hospital, random) {
  const { units, conversations, url } = hospital;
  /** @type {Record<string, number>} */
  const outcomes = {};
  const faults = [];
  const idle = await Promise.all(
    units.map(async (unit, index) => ({
      socket: await openLightSocket(url, hospital.writerToken(index)),
      conversation: conversations[index],
      chance: random.fork(`messages of ${unit}`),
      work: createBedWork({
        name: `d${index}`,
        random: random.fork(unit),
        beds: hospital.beds(unit),
        openAlerts: () => [],
      }),
    })),
  );
  const all = [...idle];
  const nextOf = ({ chance, conversation, work }) =>
    chance.chance(messageShare)
      ? {
          type: 'message.send',
          data: { conversation, message: uuidv7(), text: 'Bed 4 is ready for the patient from theatre.' },
          done: () => undefined,
        }
      : work.next();

  return {
    async send() {
      await until(() => idle.length > 0, { within: 30_000, every: 2 });
      const writer = idle.shift();
      if (writer === undefined) throw new Error('no writer had its answer within 30 s');
      const { type, data, done } = nextOf(writer);
      const answer = await writer.socket.ask('command', { id: uuidv7(), type, data });
      done(answer.ok);
      const outcome = answer.ok ? 'ok' : answer.error.code;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      // Whoever does what the board no longer allows is told so: that belongs to a day.
      if (outcome !== 'ok' && outcome !== 'conflict') faults.push(`${type} was refused: ${outcome}`);
      idle.push(writer);
    },
    outcomes: () => outcomes,
    faults: () => [...new Set(faults)].slice(0, 10),
    close: () => {
      for (const { socket } of all) socket.destroy();
    },
  };
}

async function commitsSince({ sql, watched }, from) {
  const rows = await sql`
    select topic, seq, extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
    from carewall.events where topic = any(${watched}) and seq > (${sql.json(from)} ->> topic)::bigint`;
  return new Map(rows.map(({ topic, seq, at }) => [`${topic} ${seq}`, Number(at)]));
}

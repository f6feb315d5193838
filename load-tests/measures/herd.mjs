// Many clients of one node in a process of their own, led by the measurement that started it; see herd-process.mjs.
import { openLightSocket } from './light-socket.mjs';
import { headOf, placeOf, takeAnswer, takeSeq } from './position.mjs';
import { serveOrders } from './worker.mjs';

/**
 * One client: a socket, its topics, and where it stands in each.
 * @typedef {object} Client
 * @property {import('./light-socket.mjs').LightSocket | undefined} socket
 * @property {import('./position.mjs').Place[]} places
 * @property {boolean} looks whether it looks at frames, and so knows where it stands; the others only take the bytes
 * @property {boolean} times whether it notes when each frame arrives
 */

/** @type {Client[]} */
let clients = [];
let url = '';
/** @type {string | undefined} */
let from;
let tokens = [];
/** When each frame of the probe reached it: topic and seq, and the time by this machine's clock. */
let arrivals = [];
/** Why somebody had to connect again, and how often. */
let setbacks = {};
/** @type {Map<number, ReturnType<typeof watchStalled>>} */
const stalled = new Map();

const orders = {
  /** Makes clients of the given topics and connects them. */
  async open({ url: at, from: address, tokens: given, count, topics, looks, times }) {
    [url, tokens, from] = [at, given, address];
    clients = Array.from({ length: count }, () => ({
      socket: undefined,
      places: topics.map(placeOf),
      looks,
      times,
    }));
    return comeBack();
  },
  /** All at once connect and subscribe, from where they stand. `elsewhere` says that what they know is of another history. */
  comeBack: ({ url: at, elsewhere }) => {
    url = at ?? url;
    if (elsewhere) {
      for (const { places } of clients)
        for (const place of places) place.after = { ...place.after, epoch: 'another-history' };
    }
    return comeBack();
  },
  /** Ends every connection as a lost network does. */
  async drop() {
    const open = clients.flatMap(({ socket }) => (socket?.isOpen() ? [socket] : []));
    for (const socket of open) socket.destroy();
    await Promise.all(open.map(({ closed }) => closed));
    return open.length;
  },
  where: async () => ({
    open: clients.filter(({ socket }) => socket?.isOpen()).length,
    jumps: sum(({ jumps }) => jumps),
    snapshots: sum(({ snapshots }) => snapshots),
    least: least(),
  }),
  /** Gives what arrived since it was last asked. */
  async arrivals() {
    const taken = arrivals;
    arrivals = [];
    return taken;
  },
  /**
   * The first so many stop reading. They go on to say that they live, as over a line that is jammed one way: else the
   * server would miss their answer to its ping before it has too much for them.
   */
  async stall({ count }) {
    for (const [index, client] of clients.slice(0, count).entries()) {
      client.socket.pause();
      stalled.set(index, watchStalled(client));
    }
    return clients.slice(0, count).map(({ socket }) => socket.localPort);
  },
  /** How much waits for each of those that stopped, in the kernel and in the server together. */
  held: async () => [...stalled.values()].map(({ read }) => read()),
  /** Those that stopped read again, find themselves cut off, and come back from where they stood. */
  async unstall() {
    const outcomes = [];
    for (const [index, watch] of stalled) {
      const client = clients[index];
      const before = client.places.map(({ after }) => after.seq);
      client.socket.resume();
      await Promise.race([client.socket.closed, wait(3_000)]);
      const wasCutOff = !client.socket.isOpen();
      const held = watch.read();
      const reached = client.places.map(({ after }) => after.seq);
      client.socket.destroy();
      await attach(client);
      outcomes.push({
        wasCutOff,
        held,
        before,
        reached,
        jumps: client.places.reduce((all, { jumps }) => all + jumps, 0),
      });
    }
    stalled.clear();
    return outcomes;
  },
  leave: async () => process.exit(0),
};

/** Every client that is not connected connects again and again until it is, then subscribes. Gives how long each took, and what came in between. */
async function comeBack() {
  const began = performance.now();
  const took = [];
  setbacks = {};
  await Promise.all(
    clients.map(async (client, index) => {
      if (client.socket?.isOpen()) return;
      await attach(client, index);
      took.push(performance.now() - began);
    }),
  );
  return { took, setbacks };
}

/** Connects and subscribes to everything, as often as it takes. */
async function attach(client, index = 0) {
  const byTopic = new Map(client.places.map((place) => [place.topic, place]));
  /** @type {string[] | undefined} frames that came before the answers that say from where they count */
  let early = [];
  const take = (text) => {
    const [topic, seq] = headOf(text);
    takeSeq(byTopic.get(topic), seq);
  };
  const onEvent = (text) => {
    if (client.times) arrivals.push([...headOf(text), performance.timeOrigin + performance.now()]);
    if (early === undefined) take(text);
    else early.push(text);
  };
  const look = client.looks ? { onEvent } : {};
  await untilItWorks(async () => {
    client.socket?.destroy();
    early = [];
    const socket = await openLightSocket(url, tokens[index % tokens.length], {
      within: 60_000,
      from,
      ...look,
    });
    client.socket = socket;
    await Promise.all(client.places.map((place) => subscribe(socket, place)));
  });
  const waiting = early;
  early = undefined;
  for (const text of waiting) take(text);
}

async function subscribe(socket, place) {
  await untilItWorks(async () => {
    const { topic, after } = place;
    const answer = await socket.ask('subscribe', { topic, ...(after === undefined ? {} : { after }) });
    if (!answer.ok) throw new Error(`subscribe answered ${answer.error.code}, ${answer.error.message}`);
    takeAnswer(place, answer);
  }, socket.isOpen);
}

/** Tries again as the contract's own client does, later each time and never all at the same moment; a minute at most. */
async function untilItWorks(work, isWorthIt = () => true) {
  const deadline = performance.now() + 60_000;
  for (let waitMs = 200; ; waitMs = Math.min(waitMs * 2, 5_000)) {
    try {
      return await work();
    } catch (error) {
      setbacks[error.message] = (setbacks[error.message] ?? 0) + 1;
      if (!isWorthIt() || performance.now() > deadline) throw error;
      await wait(waitMs * (0.5 + Math.random()));
    }
  }
}

/** How much waits for a reader that has stopped: what a neighbour on the same topics has read since, less its own. */
function watchStalled({ socket }) {
  const twin = clients.at(-1).socket;
  const from = { own: socket.bytesRead(), twin: twin.bytesRead() };
  const timer = setInterval(socket.beat, 3_000);
  socket.closed.then(() => clearInterval(timer));
  return { read: () => twin.bytesRead() - from.twin - (socket.bytesRead() - from.own) };
}

/** The least seq that any client has, by topic. */
function least() {
  /** @type {Record<string, number>} */
  const seqs = {};
  for (const { places } of clients) {
    for (const { topic, after } of places)
      seqs[topic] = Math.min(seqs[topic] ?? Number.MAX_SAFE_INTEGER, after?.seq ?? 0);
  }
  return seqs;
}

function sum(of) {
  return clients.reduce((all, { places }) => all + places.reduce((some, place) => some + of(place), 0), 0);
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

serveOrders(orders);

import { setMaxListeners } from 'node:events';
import { check } from './check.mjs';
import { createClient } from './client.mjs';
import { createHttpDoor, createSocketDoor } from './command-doors.mjs';
import { createCommandWriter } from './command-writer.mjs';
import { openEvidence } from './evidence.mjs';
import { drawPlan } from './fault-plan.mjs';
import { createFaultPlay } from './fault-play.mjs';
import { createHl7Writer } from './hl7-writer.mjs';
import { createTokens, request } from './http-api.mjs';
import { tellsWho } from './identity.mjs';
import { pause, until } from './pause.mjs';
import { createRandom } from './random.mjs';

const units = ['4w', '4e', '5s', 'icu', 'ds'];
const fedUnits = units.filter((unit) => unit !== 'ds');
const topics = units.flatMap((unit) => [`unit/${unit}/beds`, `unit/${unit}/alerts`]);
const roles = [
  { role: 'nurse', isOperational: false },
  { role: 'command_center', isOperational: true },
  { role: 'clinician', isOperational: false },
  { role: 'logistics', isOperational: true },
];

/**
 * One run: clients and writers at work on the tier while the drawn faults happen; then everything is mended, everybody
 * catches up, and what is left behind is checked.
 * @param {Awaited<ReturnType<typeof import('./tier.mjs').createTier>>} tier
 * @param {{ seed: number, seconds: number, kinds: readonly string[], clients: number, pace: number,
 *   onPlan: (plan: import('./fault-plan.mjs').Planned[]) => void }} options
 */
export async function runOnce(tier, { seed, seconds, kinds, clients: clientCount, pace, onPlan }) {
  const random = createRandom(seed);
  const plan = drawPlan(random.fork('plan'), { kinds, nodes: tier.nodes.length, seconds });
  onPlan(plan);
  /** @type {string[]} */
  const strange = [];
  const notReady = await tier.heal(30_000);
  if (notReady.length > 0) throw new Error(`before the run, ${notReady.join(', ')} are not ready`);
  const logFrom = tier.nodes.map((node) => node.logSize());
  for (const node of tier.nodes) node.deaths.length = 0;

  const anyUrl = () => random.pick(tier.nodes).url;
  const tokens = createTokens(anyUrl);
  const evidence = await openEvidence({ tier, topics, tokens });
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const play = createFaultPlay(plan, { tier, over: over.signal, random: random.fork('faults') });
  const clients = startClients();
  const writers = [];
  try {
    if (!(await allHave(evidence.heads, clients, 15_000))) throw new Error('the clients did not get going');
    writers.push(...startWriters());
    const faults = play.run();
    await pause(seconds * 1000);
    over.abort();
    await faults;
    for (const name of await tier.heal(20_000))
      strange.push(`node ${name} is not ready 20 s after the last fault`);
    strange.push(...(await deafNodes()));
    for (const client of clients) client.calm();
    // Work goes on for a moment in which nothing is broken.
    await pause(500);
    await Promise.all(writers.map((writer) => writer.finish(20_000)));
    const caughtUpMs = await catchUp();
    strange.push(...lookAround());
    const left = await evidence.gather({
      clients,
      sent: writers.flatMap(({ sent }) => sent),
      strange,
    });
    return {
      plan,
      evidence: left,
      violations: check(left),
      takeovers: play.takeovers.takeovers,
      caughtUpMs,
      strayed: strayed(),
      logs: Object.fromEntries(
        tier.nodes.map((node, index) => [`node-${node.name}.log`, node.log(logFrom[index])]),
      ),
    };
  } finally {
    await Promise.all(clients.map((client) => client.stop()));
    await Promise.all(writers.map((writer) => writer.finish(0)));
  }

  function startClients() {
    return Array.from({ length: clientCount }, (_, index) => {
      const own = random.fork(`client ${index}`);
      const { role, isOperational } = roles[index % roles.length];
      return createClient({
        id: `${index}-${role}`,
        role,
        isOperational,
        restless: index >= clientCount / 2,
        transport: index === clientCount - 1 ? 'polling' : 'websocket',
        topics: own.some(topics, own.whole(6, 10)),
        nodes: tier.nodes,
        tokens,
        random: own,
        onFrame: play.takeovers.onFrame,
      });
    });
  }

  function startWriters() {
    // Ids and marks of one run must not be another's: all runs share a database.
    const stamp = `${Date.now().toString(36)}s${seed}`;
    const bedsOf = (unit) =>
      Object.values(evidence.before.clinical[`unit/${unit}/beds`].state.beds).map(({ id, location }) => ({
        unit,
        id,
        location,
      }));
    const all = units.flatMap(bedsOf);
    const fed = fedUnits.flatMap(bedsOf);
    const people = Array.from({ length: 6 }, (_, index) => {
      const own = random.fork(`writer ${index}`);
      const open = index % 2 === 0 ? createSocketDoor : createHttpDoor;
      const name = `${index % 2 === 0 ? 'socket' : 'http'}${index}${stamp}`;
      const door = open({ role: 'nurse', tokens, anyUrl: () => own.pick(tier.nodes).url });
      // Mostly its own beds; what others do to them is a surprise all the same.
      const beds = [...all.filter((_, n) => n % 6 === index), ...own.some(all, 4)];
      return createCommandWriter({
        name,
        door,
        principal: 'demo-nurse',
        random: own,
        beds,
        everyMs: pace,
        openAlerts,
      });
    });
    const feeds = Array.from({ length: 2 }, (_, index) =>
      createHl7Writer({
        name: `hl7${index}${stamp}`,
        random: random.fork(`feed ${index}`),
        everyMs: pace,
        ports: tier.nodes.map(({ hl7 }) => hl7.port),
        beds: fed,
      }),
    );
    return [...people, ...feeds];
  }

  function openAlerts(unit) {
    const topic = `unit/${unit}/alerts`;
    const state = clients
      .find(({ followers }) => followers.get(topic)?.state())
      ?.followers.get(topic)
      .state();
    return Object.values(state?.alerts ?? {});
  }

  /** Waits until every client has all there is; how long that took. */
  async function catchUp() {
    const began = Date.now();
    await allHave(evidence.heads, clients, 30_000);
    return Date.now() - began;
  }

  /** Nodes that say that they are ready, and do not answer. */
  async function deafNodes() {
    const token = await tokens.get('nurse');
    const asked = tier.nodes.flatMap((node) =>
      ['', '/events?after=0&limit=1'].map(async (rest) => {
        const path = `/api/v1/topics/${encodeURIComponent(topics[0])}${rest}`;
        const ask = () =>
          request(node.directUrl + path, { token, within: 10_000 }).then(
            ({ status }) => status,
            (error) => `${error.name}: ${error.cause?.code ?? error.message}`,
          );
        // A connection that was kept from before the node was killed ends with the first use: a client tries again.
        const first = await ask();
        const answer = typeof first === 'string' ? await ask() : first;
        return answer === 200
          ? []
          : [`node ${node.name} is ready and answers ${answer} (${first}) to GET ${path}`];
      }),
    );
    return (await Promise.all(asked)).flat();
  }

  /** How often clients had to look for their way. */
  function strayed() {
    const sum = (name) => clients.reduce((total, { counts }) => total + counts[name], 0);
    const names = ['connections', 'refused', 'jumps', 'behind', 'silences', 'drains', 'revoked'];
    return names.map((name) => `${sum(name)} ${name}`).join(', ');
  }

  /** What the processes themselves tell. */
  function lookAround() {
    const seen = tier.nodes.flatMap((node) => node.deaths);
    for (const [index, node] of tier.nodes.entries()) {
      if (tellsWho(node.log(logFrom[index])))
        seen.push(`the log of node ${node.name} tells who a patient is`);
    }
    return seen;
  }
}

async function allHave(readHeads, clients, within) {
  return until(
    async () => {
      const heads = await readHeads();
      return clients.every((client) => client.lacks(heads).length === 0);
    },
    { within, every: 100 },
  );
}

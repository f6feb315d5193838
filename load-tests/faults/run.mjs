import { setMaxListeners } from 'node:events';
import { check } from './check.mjs';
import { createClient } from './client.mjs';
import { openEvidence } from './evidence.mjs';
import { isUpToDate, waitingDeliveries } from './facts.mjs';
import { drawPlan } from './fault-plan.mjs';
import { createFaultPlay } from './fault-play.mjs';
import { configureGateway, createGateway } from './gateway.mjs';
import { createTokens, request } from './http-api.mjs';
import { tellsWho } from './identity.mjs';
import { pause, until } from './pause.mjs';
import { createRandom } from './random.mjs';
import { allRoles, drawTopics, followingRoles, topics } from './topics.mjs';
import { startWriters } from './writers.mjs';

/**
 * One run: clients and writers at work on the tier while the drawn faults happen; then everything is mended, everybody
 * catches up, and what is left behind is checked.
 * @param {Awaited<ReturnType<typeof import('./tier.mjs').createTier>>} tier
 * @param {{ seed: number, seconds: number, kinds: readonly string[], clients: number, pace: number,
 *   onPlan: (plan: import('./fault-plan.mjs').Planned[]) => void, onStage: (stage: string) => void }} options
 */
export async function runOnce(tier, { seed, seconds, kinds, clients: clientCount, pace, onPlan, onStage }) {
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
  onStage('making ready');
  // Whoever signs in for the first time while everything is broken would only wait.
  await Promise.all(allRoles.map((role) => tokens.get(role)));
  await configureGateway({ tokens, anyUrl });
  const gateway = createGateway({ random: random.fork('gateway'), anyUrl, longestMs: 2_000 });
  const evidence = await openEvidence({ tier, topics, tokens });
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const play = createFaultPlay(plan, { tier, over: over.signal, random: random.fork('faults') });
  const clients = startClients();
  const writers = [];
  try {
    if (!(await allHave(evidence.heads, clients, 15_000))) {
      const heads = await evidence.heads();
      const waiting = clients.map((client) => [client, client.lacks(heads).map(([topic]) => topic)]);
      const who = waiting.filter(([, topics]) => topics.length > 0);
      const names = who.map(
        ([client, topics]) => `${client.id} on ${client.where()} lacks ${topics.join(', ')}`,
      );
      throw new Error(`the clients did not get going: ${names.join('; ')}`);
    }
    for (const client of clients) client.stir();
    writers.push(
      ...startWriters({ seed, random, nodes: tier.nodes, tokens, everyMs: pace, stateOf, gateway }),
    );
    onStage('breaking things');
    const faults = play.run();
    await pause(seconds * 1000);
    over.abort();
    onStage('mending');
    await faults;
    for (const name of await tier.heal(20_000))
      strange.push(`node ${name} is not ready 20 s after the last fault`);
    strange.push(...(await deafNodes()));
    for (const client of clients) client.calm();
    // Work goes on for a moment in which nothing is broken.
    await pause(500);
    onStage('waiting for the last answers');
    await Promise.all(writers.map((writer) => orElse(writer.finish(20_000), writer.waitsFor)));
    // What writers have asked for to the end there is something to tell of.
    await orElse(gateway.finish(20_000), gateway.waitsFor);
    onStage('catching up');
    const caughtUpMs = await catchUp();
    strange.push(...lookAround());
    onStage('reading the log');
    const left = await evidence.gather({
      clients,
      sent: writers.flatMap(({ sent }) => sent),
      told: gateway.told,
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
    await Promise.all([...writers, gateway].map((writer) => writer.finish(0)));
  }

  function startClients() {
    return Array.from({ length: clientCount }, (_, index) => {
      const own = random.fork(`client ${index}`);
      const role = followingRoles[index % followingRoles.length];
      return createClient({
        id: `${index}-${role}`,
        role,
        restless: index >= clientCount / 2,
        transport: index === clientCount - 1 ? 'polling' : 'websocket',
        topics: drawTopics(role, own),
        nodes: tier.nodes,
        tokens,
        random: own,
        onFrame: play.takeovers.onFrame,
      });
    });
  }

  /** What stands at a topic, as some client sees it now, or as it was before the run. */
  function stateOf(topic) {
    const seen = clients.map(({ followers }) => followers.get(topic)?.state());
    return seen.find((state) => state !== undefined) ?? Object.values(evidence.before[topic])[0].state;
  }

  /** Waits until all that follows from what was done is done, and every client has all there is; how long that took. */
  async function catchUp() {
    const began = Date.now();
    const isQuiet = async () => (await waitingDeliveries(tier.sql)) === 0 && (await isUpToDate(tier.sql));
    // What is not will be found in the tables.
    await until(() => isQuiet().catch(() => false), { within: 30_000, every: 200 });
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

/** Fails where something does not end long after its time, with what it waits for. */
async function orElse(ending, waitsFor) {
  const over = new AbortController();
  const late = pause(60_000, over.signal).then(() => {
    if (!over.signal.aborted) throw new Error(`nothing came of ${waitsFor()}`);
  });
  await Promise.race([ending, late]).finally(() => over.abort());
}

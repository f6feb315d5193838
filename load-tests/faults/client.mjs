import { setMaxListeners } from 'node:events';
import { io } from 'socket.io-client';
import { createFollower } from './follower.mjs';
import { request } from './http-api.mjs';
import { pause } from './pause.mjs';
import { accountOf, isForMembers, viewFor } from './topics.mjs';

const answerWithinMs = 4_000;
/** Heads come every 2 s; whoever hears nothing for so long looks for another node. */
const silenceMs = 6_000;

/**
 * A client that follows the contract by hand, on a bare socket. A `restless` one also moves, leaves topics and comes
 * back, and forgets what it had, of its own accord, once it is stirred.
 * @param {{
 *   id: string, role: string, restless: boolean, transport: 'websocket' | 'polling',
 *   topics: readonly string[], nodes: readonly { name: string, url: string }[],
 *   tokens: ReturnType<typeof import('./http-api.mjs').createTokens>,
 *   random: import('./random.mjs').Random,
 *   onFrame: (frame: any, connectedAt: number) => void,
 * }} options
 */
export function createClient(options) {
  const { id, role, topics, nodes, tokens, random, transport } = options;
  const followers = new Map(topics.map((topic) => [topic, createFollower(topic, viewFor(role, topic))]));
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal);
  const counts = { connections: 0, refused: 0, jumps: 0, behind: 0, silences: 0, drains: 0, revoked: 0 };
  let restless = false;
  /** @type {Link | undefined} */
  let link;

  /**
   * @typedef {object} Link one connection and what is under way on it
   * @property {import('socket.io-client').Socket} socket
   * @property {{ name: string, url: string }} node
   * @property {number} c
   * @property {number} at
   * @property {number} heardAt
   * @property {Set<string>} joining
   * @property {Map<string, number>} behind how many heads in a row were ahead
   * @property {Map<string, number>} heads the last that was heard of each topic
   * @property {AbortController} over
   */

  async function live() {
    let last;
    while (!stopped.signal.aborted) {
      const others = nodes.filter((node) => node !== last);
      last = random.pick(others.length > 0 ? others : nodes);
      const opened = await open(last);
      if (opened === undefined) {
        await pause(random.between(50, 400), stopped.signal);
        continue;
      }
      link = opened;
      await followOn(opened);
      opened.socket.disconnect();
      link = undefined;
    }
  }

  /** @returns {Promise<Link | undefined>} */
  async function open(node) {
    const token = await tokens.get(role);
    const socket = io(node.url, {
      transports: [transport],
      auth: { token },
      forceNew: true,
      reconnection: false,
      timeout: 3_000,
    });
    const outcome = await new Promise((resolve) => {
      socket.once('connect', () => resolve('open'));
      socket.once('connect_error', (/** @type {any} */ error) => resolve(error.data?.code ?? 'unreachable'));
      stopped.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
      // The library's own limit ends with the transport's handshake.
      setTimeout(() => resolve('late'), 6_000);
    });
    if (outcome === 'open') {
      counts.connections += 1;
      const now = Date.now();
      const over = new AbortController();
      setMaxListeners(0, over.signal);
      socket.once('disconnect', () => over.abort());
      if (!socket.connected) over.abort();
      const begun = { socket, node, c: counts.connections, at: now, heardAt: now, over };
      return { ...begun, joining: new Set(), behind: new Map(), heads: new Map() };
    }
    counts.refused += 1;
    socket.disconnect();
    if (outcome === 'unauthenticated') await tokens.renew(role, token);
    return undefined;
  }

  /** Follows every topic on a connection, until it is over. */
  async function followOn(link) {
    const { socket, over } = link;
    const origin = { via: /** @type {const} */ ('push'), node: link.node.name, c: link.c };
    socket.onAny(() => {
      link.heardAt = Date.now();
    });
    socket.on('event', (frame) => {
      const follower = followers.get(frame.topic);
      if (follower === undefined || over.signal.aborted) return;
      const kind = follower.take(frame, origin);
      if (kind === 'frame') options.onFrame(frame, link.at);
      if (kind === 'jump' && !link.joining.has(frame.topic)) {
        counts.jumps += 1;
        join(link, follower);
      }
    });
    socket.on('heads', ({ heads }) => {
      for (const [topic, follower] of followers) compare(link, follower, heads[topic]);
    });
    socket.on('revoked', ({ topic, reason }) => {
      const follower = followers.get(topic);
      if (follower === undefined) return;
      counts.revoked += 1;
      if (reason === 'view') follower.forget();
      if (reason === 'right') {
        putOut(link, follower, 'revoked');
        // What is being answered in this very tick may not be over yet.
        pause(random.between(50, 300), link.over.signal).then(() => join(link, follower));
      } else if (reason !== 'session') join(link, follower);
    });
    socket.on('drain', ({ within }) => {
      counts.drains += 1;
      pause(random.between(0, within), over.signal).then(() => over.abort());
    });
    for (const follower of followers.values()) join(link, follower);
    const idle = options.restless ? wander(link) : undefined;
    while (!over.signal.aborted && !stopped.signal.aborted) {
      await pause(250, over.signal);
      if (Date.now() - link.heardAt > silenceMs) {
        counts.silences += 1;
        over.abort();
      }
    }
    over.abort();
    await idle;
  }

  /** Subscribes, after what it has, until it is answered or the connection is over. */
  async function join(link, follower) {
    const { over, joining } = link;
    const { topic } = follower;
    if (joining.has(topic)) return;
    joining.add(topic);
    link.behind.delete(topic);
    try {
      while (!over.signal.aborted) {
        const after = follower.position();
        const payload = { topic, ...(after === undefined ? {} : { after }) };
        const asked = Date.now();
        // Taken within the very tick: frames that follow the answer may be read from the same packet.
        const answer = await ask(link, 'subscribe', payload, (given) => {
          if (given.ok && given.fetch === undefined)
            follower.takeAnswer(given, { node: link.node.name, c: link.c, asked });
        });
        if (answer === undefined || (answer.ok && answer.fetch === undefined)) return;
        if (answer.ok) await fetchSnapshot(link, follower, answer.fetch);
        else if (answer.error.code === 'unauthenticated') {
          const token = await tokens.get(role);
          await ask(link, 'token', { token: await tokens.renew(role, token) });
        } else if (answer.error.code === 'not_found' || answer.error.code === 'invalid') {
          putOut(link, follower, answer.error.code);
          if (!isForMembers(topic)) return;
          // Somebody may take them in.
          await pause(random.between(100, 500), over.signal);
        }
        await pause(random.between(100, 300), over.signal);
      }
    } finally {
      joining.delete(topic);
    }
  }

  /** What one may see only as a member may go, and come back; everything else stays. */
  function putOut(link, follower, why) {
    if (!isForMembers(follower.topic))
      follower.broken.push(`subscribing on ${link.node.name} answered ${why}`);
    else follower.leave({ node: link.node.name, c: link.c });
  }

  /** Asks over the socket; a connection that does not answer is given up. */
  function ask({ socket, over }, name, payload, take = (/** @type {any} */ _answer) => undefined) {
    return new Promise((resolve) => {
      socket.timeout(answerWithinMs).emit(name, payload, (late, answer) => {
        if (over.signal.aborted) return resolve(undefined);
        if (late) {
          over.abort();
          return resolve(undefined);
        }
        take(answer);
        resolve(answer);
      });
      // What is under way on a connection that is over is not answered any more.
      over.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
  }

  async function fetchSnapshot(link, follower, path) {
    const token = await tokens.get(role);
    const asked = Date.now();
    const answer = await request(link.node.url + path, { token }).catch(() => undefined);
    if (answer?.status === 200)
      follower.takeAnswer({ ...answer.body, events: [] }, { node: link.node.name, c: link.c, asked });
  }

  /** Two heads in a row ahead of what it has: something was lost, and it subscribes again. */
  function compare(link, follower, head) {
    const { topic, broken } = follower;
    const seq = follower.position()?.seq;
    const before = link.heads.get(topic) ?? 0;
    if (head < before) broken.push(`the head on ${link.node.name} fell from ${before} to ${head}`);
    if (head !== undefined) link.heads.set(topic, head);
    if (head === undefined || seq === undefined || head <= seq || link.joining.has(topic)) {
      link.behind.delete(topic);
      return;
    }
    const times = (link.behind.get(topic) ?? 0) + 1;
    link.behind.set(topic, times);
    if (times < 2) return;
    counts.behind += 1;
    join(link, follower);
  }

  /** What people do: close the page, open it again, switch screens. */
  async function wander(link) {
    const { over } = link;
    for (;;) {
      await pause(random.between(500, 4_000), over.signal);
      if (over.signal.aborted) return;
      if (!restless) continue;
      const follower = followers.get(random.pick(topics));
      const what = random.pick(['move', 'leave', 'again', 'forget']);
      if (what === 'move') return over.abort();
      if (link.joining.has(follower.topic)) continue;
      if (what === 'leave') {
        await ask(link, 'unsubscribe', { topic: follower.topic });
        await pause(random.between(0, 600), over.signal);
      }
      if (what === 'forget') follower.forget();
      join(link, follower);
    }
  }

  const living = live();
  return {
    id,
    role,
    restless: options.restless,
    counts,
    followers,
    /** Goes its ways from now on, if it is of those that do. */
    stir() {
      restless = options.restless;
    },
    /** Stays where it is from now on. */
    calm() {
      restless = false;
    },
    /** What the client still lacks of these heads, or still has of what is not theirs any more. */
    lacks: ({ heads, members }) =>
      [...followers].filter(([topic, follower]) => {
        const isTheirs = !isForMembers(topic) || members.get(topic).includes(accountOf(role));
        if (!isTheirs) return !follower.isOut();
        return (follower.position()?.seq ?? -1) !== heads.get(topic);
      }),
    where: () => link?.node.name,
    async stop() {
      stopped.abort();
      link?.over.abort();
      await living;
    },
  };
}

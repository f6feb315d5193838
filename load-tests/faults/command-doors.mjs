import { io } from 'socket.io-client';
import { request } from './http-api.mjs';

/**
 * What one attempt to send a command came to. `unclear`: it may have been carried out or not.
 * @typedef {{ kind: 'ok', heads: { topic: string, seq: number }[] } | { kind: 'refused', code: string, issues?: { path: string }[] }
 *   | { kind: 'unclear', why: string }} Attempt
 */

/**
 * A way in for commands of one person, through whatever node is there.
 * @typedef {object} Door
 * @property {(command: object) => Promise<Attempt>} attempt
 * @property {() => string} doing
 * @property {() => void} close
 */

/**
 * Over HTTP: a node of its own choice for each attempt.
 * @param {{ role: string, tokens: ReturnType<typeof import('./http-api.mjs').createTokens>, anyUrl: () => string }} options
 * @returns {Door}
 */
export function createHttpDoor({ role, tokens, anyUrl }) {
  let doing = 'nothing yet';
  return {
    doing: () => doing,
    async attempt(command) {
      doing = 'signing in';
      const token = await tokens.get(role);
      doing = 'asking over HTTP';
      try {
        const options = { method: 'POST', token, body: command };
        const { status, body } = await request(`${anyUrl()}/api/v1/commands`, options);
        if (status === 200) return { kind: 'ok', heads: body.heads };
        doing = 'renewing its token';
        if (body.code === 'unauthenticated') await tokens.renew(role, token);
        return { kind: 'refused', code: body.code, issues: body.issues };
      } catch (error) {
        return { kind: 'unclear', why: error instanceof Error ? error.name : 'unknown' };
      }
    },
    close: () => undefined,
  };
}

/**
 * Over a socket of its own: another node whenever the connection is lost, or an answer does not come.
 * @param {{ role: string, tokens: ReturnType<typeof import('./http-api.mjs').createTokens>, anyUrl: () => string }} options
 * @returns {Door}
 */
export function createSocketDoor({ role, tokens, anyUrl }) {
  /** @type {import('socket.io-client').Socket | undefined} */
  let socket;
  let doing = 'nothing yet';

  async function connected() {
    if (socket?.connected) return socket;
    socket?.disconnect();
    doing = 'signing in';
    const token = await tokens.get(role);
    doing = 'connecting';
    const opening = io(anyUrl(), {
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
      reconnection: false,
      timeout: 3_000,
    });
    socket = opening;
    opening.on('drain', () => opening.disconnect());
    const refused = await new Promise((resolve) => {
      opening.once('connect', () => resolve(undefined));
      opening.once('connect_error', (/** @type {any} */ error) => resolve(error.data?.code ?? 'unreachable'));
      setTimeout(() => resolve('late'), 4_000);
    });
    doing = 'renewing its token';
    if (refused === 'unauthenticated') await tokens.renew(role, token);
    if (refused === undefined) return opening;
    opening.disconnect();
    return undefined;
  }

  return {
    doing: () => doing,
    async attempt(command) {
      const open = await connected();
      if (open === undefined) return { kind: 'unclear', why: 'no connection' };
      doing = 'asking over a socket';
      const answer = await open
        .timeout(4_000)
        .emitWithAck('command', command)
        .catch(() => undefined);
      if (answer === undefined) {
        open.disconnect();
        return { kind: 'unclear', why: 'no answer' };
      }
      if (answer.ok) return { kind: 'ok', heads: answer.heads };
      if (answer.error.code === 'unauthenticated') open.disconnect();
      return { kind: 'refused', code: answer.error.code, issues: answer.error.issues };
    },
    close: () => void socket?.disconnect(),
  };
}

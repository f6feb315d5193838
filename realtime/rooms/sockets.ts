import type { Server, Socket } from 'socket.io';
import { type Refusal, refuse, tryAgain } from '#domain/errors.ts';
import { SocketBufferExceeded } from '../engine/socket-buffer.ts';
import type { StageMetrics } from '../metrics.ts';
import { type Connection, type ConnectionOptions, type Identified, openConnection } from './connection.ts';
import type { Heads } from './heads.ts';

/** The sockets of one node. */
export interface Sockets {
  connections(): Iterable<Connection>;
  /** Tells everybody to move within so many milliseconds, and lets nobody in any more. */
  drain(within: number): void;
  stop(): void;
}

export interface SocketsOptions extends Omit<ConnectionOptions, 'onTopics'> {
  readonly io: Server;
  readonly heads: Heads;
  readonly metrics: StageMetrics;
  readonly mostConnections: number;
  readonly mostPerAddress: number;
}

/** How long a connection may outlive its token, for a client that is renewing it. */
const graceMs = 60_000;
const sweepMs = 5_000;

/** Lets signed-in sockets in, and out again when their time is over. */
export function createSockets(options: SocketsOptions): Sockets {
  const { io, heads, metrics, authenticate, addressOf } = options;
  const connections = new Map<string, Connection>();
  const perAddress = new Map<string, number>();
  const identities = new WeakMap<Socket, Identified>();
  let draining = false;

  io.use((socket, next) => {
    admit(socket).then(
      (refusal) => next(refusal && connectError(refusal)),
      (error: unknown) => {
        options.onFault(error);
        next(connectError(tryAgain));
      },
    );
  });

  async function admit(socket: Socket): Promise<Refusal | undefined> {
    if (draining) return refuse('unavailable', 'this node is going; connect again');
    if (connections.size >= options.mostConnections)
      return refuse('unavailable', 'this node is full; connect again');
    if ((perAddress.get(addressOf(socket)) ?? 0) >= options.mostPerAddress) {
      return refuse('rate_limited', 'too many connections from this address');
    }
    const token: unknown = socket.handshake.auth.token;
    if (typeof token !== 'string' || token.length > 4096)
      return refuse('unauthenticated', 'an access token is needed');
    const identified = await authenticate(token);
    if ('code' in identified) return identified;
    identities.set(socket, identified);
    return undefined;
  }

  // Rooms are joined from here on alone: before, the engine does not know the socket and would never publish to it.
  io.on('connection', (socket) => {
    const identified = identities.get(socket);
    if (identified === undefined) {
      socket.disconnect(true);
      return;
    }
    const address = addressOf(socket);
    const connection = openConnection(socket, identified, { ...options, onTopics: heads.regroup });
    connections.set(socket.id, connection);
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    metrics.sockets.inc();
    heads.regroup(connection);
    // What changed between the handshake and now was told to connections that were there, and this one was not.
    options.confirm(connection).catch(options.onFault);
    socket.once('disconnect', (reason, description: unknown) => {
      metrics.disconnects.inc({
        reason: description instanceof SocketBufferExceeded ? 'slow reader' : reason,
      });
      heads.forget(socket);
      connections.delete(socket.id);
      const rest = (perAddress.get(address) ?? 1) - 1;
      if (rest === 0) perAddress.delete(address);
      else perAddress.set(address, rest);
      metrics.sockets.dec();
    });
  });

  const sweep = setInterval(() => {
    const now = Date.now();
    for (const connection of connections.values()) {
      if (connection.identified().expiresAt + graceMs < now) connection.close();
    }
  }, sweepMs);
  sweep.unref();

  return {
    connections: () => connections.values(),
    drain(within) {
      draining = true;
      io.local.emit('drain', { within });
    },
    stop() {
      clearInterval(sweep);
    },
  };
}

/** What a refused handshake is told: the same code and message as everywhere. */
function connectError(refusal: Refusal): Error {
  return Object.assign(new Error(refusal.code), { data: refusal });
}

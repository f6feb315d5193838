import { createServer } from 'node:net';
import {
  type CloseReason,
  type ConnectionOptions,
  type MllpConnection,
  type MllpPeer,
  serveConnection,
} from './connection.ts';

export type MllpServerOptions = {
  host: string;
  /** 0 takes a free port; `listen` tells which. */
  port: number;
  maxConnections: number;
  /** Longest message taken; 1 MiB unless told. */
  maxMessageBytes?: number;
  /** How long a connection may be silent between messages. */
  idleTimeoutMs: number;
  /** How long a frame may take from its first byte to its last. */
  halfMessageTimeoutMs: number;
  /** Gives the acknowledgement of a message, unframed. It is called for one message of a connection at a time. */
  handle: ConnectionOptions['handle'];
  /**
   * Gives the negative acknowledgement for a frame that was dropped, or for a message whose handler threw. Nothing
   * given: a dropped frame goes unanswered, and a handler that threw costs the connection.
   */
  refuse?: ConnectionOptions['refuse'];
  onFault?: ConnectionOptions['onFault'];
  /** For metrics. No hook is given a byte of a message. */
  hooks?: {
    onOpen?(peer: MllpPeer): void;
    onClose?(peer: MllpPeer, reason: CloseReason): void;
    onHandled?: ConnectionOptions['onHandled'];
    /** A connection over `maxConnections` was turned away. */
    onTurnedAway?(): void;
    /** A connection could not be accepted, by the error's code (`EMFILE` …). The listener goes on. */
    onAcceptFailed?(code: string): void;
  };
};

export type MllpServer = {
  /** @throws the socket's error (EADDRINUSE, EACCES …) when the address cannot be had. */
  listen(): Promise<{ port: number }>;
  /**
   * Takes no more connections, lets each finish and answer the message in hand, and cuts what is left after
   * `deadlineMs` milliseconds. May be called again.
   */
  close(deadlineMs: number): Promise<void>;
};

const DEFAULT_MAX_MESSAGE_BYTES = 1 << 20;

/** Gives an MLLP server (HL7 v2, transport specification for MLLP release 1). It knows frames, not HL7. */
export function createMllpServer(options: MllpServerOptions): MllpServer {
  const connections = new Map<MllpConnection, Promise<void>>();
  const { hooks } = options;
  let count = 0;
  let closing: Promise<void> | undefined;

  // A sender may shut its side down after its last message and still wait for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    count += 1;
    const peer: MllpPeer = { id: `mllp-${count}`, address: socket.remoteAddress ?? '' };
    const connection = serveConnection(socket, peer, {
      maxMessageBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
      idleTimeoutMs: options.idleTimeoutMs,
      halfMessageTimeoutMs: options.halfMessageTimeoutMs,
      handle: options.handle,
      refuse: options.refuse,
      onFault: options.onFault,
      onHandled: hooks?.onHandled,
    });
    hooks?.onOpen?.(peer);
    const gone = connection.closed.then((reason) => {
      connections.delete(connection);
      hooks?.onClose?.(peer, reason);
    });
    connections.set(connection, gone);
    if (closing) connection.finish('shutdown');
  });
  server.maxConnections = options.maxConnections;
  server.on('drop', () => hooks?.onTurnedAway?.());

  async function shutDown(deadlineMs: number): Promise<void> {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of connections.keys()) connection.finish('shutdown');
    const deadline = setTimeout(() => {
      for (const connection of connections.keys()) connection.destroy();
    }, deadlineMs);
    await stopped;
    await Promise.all(connections.values());
    clearTimeout(deadline);
  }

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          server.off('error', reject);
          // An accept that fails (no file descriptors left) must not end the process; the next may succeed.
          server.on('error', (error: NodeJS.ErrnoException) =>
            hooks?.onAcceptFailed?.(error.code ?? 'unknown'),
          );
          const address = server.address();
          resolve({ port: typeof address === 'object' && address !== null ? address.port : options.port });
        });
      }),
    close(deadlineMs) {
      closing ??= shutDown(deadlineMs);
      return closing;
    },
  };
}

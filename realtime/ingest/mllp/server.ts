import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import {
  type CloseReason,
  type ConnectionOptions,
  type MllpConnection,
  type MllpPeer,
  serveConnection,
} from './connection.ts';
import { createAddresses, createGate } from './limits.ts';
import { secureContextOf, type TlsIdentity } from './tls.ts';

export type MllpServerOptions = {
  host: string;
  /** 0 takes a free port; `listen` tells which. */
  port: number;
  maxConnections: number;
  /** How many of them may come from one address; as many as there may be, unless told. */
  maxConnectionsPerAddress?: number;
  /** How many messages may be in hand over all connections; 64 unless told. The others wait unread. */
  maxInHand?: number;
  /** How many messages a second are taken of one connection; 1,000 unless told. */
  maxMessagesPerSecond?: number;
  /** Given: this listener speaks TLS, and with its `ca` asks clients for a certificate of it. */
  tls?: TlsIdentity;
  /** How long a TLS handshake may take; 10 s unless told. */
  handshakeTimeoutMs?: number;
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
    /** A connection over `maxConnections`, or over what its address may have, was turned away. */
    onTurnedAway?(): void;
    /** A TLS handshake failed, by the error's code; the connection is closed. */
    onHandshakeFailed?(code: string): void;
    /** A connection could not be accepted, by the error's code (`EMFILE` …). The listener goes on. */
    onAcceptFailed?(code: string): void;
  };
};

export type MllpServer = {
  /** @throws the socket's error (EADDRINUSE, EACCES …) when the address cannot be had. */
  listen(): Promise<{ port: number }>;
  /** Presents another certificate from now on; connections that stand keep theirs. Nothing without TLS. */
  renew(tls: TlsIdentity): void;
  /**
   * Takes no more connections, lets each finish and answer the message in hand, and cuts what is left after
   * `deadlineMs` milliseconds. May be called again.
   */
  close(deadlineMs: number): Promise<void>;
};

const DEFAULT_MAX_MESSAGE_BYTES = 1 << 20;
const DEFAULT_MESSAGES_PER_SECOND = 1_000;
const DEFAULT_IN_HAND = 64;
const DEFAULT_HANDSHAKE_MS = 10_000;

type Listener = { server: Server; renew(tls: TlsIdentity): void };

/** A sender may shut its side down after its last message and still wait for the answer: hence half-open. */
function createListener(
  options: MllpServerOptions,
  welcome: (socket: Socket) => void,
  shaking: Set<Socket>,
): Listener {
  const { tls, hooks } = options;
  if (tls === undefined) {
    return { server: createServer({ allowHalfOpen: true }, welcome), renew: () => undefined };
  }
  const server = createTlsServer(
    {
      ...secureContextOf(tls),
      allowHalfOpen: true,
      handshakeTimeout: options.handshakeTimeoutMs ?? DEFAULT_HANDSHAKE_MS,
      requestCert: tls.ca !== undefined,
      rejectUnauthorized: tls.ca !== undefined,
    },
    welcome,
  );
  server.on('connection', (socket: Socket) => {
    shaking.add(socket);
    socket.once('close', () => shaking.delete(socket));
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    hooks?.onHandshakeFailed?.(error.code ?? 'unknown');
    socket.destroy();
  });
  return { server, renew: (renewed) => server.setSecureContext(secureContextOf(renewed)) };
}

function certificateOf(socket: Socket): MllpPeer['certificate'] {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return (
    certificate && {
      subject: certificate.subject.split('\n').join(', '),
      fingerprint256: certificate.fingerprint256,
    }
  );
}

/** Gives an MLLP server (HL7 v2, transport specification for MLLP release 1). It knows frames, not HL7. */
export function createMllpServer(options: MllpServerOptions): MllpServer {
  const connections = new Map<MllpConnection, Promise<void>>();
  const { hooks } = options;
  const addresses = createAddresses(options.maxConnectionsPerAddress ?? options.maxConnections);
  const gate = createGate(options.maxInHand ?? DEFAULT_IN_HAND);
  /** Those whose handshake is not done: they are no connections yet. */
  const sockets = new Set<Socket>();
  let count = 0;
  let closing: Promise<void> | undefined;

  function welcome(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if (!addresses.enter(address)) {
      hooks?.onTurnedAway?.();
      socket.destroy();
      return;
    }
    count += 1;
    const certificate = certificateOf(socket);
    const peer: MllpPeer = { id: `mllp-${count}`, address, ...(certificate && { certificate }) };
    const connection = serveConnection(socket, peer, {
      maxMessageBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
      idleTimeoutMs: options.idleTimeoutMs,
      halfMessageTimeoutMs: options.halfMessageTimeoutMs,
      maxMessagesPerSecond: options.maxMessagesPerSecond ?? DEFAULT_MESSAGES_PER_SECOND,
      handle: (bytes, from) => gate.pass(() => options.handle(bytes, from)),
      refuse: options.refuse,
      onFault: options.onFault,
      onHandled: hooks?.onHandled,
    });
    hooks?.onOpen?.(peer);
    const gone = connection.closed.then((reason) => {
      addresses.leave(address);
      connections.delete(connection);
      hooks?.onClose?.(peer, reason);
    });
    connections.set(connection, gone);
    if (closing) connection.finish('shutdown');
  }

  const { server, renew } = createListener(options, welcome, sockets);
  server.maxConnections = options.maxConnections;
  server.on('drop', () => hooks?.onTurnedAway?.());

  async function shutDown(deadlineMs: number): Promise<void> {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of connections.keys()) connection.finish('shutdown');
    const deadline = setTimeout(() => {
      for (const connection of connections.keys()) connection.destroy();
      for (const socket of sockets) socket.destroy();
    }, deadlineMs);
    await stopped;
    await Promise.all(connections.values());
    clearTimeout(deadline);
  }

  return {
    renew,
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

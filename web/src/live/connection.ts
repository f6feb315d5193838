import { io, type Socket } from 'socket.io-client';
import { refusalSchema } from '#domain/errors.ts';
import { drainSchema } from '#domain/protocol.ts';

/** The one socket of a page, kept connected while somebody is signed in. */
export interface Connection {
  /** Sends a message and gives its acknowledgement; rejects where none comes in time or there is no connection. */
  ask(name: string, payload: unknown): Promise<unknown>;
  isOpen(): boolean;
  open(): void;
  /** A new token is there: the open connection gets it, one that was refused for want of it tries again. */
  renewed(token: string): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly token: () => string | undefined;
  /** Asks for a new token, which comes by `renewed` as soon as there is one. */
  readonly refresh: () => void;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  /** The server spoke unasked. That it refuses what it is asked does not say that it knows what is new. */
  readonly onHeard: () => void;
  readonly on: Readonly<
    Record<'event' | 'heads' | 'signal' | 'revoked' | 'rights', (payload: unknown) => void>
  >;
}

const answerWithinMs = 10_000;
const retryMs = 1_000;
const mostRetryMs = 30_000;
/** Heads come every 2 s: a connection this silent is dead, however long its pings may take to tell. */
const silentMs = 10_000;
const mostSilentMs = 80_000;

export function createConnection(options: ConnectionOptions): Connection {
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Refused tokens in a row; and whether the connection waits for another. */
  let refused = 0;
  let wantsToken = false;
  /** Connections in a row that were given up because nothing came. */
  let silences = 0;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const socket: Socket = io(options.url, {
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    auth: (give) => give({ token: options.token() ?? '' }),
    // Random, so that a thousand screens do not come back in the same moment.
    reconnectionDelay: 500,
    reconnectionDelayMax: 4_000,
    randomizationFactor: 0.7,
    timeout: 5_000,
  });

  function connectLater(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (wanted && !socket.connected) socket.connect();
    }, ms);
  }

  function awaitWord(): void {
    clearTimeout(silence);
    // Longer each time: a server that has nothing to say must not also be called by every screen at once.
    const most = Math.min(mostSilentMs, silentMs * 2 ** silences) * (1 + Math.random() / 2);
    silence = setTimeout(() => {
      silences += 1;
      if (wanted && socket.connected) socket.disconnect().connect();
    }, most);
  }

  socket.on('connect', () => {
    awaitWord();
    refused = 0;
    wantsToken = false;
    // What was to be left is left.
    clearTimeout(timer);
    options.onHeard();
    options.onOpen();
  });
  socket.on('disconnect', (reason) => {
    clearTimeout(silence);
    options.onClose();
    // The library comes back by itself from everything but this.
    if (reason === 'io server disconnect' && wanted) connectLater(retryMs * Math.random());
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (socket.active) return;
    // Refused rather than not reached: the library does not try again, whatever the refusal looks like.
    const code = refusalSchema.safeParse(error.data).data?.code ?? error.message;
    if (code !== 'unauthenticated') return connectLater(retryMs * (1 + Math.random()));
    wantsToken = true;
    options.refresh();
  });
  socket.on('drain', (payload: unknown) => {
    const { within = 0 } = drainSchema.safeParse(payload).data ?? {};
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (wanted) socket.disconnect().connect();
    }, Math.random() * within);
  });
  socket.onAny(() => {
    silences = 0;
    awaitWord();
    options.onHeard();
  });
  socket.on('event', options.on.event);
  socket.on('heads', options.on.heads);
  socket.on('signal', options.on.signal);
  socket.on('revoked', options.on.revoked);
  socket.on('rights', options.on.rights);

  async function ask(name: string, payload: unknown): Promise<unknown> {
    if (!socket.connected) throw new Error('there is no connection');
    return socket.timeout(answerWithinMs).emitWithAck(name, payload);
  }

  return {
    ask,
    isOpen: () => socket.connected,
    renewed(token) {
      if (socket.connected) ask('token', { token }).catch(() => undefined);
      if (!wantsToken) return;
      wantsToken = false;
      // Where new tokens are refused as well, asking faster would only burn them.
      connectLater(refused === 0 ? 0 : Math.min(mostRetryMs, retryMs * 2 ** refused) * (0.5 + Math.random()));
      refused += 1;
    },
    open() {
      wanted = true;
      refused = 0;
      wantsToken = false;
      socket.connect();
    },
    close() {
      wanted = false;
      clearTimeout(timer);
      clearTimeout(silence);
      socket.disconnect();
    },
  };
}

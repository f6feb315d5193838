import { io, type Socket } from 'socket.io-client';
import { refusalSchema } from '#domain/errors.ts';
import { drainSchema } from '#domain/protocol.ts';

/** The one socket of a page, kept connected while somebody is signed in. */
export interface Connection {
  /** Sends a message and gives its acknowledgement; rejects where none comes in time or there is no connection. */
  ask(name: string, payload: unknown): Promise<unknown>;
  isOpen(): boolean;
  open(): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly token: () => string | undefined;
  /** Takes a new token; false where there is none to be had. */
  readonly refresh: () => Promise<boolean>;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  /** Anything at all that the server sent. */
  readonly onHeard: () => void;
  readonly on: Readonly<Record<'event' | 'heads' | 'revoked', (payload: unknown) => void>>;
}

const answerWithinMs = 10_000;
const retryMs = 1_000;

export function createConnection(options: ConnectionOptions): Connection {
  let wanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const socket: Socket = io(options.url, {
    transports: ['websocket'],
    autoConnect: false,
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

  socket.on('connect', options.onOpen);
  socket.on('disconnect', (reason) => {
    options.onClose();
    // The library comes back by itself from everything but this.
    if (reason === 'io server disconnect' && wanted) connectLater(retryMs * Math.random());
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    // Refused rather than not reached: the library does not try again.
    const refusal = refusalSchema.safeParse(error.data);
    if (!refusal.success) return;
    if (refusal.data.code !== 'unauthenticated') return connectLater(retryMs * (1 + Math.random()));
    options.refresh().then(
      (renewed) => renewed && connectLater(0),
      () => connectLater(retryMs),
    );
  });
  socket.on('drain', (payload: unknown) => {
    const { within = 0 } = drainSchema.safeParse(payload).data ?? {};
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (wanted) socket.disconnect().connect();
    }, Math.random() * within);
  });
  socket.onAny(options.onHeard);
  socket.on('event', options.on.event);
  socket.on('heads', options.on.heads);
  socket.on('revoked', options.on.revoked);

  return {
    async ask(name, payload) {
      if (!socket.connected) throw new Error('there is no connection');
      const answer: unknown = await socket.timeout(answerWithinMs).emitWithAck(name, payload);
      options.onHeard();
      return answer;
    },
    isOpen: () => socket.connected,
    open() {
      wanted = true;
      socket.connect();
    },
    close() {
      wanted = false;
      clearTimeout(timer);
      socket.disconnect();
    },
  };
}

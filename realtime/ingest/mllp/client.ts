import { connect, type Socket } from 'node:net';
import { createFrameDecoder, frame } from './framing.ts';

export type MllpClientOptions = {
  host: string;
  port: number;
  /** Default 5 s. */
  connectTimeoutMs?: number;
  /** How long an acknowledgement may take; default 30 s. After it the connection is given up. */
  ackTimeoutMs?: number;
};

export type MllpClient = {
  /**
   * Sends one message (UTF-8) and gives its acknowledgement. Calls wait for each other: MLLP has one message
   * under way at a time.
   * @throws MllpClientError when the connection is lost or the acknowledgement is late; the message may have arrived.
   */
  send(message: string): Promise<string>;
  /** Ends the connection; resolves when it is closed. */
  close(): Promise<void>;
};

const MAX_ACK_BYTES = 1 << 20;

/** `refused`: no connection; `closed`: it was lost; `timeout`: no answer in time; `garbled`: not an MLLP answer. */
export class MllpClientError extends Error {
  readonly code: 'refused' | 'closed' | 'timeout' | 'garbled';

  constructor(code: MllpClientError['code']) {
    super(`MLLP connection: ${code}`);
    this.name = 'MllpClientError';
    this.code = code;
  }
}

function open(options: MllpClientOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: options.host, port: options.port, noDelay: true });
    const fail = (code: 'refused' | 'timeout') => (): void => {
      clearTimeout(patience);
      socket.destroy();
      reject(new MllpClientError(code));
    };
    const patience = setTimeout(fail('timeout'), options.connectTimeoutMs ?? 5_000);
    const refused = fail('refused');
    socket.once('error', refused);
    socket.once('connect', () => {
      clearTimeout(patience);
      socket.off('error', refused);
      resolve(socket);
    });
  });
}

/**
 * Opens an MLLP connection.
 * @throws MllpClientError `refused` or `timeout` when there is none to be had.
 */
export async function connectMllp(options: MllpClientOptions): Promise<MllpClient> {
  const socket = await open(options);
  const decoder = createFrameDecoder({ maxMessageBytes: MAX_ACK_BYTES });
  let waiting: { resolve(ack: string): void; reject(error: MllpClientError): void } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const gone = new Promise<void>((resolve) => {
    socket.once('close', () => {
      waiting?.reject(new MllpClientError('closed'));
      resolve();
    });
  });

  function giveUp(code: MllpClientError['code']): void {
    waiting?.reject(new MllpClientError(code));
    // An answer that comes late would be taken for the next message's.
    socket.destroy();
  }

  // 'close' follows every error, and is where it is handled.
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    for (const found of decoder.push(chunk)) {
      if (found.kind === 'fault' || waiting === undefined) return giveUp('garbled');
      waiting.resolve(found.bytes.toString('utf8'));
      waiting = undefined;
    }
  });

  async function exchange(message: string): Promise<string> {
    if (socket.destroyed || !socket.writable) throw new MllpClientError('closed');
    const patience = setTimeout(() => giveUp('timeout'), options.ackTimeoutMs ?? 30_000);
    try {
      return await new Promise<string>((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(frame(Buffer.from(message, 'utf8')));
      });
    } finally {
      waiting = undefined;
      clearTimeout(patience);
    }
  }

  return {
    send(message) {
      const sent = turn.then(() => exchange(message));
      turn = sent.catch(() => undefined);
      return sent;
    },
    close() {
      socket.end();
      const patience = setTimeout(() => socket.destroy(), 1_000);
      return gone.finally(() => clearTimeout(patience));
    },
  };
}

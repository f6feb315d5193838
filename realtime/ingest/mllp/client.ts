import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createFrameDecoder, frame } from './framing.ts';

export type MllpClientOptions = {
  host: string;
  port: number;
  /** Default 5 s. */
  connectTimeoutMs?: number;
  /** How long an acknowledgement may take; default 30 s. After it the connection is given up. */
  ackTimeoutMs?: number;
  /** Given: the connection is TLS, 1.2 or later. */
  tls?: MllpClientTls;
};

/** In PEM. Without `ca` the server's certificate must be of an authority this system trusts. */
export type MllpClientTls = { ca?: Buffer; cert?: Buffer; key?: Buffer };

export type MllpClient = {
  /**
   * Sends one message (UTF-8) and gives its acknowledgement. Calls wait for each other: MLLP has one message
   * under way at a time.
   * @throws MllpClientError when the connection is lost or the acknowledgement is late; the message may have arrived.
   */
  send(message: string): Promise<string>;
  /** The same in bytes, whatever set they are in. */
  exchange(message: Buffer): Promise<Buffer>;
  /** Ends the connection; resolves when it is closed. */
  close(): Promise<void>;
};

const MAX_ACK_BYTES = 1 << 20;

/** `refused`: no connection; `untrusted`: one whose certificate is not trusted, or that does not trust ours; `closed`: it was lost; `timeout`: no answer in time; `garbled`: not an MLLP answer. */
export class MllpClientError extends Error {
  readonly code: 'refused' | 'untrusted' | 'closed' | 'timeout' | 'garbled';

  constructor(code: MllpClientError['code']) {
    super(`MLLP connection: ${code}`);
    this.name = 'MllpClientError';
    this.code = code;
  }
}

function dial({ host, port, tls }: MllpClientOptions): Socket {
  if (tls === undefined) return connect({ host, port, noDelay: true });
  // RFC 6066: an address is no server name.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, ...tls, ...name, minVersion: 'TLSv1.2' });
}

function open(options: MllpClientOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = dial(options);
    const fail = (code: 'refused' | 'untrusted' | 'timeout'): void => {
      clearTimeout(patience);
      socket.destroy();
      reject(new MllpClientError(code));
    };
    const patience = setTimeout(() => fail('timeout'), options.connectTimeoutMs ?? 5_000);
    const refused = ({ code = '' }: NodeJS.ErrnoException): void =>
      fail(/^(?:ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EADDR)/.test(code) ? 'refused' : 'untrusted');
    socket.once('error', refused);
    socket.once(options.tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(patience);
      socket.off('error', refused);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/**
 * Opens an MLLP connection.
 * @throws MllpClientError `refused`, `untrusted` or `timeout` when there is none to be had.
 */
export async function connectMllp(options: MllpClientOptions): Promise<MllpClient> {
  const socket = await open(options);
  const decoder = createFrameDecoder({ maxMessageBytes: MAX_ACK_BYTES });
  let waiting: { resolve(ack: Buffer): void; reject(error: MllpClientError): void } | undefined;
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
      waiting.resolve(found.bytes);
      waiting = undefined;
    }
  });

  async function exchange(message: Buffer): Promise<Buffer> {
    if (socket.destroyed || !socket.writable) throw new MllpClientError('closed');
    const patience = setTimeout(() => giveUp('timeout'), options.ackTimeoutMs ?? 30_000);
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(frame(message));
      });
    } finally {
      waiting = undefined;
      clearTimeout(patience);
    }
  }

  function inTurn(message: Buffer): Promise<Buffer> {
    const sent = turn.then(() => exchange(message));
    turn = sent.catch(() => undefined);
    return sent;
  }

  return {
    send: async (message) => (await inTurn(Buffer.from(message, 'utf8'))).toString('utf8'),
    exchange: inTurn,
    close() {
      socket.end();
      const patience = setTimeout(() => socket.destroy(), 1_000);
      return gone.finally(() => clearTimeout(patience));
    },
  };
}

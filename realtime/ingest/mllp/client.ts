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

export type ExpectedAnswers = {
  /** Whether these are all; one is enough unless told. */
  isEnough?(answers: readonly Buffer[]): boolean;
  /** Given: silence of so many ms means that there is no (further) answer. Else it is an answer that is late. */
  quietMs?: number;
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
  /** The same in bytes, whatever set they are in, and with as many answers as the message asks for (chapter 2.9). */
  exchange(message: Buffer, expected?: ExpectedAnswers): Promise<readonly Buffer[]>;
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
  let waiting: { take(answer: Buffer): void; reject(error: MllpClientError): void } | undefined;
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
      waiting.take(found.bytes);
    }
  });

  async function exchange(message: Buffer, expected: ExpectedAnswers = {}): Promise<readonly Buffer[]> {
    if (socket.destroyed || !socket.writable) throw new MllpClientError('closed');
    const { isEnough = (answers) => answers.length > 0, quietMs } = expected;
    const answers: Buffer[] = [];
    let patience: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const listen = (): void => {
          clearTimeout(patience);
          if (isEnough(answers)) {
            resolve();
            return;
          }
          const late = quietMs === undefined ? (): void => giveUp('timeout') : resolve;
          patience = setTimeout(late, quietMs ?? options.ackTimeoutMs ?? 30_000);
        };
        const take = (answer: Buffer): void => {
          answers.push(answer);
          listen();
        };
        waiting = { take, reject };
        socket.write(frame(message), () => listen());
      });
      return answers;
    } finally {
      waiting = undefined;
      clearTimeout(patience);
    }
  }

  function inTurn(message: Buffer, expected?: ExpectedAnswers): Promise<readonly Buffer[]> {
    const sent = turn.then(() => exchange(message, expected));
    turn = sent.catch(() => undefined);
    return sent;
  }

  return {
    send: async (message) => String((await inTurn(Buffer.from(message, 'utf8')))[0] ?? ''),
    exchange: inTurn,
    close() {
      socket.end();
      const patience = setTimeout(() => socket.destroy(), 1_000);
      return gone.finally(() => clearTimeout(patience));
    },
  };
}

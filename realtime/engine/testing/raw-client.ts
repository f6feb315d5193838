import { connect, type Socket } from 'node:net';

/** A TCP client that says exactly the bytes it is told to. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #closed = false;
  readonly #hearers = new Set<() => void>();

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true });
    this.socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    // A reset says what the close after it says.
    this.socket.on('error', () => {});
    this.socket.once('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** What has come, once it contains this text or the connection has closed. */
  async until(text: string): Promise<string> {
    for (;;) {
      const received = this.#received.toString('latin1');
      if (received.includes(text) || this.#closed) return received;
      await this.#change();
    }
  }

  /** Everything that came until the connection closed. */
  async untilClosed(): Promise<string> {
    while (!this.#closed) await this.#change();
    return this.#received.toString('latin1');
  }

  /** Opens a Socket.IO connection by hand, joins the room, and from then on reads nothing. */
  async joinAndStall(room: string): Promise<void> {
    this.send(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await this.until('"sid"');
    this.send(textFrame('40'));
    await this.until('40{');
    this.send(textFrame(`420["join","${room}"]`));
    await this.until('430[]');
    this.socket.pause();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#hearers.add(resolve);
    });
  }

  #wake(): void {
    for (const hear of this.#hearers) hear();
    this.#hearers.clear();
  }
}

/** A text frame of a client, masked with zeros. */
function textFrame(text: string): Buffer {
  const content = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | content.length, 0, 0, 0, 0]), content]);
}

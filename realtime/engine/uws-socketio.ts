import type { HttpRequest, HttpResponse, TemplatedApp, us_socket_context_t, WebSocket } from 'uWebSockets.js';
import type { HeaderList } from './http-request.ts';
import { SocketBufferExceeded } from './socket-buffer.ts';
import { headersOf } from './uws-fetch.ts';
import { UwsResponse } from './uws-response.ts';

/** What Engine.IO's transport for uWebSockets.js offers. */
interface Transport {
  emit(event: 'error', error: Error): unknown;
  onClose(): void;
}

/** What Engine.IO's server for uWebSockets.js registers, as far as it is used here. */
interface Behaviour {
  maxPayloadLength: number;
  upgrade(response: UwsResponse, request: HeldRequest, context: us_socket_context_t): void;
  open(socket: HeldWebSocket): void;
  message(socket: HeldWebSocket, message: ArrayBuffer, isBinary: boolean): void;
  close(socket: HeldWebSocket, code: number, message: ArrayBuffer): void;
}

/** A request of uWebSockets.js that may be held on to: Engine.IO reads it after `allowRequest` has decided. */
class HeldRequest {
  readonly #method: string;
  readonly #url: string;
  readonly #query: string;
  readonly #headers: [name: string, value: string][];

  constructor(raw: HttpRequest) {
    this.#method = raw.getMethod();
    this.#url = raw.getUrl();
    this.#query = raw.getQuery() ?? '';
    this.#headers = headersOf(raw);
  }

  getMethod(): string {
    return this.#method;
  }

  getUrl(): string {
    return this.#url;
  }

  getQuery(): string {
    return this.#query;
  }

  getHeader(name: string): string {
    return this.#headers.find(([key]) => key === name)?.[1] ?? '';
  }

  forEach(hear: (name: string, value: string) => void): void {
    for (const [name, value] of this.#headers) hear(name, value);
  }
}

/** A WebSocket of uWebSockets.js that may be touched after it has closed, when the raw one throws. */
class HeldWebSocket {
  readonly #raw: WebSocket<Upgraded>;
  readonly #transport: Transport;
  readonly #maxBufferBytes: number;
  #state: 'open' | 'too slow' | 'closed' = 'open';
  #judging = false;

  constructor(raw: WebSocket<Upgraded>, transport: Transport, maxBufferBytes: number) {
    this.#raw = raw;
    this.#transport = transport;
    this.#maxBufferBytes = maxBufferBytes;
  }

  getUserData(): { transport: Transport } {
    return { transport: this.#transport };
  }

  send(message: string | Uint8Array, isBinary?: boolean): void {
    if (this.#state !== 'open') return;
    const wentOut = this.#raw.send(message, isBinary, false) === SENT;
    if (wentOut || this.#judging) return;
    // Not here: Engine.IO is in the midst of sending.
    this.#judging = true;
    setImmediate(() => {
      this.#judging = false;
      this.closeIfSlow();
    });
  }

  subscribe(topic: string): void {
    if (this.#state === 'open') this.#raw.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    if (this.#state === 'open') this.#raw.unsubscribe(topic);
  }

  end(): void {
    // An orderly close waits behind the bytes that nobody reads.
    if (this.#state === 'too slow') this.#raw.close();
    if (this.#state === 'open') this.#raw.end();
  }

  closeIfSlow(): void {
    if (this.#state !== 'open' || this.#raw.getBufferedAmount() <= this.#maxBufferBytes) return;
    this.#state = 'too slow';
    // Engine.IO closes the transport on an error, and so calls `end`.
    this.#transport.emit('error', new SocketBufferExceeded(this.#maxBufferBytes));
  }

  closed(): void {
    this.#state = 'closed';
  }
}

interface Upgraded {
  readonly link: { readonly transport: Transport; socket?: HeldWebSocket };
}

const SENT = 1;

/**
 * Stands before a uWebSockets.js app in `io.attachApp`, so that what Engine.IO is given may be held on to and is
 * bounded. A native publish does not say who was slow, so all sockets are looked at each time that the bound has
 * been published: none can have gathered twice the bound in between, and at twice the bound stands the binary's own
 * limit. That one closes too (Socket.IO's default skips the reader silently), but may let a later message through
 * first (uNetworking/uWebSockets #1338), so only a burst within one turn should ever meet it.
 */
export class SocketIoApp {
  readonly #app: TemplatedApp;
  readonly #limits: { maxBufferBytes: number; idleSeconds: number };
  readonly #headers: () => HeaderList;
  readonly #sockets = new Set<HeldWebSocket>();
  #publishedBytes = 0;

  constructor(
    app: TemplatedApp,
    limits: { maxBufferBytes: number; idleSeconds: number },
    headers: () => HeaderList,
  ) {
    this.#app = app;
    this.#limits = limits;
    this.#headers = headers;
  }

  any(path: string, handle: (response: UwsResponse, request: HeldRequest) => void): this {
    this.#app.any(path, (response: HttpResponse, request: HttpRequest) =>
      handle(new UwsResponse(response, this.#headers()), new HeldRequest(request)),
    );
    return this;
  }

  publish(topic: string, message: string | Uint8Array, isBinary: boolean): boolean {
    const before = this.#publishedBytes;
    this.#publishedBytes += Buffer.byteLength(message);
    const { maxBufferBytes } = this.#limits;
    if (before < maxBufferBytes && this.#publishedBytes >= maxBufferBytes)
      setImmediate(() => this.#closeSlow());
    return this.#app.publish(topic, message, isBinary, false);
  }

  ws(path: string, inner: Behaviour): this {
    this.#app.ws<Upgraded>(path, {
      compression: 0,
      maxPayloadLength: inner.maxPayloadLength,
      maxBackpressure: 2 * this.#limits.maxBufferBytes,
      closeOnBackpressureLimit: 1,
      idleTimeout: this.#limits.idleSeconds,
      // Engine.IO has its own.
      sendPingsAutomatically: false,
      upgrade: (response, request, context) =>
        inner.upgrade(new UpgradeResponse(response, this.#headers()), new HeldRequest(request), context),
      open: (raw) => {
        const { link } = raw.getUserData();
        link.socket = new HeldWebSocket(raw, link.transport, this.#limits.maxBufferBytes);
        this.#sockets.add(link.socket);
        inner.open(link.socket);
      },
      message: (raw, message, isBinary) => {
        const { socket } = raw.getUserData().link;
        // Engine.IO passes binary on without a copy, and the binary takes its memory back when this returns.
        if (socket) inner.message(socket, isBinary ? message.slice(0) : message, isBinary);
      },
      close: (raw, code, message) => {
        const { socket } = raw.getUserData().link;
        if (!socket) return;
        this.#sockets.delete(socket);
        socket.closed();
        inner.close(socket, code, message);
      },
    });
    return this;
  }

  #closeSlow(): void {
    this.#publishedBytes = 0;
    for (const socket of this.#sockets) socket.closeIfSlow();
  }
}

class UpgradeResponse extends UwsResponse {
  /** Engine.IO's part of an upgrade. A client that has gone meanwhile is closed, or it would stay until its ping. */
  override upgrade<Data>(
    data: Data & { transport: Transport },
    key: string,
    protocol: string,
    extensions: string,
    context: us_socket_context_t,
  ): void {
    const upgraded: Upgraded = { link: { transport: data.transport } };
    if (this.usable) super.upgrade(upgraded, key, protocol, extensions, context);
    else data.transport.onClose();
  }
}

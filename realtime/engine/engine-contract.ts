import type { Server, ServerOptions } from 'socket.io';
import type { ClientAddresses } from './client-address.ts';
import type { HeaderList } from './http-request.ts';

export type EngineName = 'uws' | 'node';

export interface ClientAddress {
  /** The client's IP; a v4-mapped v6 address is given as v4. Behind a proxy that is not trusted it is the proxy's. */
  readonly address: string;
}

export interface EngineOptions {
  /** `auto`: uWebSockets.js where its binary loads, otherwise node. */
  prefer: 'auto' | EngineName;
  /**
   * Answers every request outside Socket.IO's path. The body has arrived whole; `request.signal` aborts when the
   * client goes before the answer is through.
   */
  fetch(request: Request, client: ClientAddress): Response | Promise<Response>;
  /** A larger body is answered 413, and what follows of it is thrown away unread. */
  maxRequestBytes: number;
  /** How long headers and body may take to arrive. uWebSockets.js gives headers 10 s whatever stands here. */
  requestTimeoutMs: number;
  /**
   * Socket.IO's options. `cors` only adds headers: a browser does not apply it to WebSockets, so the Origin is to be
   * judged in `allowRequest(req, decide)`, where both engines give `req.headers.origin` and `req.headers` with
   * lower-case names, and where `decide` may be called later. `req.url` lacks the query on uWebSockets.js. It is
   * asked once a session: an upgrade from long polling carries the session's secret id instead.
   */
  socket: Partial<ServerOptions>;
  /** Bytes that may wait for one slow reader; past it the connection is closed. */
  maxSocketBufferBytes: number;
  /** Headers of every answer, the engine's own refusals and Socket.IO's handshakes included. */
  headers?: () => HeaderList;
  /** Who a client is where proxies stand before us. Unset: whoever the connection comes from. */
  clients?: ClientAddresses;
  /** Hears what `fetch` threw, which the client never sees. */
  onError?(error: unknown): void;
}

export interface Engine {
  readonly name: EngineName;
  readonly io: Server;
  /** Listens, on a free port when `port` is 0. Rejects with `ListenFailed` (its `code` is the system's, such as EADDRINUSE). */
  listen(at: { host: string; port: number }): Promise<{ port: number }>;
  /** Accepts no new connection; those that are open stay. */
  stopListening(): Promise<void>;
  /** Closes sockets, lets requests in progress end, and cuts what remains after `deadlineMs`. Again is the same close. */
  close(deadlineMs: number): Promise<void>;
}

/** uWebSockets.js was asked for by name and does not load. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}

import type { HttpResponse, us_socket_context_t } from 'uWebSockets.js';
import { normalAddress } from './client-address.ts';
import type { HeaderList } from './http-request.ts';

/**
 * A response of uWebSockets.js that may be held on to. The raw one throws at any touch after the client has gone or
 * the answer is through, keeps only its last abort handler, and wants its lines in order inside a cork; Engine.IO
 * respects none of this (socketio/engine.io #705), and what it throws ends the process.
 */
export class UwsResponse {
  readonly address: string;
  readonly #raw: HttpResponse;
  readonly #abortHearers: (() => void)[] = [];
  readonly #headers: [name: string, value: string][] = [];
  /** Written with every answer, unless it says the same by itself. */
  readonly #always: HeaderList;
  #status: string | undefined;
  #headWritten = false;
  #usable = true;

  /** To be made in the route handler itself: a raw response without an abort handler may not outlive it. */
  constructor(raw: HttpResponse, headers: HeaderList = []) {
    this.#raw = raw;
    this.#always = headers;
    this.address = normalAddress(Buffer.from(raw.getRemoteAddressAsText()).toString());
    raw.onAborted(() => {
      this.#usable = false;
      for (const hear of this.#abortHearers) hear();
    });
  }

  /** False once the client has gone or the answer is through. */
  get usable(): boolean {
    return this.#usable;
  }

  getRemoteAddressAsText(): Uint8Array {
    return Buffer.from(this.address);
  }

  onAborted(hear: () => void): this {
    this.#abortHearers.push(hear);
    return this;
  }

  onData(hear: (chunk: ArrayBuffer, last: boolean) => void): this {
    if (this.#usable) this.#raw.onData(hear);
    return this;
  }

  onWritable(hear: () => void): this {
    if (!this.#usable) return this;
    this.#raw.onWritable(() => {
      hear();
      return true;
    });
    return this;
  }

  writeStatus(status: string): this {
    this.#status = status;
    return this;
  }

  writeHeader(name: string, value: unknown): this {
    this.#headers.push([name, String(value)]);
    return this;
  }

  write(chunk: Uint8Array): boolean {
    let room = true;
    this.#corked((raw) => {
      this.#flushHead(raw);
      room = raw.write(chunk);
    });
    return room;
  }

  end(body?: string | Uint8Array, close?: boolean): this {
    this.#corked((raw) => {
      this.#usable = false;
      this.#flushHead(raw);
      raw.end(body, close);
    });
    return this;
  }

  endWithoutBody(length: number | undefined): this {
    this.#corked((raw) => {
      this.#usable = false;
      this.#flushHead(raw);
      // Given undefined, the binary would report a length of NaN.
      if (length === undefined) raw.endWithoutBody();
      else raw.endWithoutBody(length);
    });
    return this;
  }

  cork(write: () => void): this {
    if (this.#usable) write();
    return this;
  }

  /** Ends the connection at once. */
  close(): this {
    if (this.#usable) this.#raw.close();
    return this;
  }

  upgrade<Data>(
    data: Data,
    key: string,
    protocol: string,
    extensions: string,
    context: us_socket_context_t,
  ): void {
    this.#corked((raw) => {
      this.#usable = false;
      this.#flushHead(raw);
      raw.upgrade(data, key, protocol, extensions, context);
    });
  }

  #corked(write: (raw: HttpResponse) => void): void {
    if (this.#usable) this.#raw.cork(() => write(this.#raw));
  }

  #flushHead(raw: HttpResponse): void {
    if (this.#status !== undefined) raw.writeStatus(this.#status);
    if (!this.#headWritten) {
      const said = new Set(this.#headers.map(([name]) => name.toLowerCase()));
      for (const [name, value] of this.#always) if (!said.has(name)) raw.writeHeader(name, value);
      this.#headWritten = true;
    }
    for (const [name, value] of this.#headers) raw.writeHeader(name, value);
    this.#status = undefined;
    this.#headers.length = 0;
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { normalAddress } from './client-address.ts';
import type { Wire } from './http-exchange.ts';
import type { HeaderList, RequestHead } from './http-request.ts';
import type { ResponseHead } from './http-response.ts';

/** A request of node:http as a `Wire`. */
export class NodeWire implements Wire {
  readonly head: RequestHead;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const gone = new AbortController();
    this.signal = gone.signal;
    this.#request = request;
    this.#response = response;
    this.address = normalAddress(request.socket.remoteAddress ?? '');
    this.head = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: pairs(request.rawHeaders),
    };
    // A reset is an error on both; the close that follows says all there is to know.
    request.on('error', () => {});
    response.on('error', () => {});
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
  }

  onBody(hear: (chunk: Uint8Array, last: boolean) => void): void {
    this.#request.on('data', (chunk: Buffer) => hear(chunk, false));
    this.#request.once('end', () => hear(new Uint8Array(), true));
  }

  send(head: ResponseHead, body: Uint8Array | undefined, close: boolean): void {
    const length = body?.byteLength ?? head.length;
    const framing: HeaderList = [
      ...(length === undefined ? [] : [['content-length', String(length)] as const]),
      ...(close ? [['connection', 'close'] as const] : []),
    ];
    this.begin({ ...head, headers: [...head.headers, ...framing] });
    this.#response.end(body);
  }

  begin({ status, headers }: ResponseHead): void {
    if (this.signal.aborted) return;
    const response = this.#response;
    // Told to writeHead, of several headers of one name the last alone would go out: some are set on every response already.
    for (const [name] of headers) response.removeHeader(name);
    for (const [name, value] of headers) response.appendHeader(name, value);
    response.writeHead(status);
  }

  write(chunk: Uint8Array): boolean {
    return this.signal.aborted || this.#response.write(chunk);
  }

  drained(): Promise<void> {
    if (this.signal.aborted || !this.#response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#response.once('drain', resolve);
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  finish(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }
}

function pairs(raw: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[2 * index] ?? '',
    raw[2 * index + 1] ?? '',
  ]);
}

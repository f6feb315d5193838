import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Wire } from './http-exchange.ts';
import type { HeaderList, RequestHead } from './http-request.ts';
import type { ResponseHead } from './http-response.ts';
import { UwsResponse } from './uws-response.ts';

/**
 * A request of uWebSockets.js as a `Wire`. To be made in the route handler itself: the raw request is gone with it.
 */
export class UwsWire implements Wire {
  readonly head: RequestHead;
  readonly address: string;
  readonly signal: AbortSignal;
  readonly #response: UwsResponse;
  #wake: (() => void) | undefined;

  constructor(response: HttpResponse, request: HttpRequest, headers: HeaderList) {
    const gone = new AbortController();
    this.signal = gone.signal;
    this.#response = new UwsResponse(response, headers);
    this.address = this.#response.address;
    this.head = {
      method: request.getCaseSensitiveMethod(),
      target: targetOf(request),
      headers: headersOf(request),
    };
    this.#response.onAborted(() => {
      gone.abort();
      this.#wakeUp();
    });
  }

  onBody(hear: (chunk: Uint8Array, last: boolean) => void): void {
    // The memory of a chunk is the binary's, and taken back when this returns.
    this.#response.onData((chunk, last) => hear(new Uint8Array(chunk.slice(0)), last));
  }

  send(head: ResponseHead, body: Uint8Array | undefined, close: boolean): void {
    this.#writeHead(head);
    if (body === undefined) this.#response.endWithoutBody(head.length);
    else this.#response.end(body, close);
  }

  begin(head: ResponseHead): void {
    this.#writeHead(head);
    this.#response.onWritable(() => this.#wakeUp());
  }

  write(chunk: Uint8Array): boolean {
    return this.#response.write(chunk);
  }

  drained(): Promise<void> {
    if (!this.#response.usable) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  finish(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.close();
  }

  #writeHead({ status, headers }: ResponseHead): void {
    this.#response.writeStatus(`${status} ${STATUS_CODES[status] ?? 'Unknown'}`);
    for (const [name, value] of headers) this.#response.writeHeader(name, value);
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** All headers of a request, in their order, lower-case. */
export function headersOf(request: HttpRequest): [name: string, value: string][] {
  const headers: [string, string][] = [];
  request.forEach((name, value) => {
    headers.push([name, value]);
  });
  return headers;
}

function targetOf(request: HttpRequest): string {
  // The types promise a string; without a question mark there is none.
  const query: string | undefined = request.getQuery();
  return query === undefined ? request.getUrl() : `${request.getUrl()}?${query}`;
}

import { directClients } from './client-address.ts';
import type { EngineOptions } from './engine-contract.ts';
import { type BodySource, type IncomingBody, readBody } from './http-body.ts';
import {
  failed,
  type HeaderList,
  PROBLEM_TYPE,
  type Problem,
  problemJson,
  type ReadRequest,
  type RequestHead,
  readHead,
} from './http-request.ts';
import { type ResponseSink, sendResponse } from './http-response.ts';

/** One request on one engine: what arrives of it and what goes back. */
export interface Wire extends BodySource, ResponseSink {
  readonly head: RequestHead;
  readonly address: string;
}

export type ExchangeOptions = Pick<
  EngineOptions,
  'fetch' | 'maxRequestBytes' | 'requestTimeoutMs' | 'onError' | 'clients'
>;

// A client that is told 413 reads the answer only when it may go on sending for a moment: closing under unread
// bytes resets the connection, and the answer is lost with it.
const LINGER_MS = 1_000;

/** Carries one request to `fetch` and its answer back. Resolves when the exchange is over; never rejects. */
export async function exchange(wire: Wire, options: ExchangeOptions): Promise<void> {
  const read = readHead(wire.head);
  const body = readBody(wire, read.bodyBytes, options);
  if (read.problem !== undefined) return refuse(wire, read.problem, body);

  const content = await body.content;
  if (wire.signal.aborted) return;
  if ('problem' in content) return refuse(wire, content.problem, body);

  try {
    await sendResponse(wire, read.method, await answer(wire, read, content.bytes, options));
  } catch (error) {
    options.onError?.(error);
    wire.cut();
  }
}

async function answer(
  { signal, address }: Wire,
  { method, url, headers }: ReadRequest,
  body: Uint8Array<ArrayBuffer> | undefined,
  options: ExchangeOptions,
): Promise<Response> {
  try {
    const request = new Request(url, { method, headers, signal, body: body ?? null });
    const client = (options.clients ?? directClients).of(
      address,
      headers.get('x-forwarded-for') ?? undefined,
    );
    return await options.fetch(request, { address: client });
  } catch (error) {
    // What a handler throws because its client went is nobody's fault.
    if (!signal.aborted) options.onError?.(error);
    return new Response(problemJson(failed), {
      status: failed.status,
      headers: { 'content-type': PROBLEM_TYPE },
    });
  }
}

async function refuse(wire: Wire, problem: Problem, body: IncomingBody): Promise<void> {
  const content = Buffer.from(problemJson(problem));
  const headers: HeaderList = [['content-type', PROBLEM_TYPE]];
  if (body.complete) return wire.send({ status: problem.status, headers }, content, true);

  wire.begin({ status: problem.status, headers: [...headers, ['connection', 'close']] });
  wire.write(content);
  const late = setTimeout(() => wire.cut(), LINGER_MS);
  await body.arrived;
  clearTimeout(late);
  wire.finish();
}

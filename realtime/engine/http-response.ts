import { setImmediate as turn } from 'node:timers/promises';
import { joined } from './http-body.ts';
import type { HeaderList } from './http-request.ts';

export interface ResponseHead {
  readonly status: number;
  /** Without what frames the message: length and encoding. */
  readonly headers: HeaderList;
  /** The length that the answer to a HEAD reports. */
  readonly length?: number | undefined;
}

export interface ResponseSink {
  /** Aborts when the client goes before the answer is through; from then on every call is a no-op. */
  readonly signal: AbortSignal;
  /** Sends a whole answer; `undefined` is none (HEAD, 204, 304). With `close`, the connection ends after it. */
  send(head: ResponseHead, body: Uint8Array | undefined, close: boolean): void;
  /** Begins an answer in chunks. */
  begin(head: ResponseHead): void;
  /** False: wait for `drained` before the next. */
  write(chunk: Uint8Array): boolean;
  /** Resolves when there is room again, or the client has gone. */
  drained(): Promise<void>;
  finish(): void;
  /** Ends the connection at once. */
  cut(): void;
}

const framing = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'trailer',
]);

// What is ready at once is sent with its length, up to here; the rest goes out in chunks.
const MAX_WHOLE_BYTES = 1_048_576;

/**
 * Sends a Fetch response as the answer to a request with this method, reading its body no faster than the client
 * does. Rejects when the body fails half-way; the answer is then unfinished and the connection must be cut.
 */
export async function sendResponse(sink: ResponseSink, method: string, response: Response): Promise<void> {
  const head: ResponseHead = {
    status: response.status,
    headers: [...response.headers].filter(([name]) => !framing.has(name)),
  };
  if (method === 'HEAD' || response.status === 204 || response.status === 304) {
    await response.body?.cancel();
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    return sink.send(
      { ...head, length: method === 'HEAD' && length >= 0 ? length : undefined },
      undefined,
      false,
    );
  }
  if (response.body === null) return sink.send(head, new Uint8Array(), false);
  await sendBody(sink, head, response.body.getReader());
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

async function sendBody(sink: ResponseSink, head: ResponseHead, reader: BodyReader): Promise<void> {
  // A body that waits for its next chunk must hear that nobody listens any more.
  const release = (): void => void reader.cancel().catch(() => {});
  if (sink.signal.aborted) return release();
  sink.signal.addEventListener('abort', release);
  try {
    const start = await readReady(reader);
    if (start.next === undefined) return sink.send(head, joined(start.chunks, start.size), false);

    sink.begin(head);
    for (const chunk of start.chunks) await writeChunk(sink, chunk);
    for (let read = await start.next; !read.done; read = await reader.read()) {
      await writeChunk(sink, read.value);
      if (sink.signal.aborted) return;
    }
    sink.finish();
  } catch (error) {
    release();
    if (!sink.signal.aborted) throw error;
  } finally {
    sink.signal.removeEventListener('abort', release);
  }
}

interface Start {
  chunks: Uint8Array[];
  size: number;
  /** The read in progress, unless the body has ended. */
  next: ReturnType<BodyReader['read']> | undefined;
}

async function readReady(reader: BodyReader): Promise<Start> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const next = reader.read();
    const read = size > MAX_WHOLE_BYTES ? undefined : await Promise.race([next, turn()]);
    if (read === undefined) return { chunks, size, next };
    if (read.done) return { chunks, size, next: undefined };
    chunks.push(bytesOf(read.value));
    size += read.value.byteLength;
  }
}

async function writeChunk(sink: ResponseSink, chunk: Uint8Array): Promise<void> {
  // An empty chunk would end a chunked answer.
  if (bytesOf(chunk).byteLength > 0 && !sink.write(chunk)) await sink.drained();
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('a response body must be made of bytes');
}

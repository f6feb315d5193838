import { type Problem, tooLarge, tooSlow } from './http-request.ts';

export interface BodySource {
  readonly signal: AbortSignal;
  onBody(hear: (chunk: Uint8Array, last: boolean) => void): void;
}

export interface IncomingBody {
  /** The whole body, or why there will be none. Resolves without bytes when the client goes. */
  readonly content: Promise<{ bytes: Uint8Array<ArrayBuffer> | undefined } | { problem: Problem }>;
  /** Whether the last byte has come, also of a body that was refused and is thrown away as it comes. */
  readonly complete: boolean;
  /** Resolves when the last byte has come or the client has gone. */
  readonly arrived: Promise<void>;
}

/**
 * Collects a body of `announced` bytes (undefined: chunked) within the limits. What exceeds them is refused as soon
 * as that is known, and nothing of it is kept.
 */
export function readBody(
  source: BodySource,
  announced: number | undefined,
  limits: { maxRequestBytes: number; requestTimeoutMs: number },
): IncomingBody {
  if (announced === 0) {
    return { content: Promise.resolve({ bytes: undefined }), complete: true, arrived: Promise.resolve() };
  }
  let complete = false;
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });

  const content = new Promise<Awaited<IncomingBody['content']>>((resolve) => {
    let chunks: Uint8Array[] | undefined = [];
    let size = 0;
    const settle = (result: Awaited<IncomingBody['content']>): void => {
      clearTimeout(timer);
      chunks = undefined;
      resolve(result);
    };
    const timer = setTimeout(() => settle({ problem: tooSlow }), limits.requestTimeoutMs);
    if (announced !== undefined && announced > limits.maxRequestBytes) settle({ problem: tooLarge });

    source.signal.addEventListener('abort', () => {
      settle({ bytes: undefined });
      arrive();
    });
    source.onBody((chunk, last) => {
      size += chunk.byteLength;
      if (size > limits.maxRequestBytes) settle({ problem: tooLarge });
      chunks?.push(chunk);
      if (!last) return;
      complete = true;
      settle({ bytes: chunks && joined(chunks, size) });
      arrive();
    });
  });

  return {
    content,
    arrived,
    get complete() {
      return complete;
    },
  };
}

/** The chunks as one array of `size` bytes. */
export function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

import type { ErrorCode } from '#domain/errors.ts';

export type HeaderList = ReadonlyArray<readonly [name: string, value: string]>;

/** A request's first lines as they came; `target` is the path and query of the request line. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
}

/** What the server itself answers, without asking the application. */
export interface Problem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly title: string;
}

export const tooLarge: Problem = { status: 413, code: 'too_large', title: 'the body is too large' };
export const tooSlow: Problem = {
  status: 408,
  code: 'invalid',
  title: 'the request took too long to arrive',
};
export const failed: Problem = { status: 500, code: 'unavailable', title: 'the server failed' };
export const headersTooLarge: Problem = {
  status: 431,
  code: 'too_large',
  title: 'the headers are too large',
};
const methodRefused: Problem = { status: 405, code: 'invalid', title: 'the method is not served' };

/** All bytes of the request's headers; node and uWebSockets.js count their own way, so it is held here once more. */
export const MAX_HEADER_BYTES = 16_384;

export const PROBLEM_TYPE = 'application/problem+json';

/** A problem as RFC 9457 writes it. */
export function problemJson({ status, code, title }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title, status, code });
}

export interface ReadRequest {
  readonly problem?: undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** Bytes that were announced; undefined when the body is chunked, 0 when there is none. */
  readonly bodyBytes: number | undefined;
}

export interface RefusedRequest {
  readonly problem: Problem;
  /** 0 when no body follows. */
  readonly bodyBytes: number | undefined;
}

const bodiless = new Set(['GET', 'HEAD']);
// Fetch knows no Request with these.
const unserved = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Reads a head strictly, the same for both engines: what two readers could understand differently (two hosts, two
 * lengths, a backslash in the path, an encoding beneath the chunks) is refused, since a proxy in front may have read
 * it the other way.
 */
export function readHead(head: RequestHead): ReadRequest | RefusedRequest {
  const read = judgeHead(head);
  if (!('status' in read)) return read;
  const body = head.headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  return { problem: read, bodyBytes: body ? undefined : 0 };
}

function judgeHead(head: RequestHead): ReadRequest | Problem {
  const size = head.headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  if (size > MAX_HEADER_BYTES) return headersTooLarge;
  if (unserved.has(head.method) || !/^[A-Z-]+$/.test(head.method)) return methodRefused;

  let headers: Headers;
  try {
    headers = new Headers(head.headers.map(([name, value]): [string, string] => [name, value]));
  } catch {
    return malformed('a header is not well formed');
  }
  const host = only(head.headers, 'host');
  if (host === undefined) return malformed('there must be one Host');
  if (!/^[\x21\x22\x24-\x5b\x5d-\x7e]*$/.test(head.target)) return malformed('the target is not well formed');
  const url = head.target.startsWith('/') ? urlOf(host, head.target) : undefined;
  if (url === undefined) return malformed('the target or Host is not well formed');

  const length = announcedLength(head.headers);
  if (length === 'malformed') return malformed('the length of the body is not well formed');
  return { method: head.method, url, headers, bodyBytes: bodiless.has(head.method) ? 0 : length };
}

function malformed(title: string): Problem {
  return { status: 400, code: 'invalid', title };
}

function urlOf(host: string, target: string): string | undefined {
  if (!/^[A-Za-z0-9._~:[\]-]+$/.test(host)) return undefined;
  return URL.canParse(`http://${host}${target}`) ? new URL(`http://${host}${target}`).href : undefined;
}

function announcedLength(headers: HeaderList): number | undefined | 'malformed' {
  const lengths = all(headers, 'content-length');
  const encodings = all(headers, 'transfer-encoding');
  if (encodings.length > 0) {
    const plain = encodings.length === 1 && encodings[0]?.toLowerCase() === 'chunked' && lengths.length === 0;
    return plain ? undefined : 'malformed';
  }
  const [length, ...others] = lengths;
  if (length === undefined) return 0;
  return others.length === 0 && /^\d{1,15}$/.test(length) ? Number(length) : 'malformed';
}

function only(headers: HeaderList, name: string): string | undefined {
  const values = all(headers, name);
  return values.length === 1 ? values[0] : undefined;
}

function all(headers: HeaderList, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value.trim());
}

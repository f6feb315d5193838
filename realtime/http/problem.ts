import { STATUS_CODES } from 'node:http';
import { errorStatus, type Refusal, refuse } from '#domain/errors.ts';

/**
 * A refusal as an RFC 9457 problem. `type` is `about:blank`: what tells one problem from another is `code`, which is
 * the same over the socket.
 */
export function problem(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): Response {
  const status = errorStatus[refusal.code];
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code: refusal.code,
    detail: refusal.message,
    // A field at a time: a refusal may carry more than its schema says, and none of that is meant for the client.
    ...(refusal.issues === undefined
      ? {}
      : { issues: refusal.issues.map(({ path, message }) => ({ path, message })) }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
  });
}

/** The answer to whoever sends more than they may: when to try again, in seconds. */
export function tooManyRequests(): Response {
  return problem(refuse('rate_limited', 'too many requests; slow down'), { 'retry-after': '1' });
}

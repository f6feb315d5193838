import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Carrier } from './delivery.ts';

export interface TextSenderOptions {
  readonly url: string;
  /** Shared with whoever sends the text messages: by it they know that it was us. */
  readonly secret: string;
  readonly patienceMs?: number;
  readonly clock?: () => number;
}

/** What the other side answers, with any status in the two hundreds. */
const answerSchema = z.object({ status: z.enum(['accepted', 'rejected']) });
const mostAnswerBytes = 16 * 1024;

/**
 * Sends text messages through an HTTP service: `POST {id, to, text}` as JSON, with `carewall-timestamp` in seconds and
 * `carewall-signature: v1=` HMAC-SHA256 of `timestamp.body`. `id` stays the same when a message is tried again, so that the
 * service sends it once.
 */
export function createTextSender(options: TextSenderOptions): Carrier {
  const { url, secret, patienceMs = 10_000, clock = Date.now } = options;
  return async ({ id, to, text }) => {
    const body = JSON.stringify({ id, to, text });
    const timestamp = String(Math.floor(clock() / 1000));
    let response: Response;
    let answer: string | undefined;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          'carewall-timestamp': timestamp,
          'carewall-signature': `v1=${signText(secret, timestamp, body)}`,
        },
        body,
        // Followed, it would take a telephone number to wherever the answer says.
        redirect: 'error',
        signal: AbortSignal.timeout(patienceMs),
      });
      answer = await bounded(response);
    } catch {
      return { outcome: 'later', why: 'unreachable' };
    }
    if (response.ok) {
      const said = answerSchema.safeParse(parsedJson(answer));
      // Whatever it is that answers there, it is not what we were told.
      if (!said.success) return { outcome: 'later', why: 'refused' };
      return said.data.status === 'accepted' ? { outcome: 'sent' } : { outcome: 'never', why: 'rejected' };
    }
    return [400, 404, 410, 422].includes(response.status)
      ? { outcome: 'never', why: 'rejected' }
      : { outcome: 'later', why: 'refused' };
  };
}

/** The signature of a request, as hexadecimal digits. */
export function signText(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/** An answer's text, where it is not too long to be one. */
async function bounded(response: Response): Promise<string | undefined> {
  let bytes = 0;
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

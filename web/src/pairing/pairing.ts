import { z } from 'zod';

/** Where a display stands that wants to become a wall. */
export type Pairing =
  | { readonly status: 'starting' | 'unreachable' | 'crowded' | 'denied' | 'paired' }
  | {
      readonly status: 'waiting';
      readonly userCode: string;
      readonly address: string;
      readonly link: string;
      /** By this display's clock, in milliseconds. */
      readonly endsAt: number;
    };

const begunSchema = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string(),
  expiresIn: z.number().positive(),
  interval: z.number().positive(),
});

export interface PairingOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  /** Resolves after so many milliseconds; rejects when it is over. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly tell: (pairing: Pairing) => void;
}

const path = '/api/v1/walls/pairings';
const answerWithinMs = 10_000;
const retryMs = 4_000;

/**
 * Asks for a code and then, again and again, whether somebody has approved it (RFC 8628). A code that runs out is followed
 * by another. Ends with `paired` or `denied`, or when the signal says so.
 */
export async function pair(options: PairingOptions): Promise<void> {
  const { clock, pause, signal, tell } = options;

  async function post(to: string, body: unknown): Promise<Response | undefined> {
    return options
      .fetch(to, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      })
      .catch(() => undefined);
  }

  for (;;) {
    const response = await post(path, {});
    const begun = begunSchema.safeParse(response?.ok && (await response.json().catch(() => undefined)));
    if (signal.aborted) return;
    if (!begun.success) {
      tell({ status: response?.status === 429 ? 'crowded' : 'unreachable' });
      // Spread out: after a power cut many displays ask in the same moment.
      await pause(retryMs * (0.5 + Math.random()) * (response?.status === 429 ? 8 : 1));
      continue;
    }
    const outcome = await answerTo(begun.data);
    if (signal.aborted) return;
    if (outcome === 'over') continue;
    tell({ status: outcome });
    return;
  }

  async function answerTo(begun: z.infer<typeof begunSchema>): Promise<'paired' | 'denied' | 'over'> {
    const endsAt = clock() + begun.expiresIn * 1000;
    let everyMs = begun.interval * 1000;
    tell({
      status: 'waiting',
      userCode: begun.userCode,
      address: begun.verificationUri,
      link: begun.verificationUriComplete,
      endsAt,
    });
    for (;;) {
      await pause(everyMs);
      if (signal.aborted) return 'over';
      const status = (await post(`${path}/token`, { deviceCode: begun.deviceCode }))?.status;
      if (status === 200) return 'paired';
      if (status === 403) return 'denied';
      if (status === 410 || status === 400) return 'over';
      // As RFC 8628 asks of whoever was told to slow down.
      if (status === 429) everyMs += 5_000;
    }
  }
}

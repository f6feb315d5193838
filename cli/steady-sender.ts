import { setTimeout as sleep } from 'node:timers/promises';
import {
  connectMllp,
  type ExpectedAnswers,
  type MllpClient,
  MllpClientError,
  type MllpClientOptions,
} from '#realtime/ingest/mllp/client.ts';

/** There is no going on: nobody answers, or the person at the terminal wants it to end. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/** Sends over a connection that is made again when it is lost. */
export interface SteadySender {
  /**
   * Sends a message until it is answered: one that was not may have arrived, and the same control id has no second
   * effect. `unsendable` when MLLP cannot carry it.
   * @throws GaveUp
   */
  exchange(message: Buffer, expected: ExpectedAnswers): Promise<readonly Buffer[] | 'unsendable'>;
  /** Waits so many ms, or until it is interrupted. */
  pause(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface SteadySenderOptions {
  /** Whether to try for ever, or ten times. */
  readonly isPatient: boolean;
  readonly signal: AbortSignal;
  readonly onLost: (why: string) => void;
}

const ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 5_000;
const GRACE_MS = 2_000;

export function createSteadySender(to: MllpClientOptions, options: SteadySenderOptions): SteadySender {
  const { isPatient, signal, onLost } = options;
  let client: MllpClient | undefined;
  let hasBeenConnected = false;

  async function pause(ms: number): Promise<void> {
    if (ms > 0 && !signal.aborted) await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  /** An answer that is waited for is not waited for much longer once somebody wants it to end. */
  async function orInterrupted<T>(work: Promise<T>): Promise<T> {
    let abort = (): void => undefined;
    let patience: NodeJS.Timeout | undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      abort = () => {
        patience = setTimeout(() => reject(new GaveUp('Interrupted')), GRACE_MS);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', abort);
    }
  }

  async function attempt(message: Buffer, expected: ExpectedAnswers): Promise<readonly Buffer[]> {
    client ??= await connectMllp(to);
    hasBeenConnected = true;
    return client.exchange(message, expected);
  }

  return {
    pause,
    async exchange(message, expected) {
      for (let tries = 1; ; tries += 1) {
        if (signal.aborted) throw new GaveUp('Interrupted');
        try {
          return await orInterrupted(attempt(message, expected));
        } catch (error) {
          if (error instanceof RangeError) return 'unsendable';
          if (!(error instanceof MllpClientError)) throw error;
          await client?.close();
          client = undefined;
          if (error.code === 'untrusted') throw new GaveUp('The certificate is not trusted');
          const isHopeless = !hasBeenConnected && !isPatient;
          if (isHopeless || (tries >= ATTEMPTS && !isPatient)) {
            throw new GaveUp(`${to.host}:${to.port} does not answer (${error.code})`);
          }
          onLost(error.code);
          await pause(Math.min(LONGEST_PAUSE_MS, 100 * 2 ** tries));
        }
      }
    },
    async close() {
      await client?.close();
    },
  };
}

import { connectMllp, type MllpClient } from '../mllp/client.ts';
import type { AdtStep } from './adt-day.ts';

export type AdtPlayerOptions = {
  host: string;
  port: number;
  /** The messages, in order; `adtStream` has no end and so plays day after day. */
  steps: Iterable<AdtStep>;
  /** Seconds of the steps' time that pass in one second; `Infinity` sends as fast as they are acknowledged. */
  speed: number;
  /** Waits between attempts grow from this to 30 times this; default 500 ms. */
  retryMs?: number;
  /** After each acknowledgement that settles a message: MSA-1, and the control id it was for. */
  onAcknowledged?(ack: { code: string; controlId: string }): void;
  /** The connection was lost or could not be had; another attempt follows. */
  onDisconnected?(): void;
};

/** Attempts after which a "not now" is taken for an answer: one message must not hold up the day for ever. */
const PATIENCE = 8;

export type AdtPlayer = {
  start(): void;
  /** Stops within the message under way. */
  stop(): Promise<void>;
  /** Resolves when the steps are at their end or the player was stopped. */
  finished: Promise<void>;
};

/**
 * Gives a player: it sends the steps over MLLP, each when its time has come and the one before is acknowledged. A lost
 * connection or a "not now" (AE with code 207) has the same message sent again: its control id makes it apply once.
 */
export function createAdtPlayer(options: AdtPlayerOptions): AdtPlayer {
  const stopping = new AbortController();
  const retryMs = options.retryMs ?? 500;
  const { promise: finished, resolve: finish } = withResolvers();
  let client: MllpClient | undefined;
  let running: Promise<void> | undefined;

  function wait(ms: number): Promise<void> {
    if (ms <= 0 || stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      stopping.signal.addEventListener('abort', done);
    });
  }

  async function attempt(message: string): Promise<string | undefined> {
    try {
      client ??= await connectMllp({ host: options.host, port: options.port });
      return await client.send(message);
    } catch {
      const lost = client;
      client = undefined;
      await lost?.close();
      if (!stopping.signal.aborted) options.onDisconnected?.();
      return undefined;
    }
  }

  async function deliver(message: string): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      const ack = await attempt(message);
      if (ack !== undefined && (!isNotNow(ack) || failures >= PATIENCE)) {
        const [, code = '', controlId = ''] = /\rMSA\|([^|\r]*)\|([^|\r]*)/.exec(ack) ?? [];
        options.onAcknowledged?.({ code, controlId });
        return;
      }
      await wait(Math.min(retryMs * 2 ** Math.min(failures, 10), retryMs * 30));
    }
  }

  async function play(): Promise<void> {
    const startedAt = performance.now();
    let first: number | undefined;
    for (const { atMs, message } of options.steps) {
      first ??= atMs;
      await wait((atMs - first) / options.speed - (performance.now() - startedAt));
      if (stopping.signal.aborted) break;
      await deliver(message);
    }
    await client?.close();
    client = undefined;
  }

  return {
    start() {
      running ??= play().finally(finish);
    },
    async stop() {
      stopping.abort();
      // The server answers what it has in hand; a hung one is cut after the client's own second of patience.
      void client?.close();
      if (running === undefined) finish();
      await running;
    },
    finished,
  };
}

function isNotNow(ack: string): boolean {
  return /\rMSA\|AE\|/.test(ack) && /\rERR\|[^\r]*[|^]207[&^]/.test(ack);
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

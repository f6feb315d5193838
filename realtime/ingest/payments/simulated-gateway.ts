import { setMaxListeners } from 'node:events';
import type { Database } from '#db/connect.ts';
import { type Asked, forgetAsked, takeAsked } from '#db/payments/outbox.ts';
import { planOf } from './gateway-plan.ts';
import { sign, signatureHeader } from './signature.ts';

export interface SimulatedGatewayOptions {
  readonly app: Database;
  readonly org: string;
  readonly gateway: string;
  readonly secret: string;
  /** Sends one webhook to the door and gives the status of the answer. */
  readonly deliver: (
    path: string,
    body: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<number>;
  /** The longest that it takes to tell something. */
  readonly longestMs: number;
  readonly everyMs: number;
  /** How long another node leaves alone what this one has taken. */
  readonly leaseMs?: number;
  readonly onFault: (error: unknown) => void;
}

/**
 * A gateway for demos and tests: takes what it is asked for and tells what became of it by webhooks, late, twice and out
 * of order. What it had not told when its node died, another tells.
 */
export function startSimulatedGateway(options: SimulatedGatewayOptions): { stop(): Promise<void> } {
  const { app, org, gateway, secret, deliver, longestMs, everyMs, leaseMs = 60_000, onFault } = options;
  const stopping = new AbortController();
  // Everything that waits to be told listens.
  setMaxListeners(0, stopping.signal);
  const telling = new Set<Promise<void>>();

  /** Gives whether the door has taken it. */
  async function tell(body: string, afterMs: number): Promise<boolean> {
    if (!(await waited(afterMs, stopping.signal))) return false;
    const headers = {
      'content-type': 'application/json',
      [signatureHeader]: sign(secret, Buffer.from(body), Date.now()),
    };
    const status = await deliver(`/webhooks/payments/${org}.${gateway}`, body, headers);
    return status === 200;
  }

  async function carryOut(asked: Asked): Promise<void> {
    const told = planOf(asked).flatMap(({ notice, sentAt }) => {
      const body = JSON.stringify(notice);
      return sentAt.map((share) => tell(body, (share / 1000) * longestMs));
    });
    // What was not taken stays in the outbox, and is told again when the lease is over.
    if ((await Promise.all(told)).every(Boolean)) await forgetAsked(app, org, asked);
  }

  async function run(): Promise<void> {
    do {
      try {
        for (const asked of await takeAsked(app, { org, gateway }, { leaseMs, limit: 20 })) {
          const work = carryOut(asked)
            .catch(onFault)
            .finally(() => telling.delete(work));
          telling.add(work);
        }
      } catch (error) {
        onFault(error);
      }
    } while (await waited(everyMs, stopping.signal));
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(telling);
    },
  };
}

/** Waits so long; gives false at once where it is to stop. */
export function waited(ms: number, stopping: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (stopping.aborted) return resolve(false);
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      stopping.removeEventListener('abort', stop);
      resolve(true);
    }, ms);
    stopping.addEventListener('abort', stop, { once: true });
  });
}

import type { CommandRunner, Outcome } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import {
  endDelivery,
  forgetOldDeliveries,
  organisationsWaiting,
  postponeDelivery,
  type TakenDelivery,
  takeDeliveries,
} from '#db/payments/deliveries.ts';
import type { Vault } from '#db/vault.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { gatewayNoticeSchema } from '#domain/payments/gateway-event.ts';
import { gatewayFeed } from '#domain/payments/record.ts';
import { commandIdOf } from '../hl7/command-id.ts';

export interface DeliveryWorkerOptions {
  readonly databases: Pick<Databases, 'app' | 'relay'>;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly everyMs: number;
  /** How long another node leaves alone what this one has taken. */
  readonly leaseMs?: number;
  readonly onApplied: (outcome: Outcome) => void;
  readonly onQuarantined: (delivery: { gateway: string; reason: string }) => void;
  readonly onFault: (error: unknown) => void;
}

/** Applies what gateways told. */
export interface DeliveryWorker {
  /** Something was stored: look now. */
  wake(): void;
  stop(): Promise<void>;
}

const batch = 20;
const longestWaitMs = 60_000;
const forgetEveryMs = 3_600_000;
/** What goes away by itself. Everything else is for somebody to look at. */
const passing: ReadonlySet<ErrorCode> = new Set(['unavailable', 'rate_limited']);

/**
 * Turns stored deliveries into commands, each once: a command's id is made of the gateway's event id, so that one that
 * was carried out before its delivery could be marked gets its first answer. Every node has a worker; they pass each
 * other's deliveries by.
 */
export function startDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { databases, vault, commands, everyMs, leaseMs = 15_000, onFault } = options;
  const { app, relay } = databases;
  const forgotten = new Map<string, number>();
  let stopped = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function apply(delivery: TakenDelivery): Promise<void> {
    const { org, gateway, gatewayName, eventId, attempts } = delivery;
    const putAside = async (reason: string): Promise<void> => {
      await endDelivery(app, delivery, { status: 'quarantined', reason });
      options.onQuarantined({ gateway: gatewayFeed(org, gateway), reason });
    };
    const notice = noticeOf(delivery.body);
    if (notice === undefined) return putAside('unreadable');
    const feed = gatewayFeed(org, gateway);
    const outcome = await commands.run(
      { principal: { kind: 'feed', id: feed, org, name: gatewayName }, session: undefined },
      { id: commandIdOf(feed, eventId), type: 'payment.record-gateway-event', data: { ...notice } },
    );
    options.onApplied(outcome);
    if (outcome.ok) return endDelivery(app, delivery, { status: 'applied' });
    const { code, message } = outcome.error;
    if (!passing.has(code)) return putAside(`${code}: ${message}`);
    await postponeDelivery(app, delivery, Math.min(longestWaitMs, 250 * 2 ** Math.min(attempts, 10)));
  }

  async function round(): Promise<void> {
    for (const org of await organisationsWaiting(relay)) {
      for (;;) {
        const taken = stopped ? [] : await takeDeliveries({ app, vault }, org, { leaseMs, limit: batch });
        await Promise.all(taken.map((delivery) => apply(delivery).catch(onFault)));
        if (taken.length < batch) break;
      }
      const now = Date.now();
      if (now - (forgotten.get(org) ?? 0) < forgetEveryMs || stopped) continue;
      forgotten.set(org, now);
      await forgetOldDeliveries(app, org);
    }
  }

  function run(): void {
    clearTimeout(timer);
    again = false;
    running = round()
      .catch(onFault)
      .finally(() => {
        running = undefined;
        if (stopped) return;
        if (again) run();
        else timer = setTimeout(run, everyMs);
      });
  }

  run();
  return {
    wake() {
      if (stopped) return;
      if (running === undefined) run();
      else again = true;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function noticeOf(body: string | undefined) {
  if (body === undefined) return undefined;
  try {
    return gatewayNoticeSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

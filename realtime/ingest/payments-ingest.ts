import type { Hono } from 'hono';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import { demoOrganisation } from '#db/demo/demo-network.ts';
import { demoGateway } from '#db/demo/payments.ts';
import { storeDelivery } from '#db/payments/deliveries.ts';
import { findGateway } from '#db/payments/gateways.ts';
import { listedPayments } from '#db/payments/listed.ts';
import type { Vault } from '#db/vault.ts';
import { gatewayFeed } from '#domain/payments/record.ts';
import type { Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import { type DeliveryWorker, startDeliveryWorker } from './payments/delivery-worker.ts';
import { startDemoPayments } from './payments/demo-payments.ts';
import { startSimulatedGateway } from './payments/simulated-gateway.ts';
import { createWebhookDoor } from './payments/webhook-door.ts';

export interface PaymentsIngestOptions {
  readonly databases: Databases;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

/** The payment webhooks of a node: the door, and the worker behind it. */
export interface PaymentsIngest {
  readonly routes: Hono;
  start(): void;
  /** Plays the demo's gateway and its cash desk. */
  play(): Promise<void>;
  stop(): Promise<void>;
}

/** Constructs the webhook door of a node. */
export function createPaymentsIngest(options: PaymentsIngestOptions): PaymentsIngest {
  const { databases, vault, commands, metrics, log, onFault } = options;
  const { app, relay } = databases;
  const closing: (() => Promise<unknown>)[] = [];
  let worker: DeliveryWorker | undefined;
  const find = (source: string) => findGateway({ relay, app, vault }, source);

  const routes = createWebhookDoor({
    findSource: find,
    store: ({ org, id }, { event }, body) =>
      storeDelivery({ app, vault }, { org, gateway: id, eventId: event.id }, body),
    onStored: () => worker?.wake(),
    now: Date.now,
  });

  return {
    routes,
    start() {
      worker = startDeliveryWorker({
        databases,
        vault,
        commands,
        everyMs: 500,
        onApplied: (outcome) =>
          metrics.commands.inc({
            type: outcome.ok ? 'payment.record-gateway-event' : 'refused',
            outcome: outcome.ok ? 'ok' : outcome.error.code,
            door: 'webhook',
          }),
        onQuarantined: (delivery) => log.warn(delivery, 'what a gateway told could not be applied'),
        onFault,
      });
      closing.push(worker.stop);
    },
    async play() {
      const org = demoOrganisation.id;
      const gateway = await find(gatewayFeed(org, demoGateway.id));
      if (gateway === undefined) return;
      const simulated = startSimulatedGateway({
        app,
        org,
        gateway: gateway.id,
        secret: gateway.secret,
        deliver: async (path, body, headers) => {
          const request = new Request(`http://gateway.invalid${path}`, { method: 'POST', body, headers });
          return (await routes.fetch(request)).status;
        },
        longestMs: 3_000,
        everyMs: 500,
        onFault,
      });
      closing.push(simulated.stop);
      const desk = startDemoPayments({ commands, listed: () => listedPayments(app, org), onFault });
      closing.push(desk.stop);
    },
    async stop() {
      // Whoever speaks ends before the door it speaks through.
      for (const close of closing.reverse()) await close();
    },
  };
}

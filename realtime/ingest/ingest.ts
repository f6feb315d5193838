import { Hono } from 'hono';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import { readBoard } from '#db/demo/board.ts';
import { demoOrganisation, demoUnits } from '#db/demo/demo-network.ts';
import type { Vault } from '#db/vault.ts';
import type { Refusal } from '#domain/errors.ts';
import type { Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import type { Identified } from '../rooms/connection.ts';
import type { MllpTlsSettings } from '../settings.ts';
import { createDemoActivity } from './demo/demo-activity.ts';
import { createHl7Ingest } from './hl7-ingest.ts';
import { createPaymentsIngest } from './payments-ingest.ts';
import { startDemoStranger } from './sources/demo-stranger.ts';
import { createSourcesIngest } from './sources-ingest.ts';

/** The doors through which other systems state facts: HL7 v2 over MLLP, webhooks over HTTP. */
export interface Ingest {
  /** Those of its doors that are HTTP routes. They check for themselves who knocks. */
  readonly routes: Hono;
  /** Opens the other doors. Gives the ports of MLLP, where there are any. */
  open(): Promise<{ mllpPort: number | undefined; mllpTlsPort: number | undefined }>;
  /** Ends what stands at the doors in good order, within 2 s. */
  close(): Promise<void>;
}

export interface IngestOptions {
  readonly host: string;
  readonly mllpPort: number | undefined;
  readonly mllpTls: MllpTlsSettings | undefined;
  /** Whether a demo network plays its day. */
  readonly demo: boolean;
  readonly databases: Databases;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  /** Who knocks at a door for people. */
  readonly authenticate: (token: string) => Promise<Identified | Refusal>;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

/** Constructs the doors. */
export function createIngest(options: IngestOptions): Ingest {
  const { host, mllpPort, mllpTls, demo, databases, vault, commands, authenticate, metrics, log, onFault } =
    options;
  const closing: (() => Promise<unknown>)[] = [];
  const sources = createSourcesIngest({ databases, vault, commands, authenticate, metrics, log, onFault });
  const payments = createPaymentsIngest({ databases, vault, commands, metrics, log, onFault });

  async function openHl7(): Promise<{ port: number | undefined; tlsPort: number | undefined }> {
    const hl7 = createHl7Ingest({
      host,
      port: mllpPort,
      tls: mllpTls,
      sources,
      commands,
      metrics,
      log,
      onFault,
    });
    const listening = await hl7.listen();
    sources.start(hl7.apply);
    closing.push(sources.stop);
    closing.push(() => hl7.close(1_500));
    return listening;
  }

  async function playDemo(port: number): Promise<void> {
    const fed = demoUnits.filter((unit) => unit.fed).map(({ id }) => id);
    const board = await readBoard(databases.app, vault, demoOrganisation.id, fed);
    const activity = createDemoActivity({ host, port, board, startMs: Date.now(), speed: 240 });
    activity.start();
    const stranger = startDemoStranger({ host, port, firstMs: 20_000, everyMs: 600_000, most: 12 });
    closing.push(() => activity.stop(), stranger.stop);
  }

  return {
    routes: new Hono().route('/', payments.routes).route('/', sources.routes),
    async open() {
      payments.start();
      closing.push(payments.stop);
      if (demo) await payments.play();
      if (mllpPort === undefined && mllpTls === undefined) {
        return { mllpPort: undefined, mllpTlsPort: undefined };
      }
      const { port, tlsPort } = await openHl7();
      if (demo && port !== undefined) await playDemo(port);
      return { mllpPort: port, mllpTlsPort: tlsPort };
    },
    async close() {
      // Whoever speaks ends before the door it speaks through.
      for (const close of closing.reverse()) await close();
    },
  };
}

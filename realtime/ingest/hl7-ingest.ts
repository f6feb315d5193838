import type { CommandRunner } from '#db/command-runner.ts';
import type { Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import { createHl7Door, type DoorOutcome, type Hl7Door } from './hl7/door.ts';
import { createMllpListeners, type ListenersOptions, type MllpListeners } from './mllp/listeners.ts';
import type { SourcesIngest } from './sources-ingest.ts';

export interface Hl7IngestOptions {
  readonly host: string;
  readonly port: number | undefined;
  readonly tls: ListenersOptions['tls'];
  readonly sources: Pick<SourcesIngest, 'ports' | 'answered' | 'submitted'>;
  readonly commands: CommandRunner;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

/** The HL7 v2 door of a node: messages over MLLP become commands of their feed, acknowledged after commit. */
export function createHl7Ingest(options: Hl7IngestOptions): MllpListeners & Pick<Hl7Door, 'apply'> {
  const { host, port, tls, sources, commands, metrics, log } = options;
  const door = createHl7Door({
    ...sources.ports,
    async submit(source, command) {
      const timer = metrics.commandSeconds.startTimer({ door: 'hl7' });
      const principal = { kind: 'feed' as const, id: source.id, org: source.org, name: source.application };
      const outcome = await commands.run(
        { principal, session: undefined },
        { ...command, data: { ...command.data } },
      );
      timer();
      metrics.commands.inc({
        type: outcome.ok ? command.type : 'refused',
        outcome: outcome.ok ? 'ok' : outcome.error.code,
        door: 'hl7',
      });
      sources.submitted(source, outcome);
      return outcome;
    },
    now: Date.now,
    onOutcome: (outcome) => {
      const { ack, source, trigger, code, text } = outcome;
      sources.answered(outcome);
      measure(metrics, outcome);
      if (ack !== 'AA') log.warn({ source, trigger, ack, code, reason: text }, 'a message was not accepted');
    },
    onBatchFault: (reason) => {
      metrics.hl7Faults.inc({ reason: 'batch' });
      log.warn({ reason }, 'a batch was not whole');
    },
    onBug: options.onFault,
  });
  const listeners = createMllpListeners({
    host,
    ...(port === undefined ? {} : { port }),
    ...(tls === undefined ? {} : { tls }),
    maxConnections: 200,
    maxConnectionsPerAddress: 100,
    maxMessageBytes: 1024 * 1024,
    maxInHand: 64,
    maxMessagesPerSecond: 1_000,
    idleTimeoutMs: 10 * 60_000,
    halfMessageTimeoutMs: 30_000,
    handle: door.handle,
    refuse: door.refuse,
    onFault: (reason) => metrics.hl7Faults.inc({ reason }),
    onCertificate: (outcome) => {
      if ('fault' in outcome) log.error({ reason: outcome.fault }, 'the certificate could not be read again');
      else log.info(outcome, 'the certificate of HL7 v2 was read');
    },
    hooks: {
      onOpen: ({ certificate }) => {
        metrics.mllpConnections.inc();
        if (certificate !== undefined) log.info({ certificate }, 'a sender has shown its certificate');
      },
      onClose: () => metrics.mllpConnections.dec(),
      onTurnedAway: () => metrics.hl7Faults.inc({ reason: 'turned_away' }),
      onHandshakeFailed: () => metrics.hl7Faults.inc({ reason: 'handshake' }),
    },
  });
  return { ...listeners, apply: door.apply };
}

/** Sources are as many as are configured: nothing a stranger writes becomes a label. */
function measure(metrics: StageMetrics, { source = 'unknown', ack, measured }: DoorOutcome): void {
  metrics.hl7Messages.inc({ source, code: ack });
  if (measured === undefined) return;
  metrics.hl7Bytes.inc({ source }, measured.bytes);
  metrics.hl7Seconds.observe({ source }, measured.ms / 1_000);
}

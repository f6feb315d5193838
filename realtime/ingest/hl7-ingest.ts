import type { CommandRunner } from '#db/command-runner.ts';
import type { Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import { createHl7Door, type Hl7Door } from './hl7/door.ts';
import { createMllpServer, type MllpServer } from './mllp/server.ts';
import type { SourcesIngest } from './sources-ingest.ts';

export interface Hl7IngestOptions {
  readonly host: string;
  readonly port: number;
  readonly sources: Pick<SourcesIngest, 'ports' | 'answered' | 'submitted'>;
  readonly commands: CommandRunner;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

/** The HL7 v2 door of a node: messages over MLLP become commands of their feed, acknowledged after commit. */
export function createHl7Ingest(options: Hl7IngestOptions): MllpServer & Pick<Hl7Door, 'apply'> {
  const { host, port, sources, commands, metrics, log } = options;
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
      metrics.hl7Messages.inc({ code: ack });
      if (ack !== 'AA') log.warn({ source, trigger, ack, code, reason: text }, 'a message was not accepted');
    },
    onBug: options.onFault,
  });
  const server = createMllpServer({
    host,
    port,
    maxConnections: 200,
    maxMessageBytes: 1024 * 1024,
    idleTimeoutMs: 10 * 60_000,
    halfMessageTimeoutMs: 30_000,
    handle: door.handle,
    refuse: door.refuse,
    onFault: (reason) => metrics.hl7Faults.inc({ reason }),
  });
  return { ...server, apply: door.apply };
}

import type { CommandRunner } from '#db/command-runner.ts';
import type { Database } from '#db/connect.ts';
import { feedBySource } from '#db/feeds.ts';
import type { Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import { createHl7Door } from './hl7/door.ts';
import { createMllpServer, type MllpServer } from './mllp/server.ts';

export interface Hl7IngestOptions {
  readonly host: string;
  readonly port: number;
  readonly sqlRelay: Database;
  readonly commands: CommandRunner;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

/** The HL7 v2 door of a node: messages over MLLP become commands of their feed, acknowledged after commit. */
export function createHl7Ingest(options: Hl7IngestOptions): MllpServer {
  const { host, port, sqlRelay, commands, metrics, log } = options;
  const door = createHl7Door({
    async findSource(application, facility) {
      const feed = await feedBySource(sqlRelay, { application, facility });
      return (
        feed && {
          id: feed.id,
          org: feed.org,
          facilityCode: feed.facilityCode ?? facility,
          timezone: feed.timezone,
          application,
          facility,
        }
      );
    },
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
      return outcome;
    },
    now: Date.now,
    onOutcome: ({ ack, source, trigger, code, text }) => {
      metrics.hl7Messages.inc({ code: ack });
      if (ack !== 'AA') log.warn({ source, trigger, ack, code, reason: text }, 'a message was not accepted');
    },
    onBug: options.onFault,
  });
  return createMllpServer({
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
}

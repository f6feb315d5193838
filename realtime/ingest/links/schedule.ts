import { createHash } from 'node:crypto';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Database } from '#db/connect.ts';
import { neglectedContacts } from '#db/count-links.ts';
import type { Task } from '#db/jobs/job-runner.ts';
import { mayAsk } from '#domain/count-links/schedule.ts';

export interface ScheduleOptions {
  readonly relay: Database;
  readonly commands: CommandRunner;
  /** How long a contact is left alone after a link that they did not use. */
  readonly everyHours: number;
  readonly clock: () => number;
}

/**
 * Asks the contacts of facilities whose counts have run out, every five minutes, on one node. Where two do it at once all the
 * same, each command is made for the newest link that it saw: one has an effect.
 */
export function createLinkSchedule({ relay, commands, everyHours, clock }: ScheduleOptions): Task {
  return {
    name: 'count-links.schedule',
    every: '*/5 * * * *',
    async run(_payload, { signal }) {
      for (const { org, contact, by, zone, version } of await neglectedContacts(relay, everyHours)) {
        if (signal?.aborted === true) return;
        if (!mayAsk(by, clock(), zone)) continue;
        const principal = { kind: 'system' as const, id: 'carewall', org, name: 'Carewall' };
        const link = uuidOf(`${org} ${contact} ${version} ${Math.floor(clock() / 3_600_000)}`);
        await commands.run(
          { principal, session: undefined },
          { id: uuidOf(`send ${link}`), type: 'link.send', data: { contact, link }, expect: version },
        );
      }
    },
  };
}

/** The same id for the same words: two who ask at once ask for the same. A version 8 UUID (RFC 9562), which is ours to fill. */
function uuidOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Database } from '#db/connect.ts';
import type { ContextStore } from '#db/store.ts';
import { type Rounds, startRounds } from './rounds.ts';

export interface DueOptions {
  readonly sql: Database;
  readonly stores: readonly ContextStore[];
  readonly commands: CommandRunner;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/**
 * Carries out what the clock asks for. Every node does, and needs no leader for it: each command expects the version
 * it was made for, so that of several only one has an effect.
 */
export function startDueCommands({ sql, stores, commands, everyMs, onFault }: DueOptions): Rounds {
  return startRounds({
    everyMs,
    onFault,
    async round(stopping) {
      for (const { due } of stores) {
        if (due === undefined || stopping()) continue;
        for (const { org, ...command } of await due(sql)) {
          const principal = { kind: 'system' as const, id: 'carewall', org, name: 'Carewall' };
          await commands.run({ principal, session: undefined }, { id: uuidv7(), ...command });
        }
      }
    },
  });
}

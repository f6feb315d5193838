import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Database } from '#db/connect.ts';
import type { ContextStore } from '#db/store.ts';

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
export function startDueCommands(options: DueOptions): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    for (const { due } of options.stores) {
      if (due === undefined || stopped) continue;
      for (const { org, ...command } of await due(options.sql)) {
        const principal = { kind: 'system' as const, id: 'carewall', org, name: 'Carewall' };
        await options.commands.run({ principal, session: undefined }, { id: uuidv7(), ...command });
      }
    }
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = round()
        .catch(options.onFault)
        .finally(() => {
          if (!stopped) schedule();
        });
    }, options.everyMs);
  }

  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

import type { Database } from '#db/connect.ts';
import { clearSignInTraces, endSessionsInTime } from '#db/session-list.ts';

/** Ends sessions that nobody uses or that have lasted as long as they may, and clears away what signing in has left behind. Every node does it; each end happens once. */
export function startIdleWatch(options: {
  readonly sql: Database;
  readonly everyMs: number;
  readonly onEnded: () => void;
  readonly onFault: (error: unknown) => void;
}): { stop(): Promise<void> } {
  const { sql, everyMs, onEnded, onFault } = options;
  const clearEveryMs = 600_000;
  let cleared = 0;
  let turn = Promise.resolve();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      if ((await endSessionsInTime(sql)) > 0) onEnded();
      if (Date.now() - cleared > clearEveryMs) {
        cleared = Date.now();
        await clearSignInTraces(sql);
      }
    } catch (error) {
      onFault(error);
    }
    if (!stopped) timer = setTimeout(begin, everyMs);
  }

  function begin(): void {
    turn = look();
  }

  timer = setTimeout(begin, everyMs);
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}

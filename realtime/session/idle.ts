import type { Database } from '#db/connect.ts';
import { clearSignInTraces, endSessionsInTime } from '#db/session-list.ts';
import { type Rounds, startRounds } from '../rounds.ts';

const clearEveryMs = 600_000;

/** Ends sessions that nobody uses or that have lasted as long as they may, and clears away what signing in has left behind. Every node does it; each end happens once. */
export function startIdleWatch(options: {
  readonly sql: Database;
  readonly everyMs: number;
  readonly onEnded: () => void;
  readonly onFault: (error: unknown) => void;
}): Rounds {
  const { sql, everyMs, onEnded, onFault } = options;
  let cleared = 0;
  return startRounds({
    everyMs,
    onFault,
    async round() {
      if ((await endSessionsInTime(sql)) > 0) onEnded();
      if (Date.now() - cleared <= clearEveryMs) return;
      cleared = Date.now();
      await clearSignInTraces(sql);
    },
  });
}

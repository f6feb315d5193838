import type { Database } from '#db/connect.ts';
import { upkeepHistory } from '#db/history.ts';
import { type Rounds, startRounds } from './rounds.ts';

export interface HistoryUpkeepOptions {
  readonly sql: Database;
  readonly keepDays: number;
  readonly everyMs: number;
  readonly onDropped: (months: readonly string[]) => void;
  readonly onFault: (error: unknown) => void;
}

/** Keeps the log's months in order, at once and then again and again, until stopped. */
export function startHistoryUpkeep(options: HistoryUpkeepOptions): Rounds {
  const { sql, keepDays, everyMs, onDropped, onFault } = options;
  return startRounds({
    everyMs,
    atOnce: true,
    onFault,
    async round() {
      const dropped = await upkeepHistory(sql, keepDays);
      if (dropped.length > 0) onDropped(dropped);
    },
  });
}

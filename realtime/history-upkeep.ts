import type { Database } from '#db/connect.ts';
import { upkeepHistory } from '#db/history.ts';

export interface HistoryUpkeepOptions {
  readonly sql: Database;
  readonly keepDays: number;
  readonly everyMs: number;
  readonly onDropped: (months: readonly string[]) => void;
  readonly onFault: (error: unknown) => void;
}

/** Keeps the log's months in order, at once and then again and again, until stopped. */
export function startHistoryUpkeep(options: HistoryUpkeepOptions): { stop(): Promise<void> } {
  const { sql, keepDays, onDropped, onFault } = options;
  const round = async (): Promise<void> => {
    const dropped = await upkeepHistory(sql, keepDays);
    if (dropped.length > 0) onDropped(dropped);
  };
  let running = round().catch(onFault);
  const timer = setInterval(() => {
    running = running.then(round).catch(onFault);
  }, options.everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './log.ts';
import type { StageMetrics } from './metrics.ts';
import type { Settings } from './settings.ts';

/** What everything in one node is started with. */
export interface NodeContext {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: StageMetrics;
  /** Takes note of each thing as it is started: it is stopped before all that was started earlier. */
  readonly lifecycle: Lifecycle;
  /** Where a stage tells of what went wrong in it. */
  readonly onFault: (stage: string) => (error: unknown) => void;
}

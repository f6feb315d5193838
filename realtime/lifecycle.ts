import type { Logger } from './log.ts';

/** What was started, to be stopped in reverse order, each within its time. */
export interface Lifecycle {
  /** Takes note of how a thing that has started is stopped. */
  onStop(name: string, deadlineMs: number, stop: () => Promise<void> | void): void;
  /** Stops everything once; a second call waits for the first. A step that fails or hangs does not keep the rest. */
  stop(): Promise<void>;
}

export function createLifecycle(log: Logger): Lifecycle {
  const steps: { name: string; deadlineMs: number; stop: () => Promise<void> | void }[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const { name, deadlineMs, stop } of steps.reverse()) {
      const started = Date.now();
      const inTime = await within(deadlineMs, async () => stop()).catch((error: unknown) => {
        log.warn(
          { step: name, fault: error instanceof Error ? error.name : 'unknown' },
          'a step of stopping failed',
        );
        return true;
      });
      if (!inTime) log.warn({ step: name, deadlineMs }, 'a step of stopping was not done in time');
      else log.debug({ step: name, tookMs: Date.now() - started }, 'stopped');
    }
  }

  return {
    onStop: (name, deadlineMs, stop) => {
      steps.push({ name, deadlineMs, stop });
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

async function within(ms: number, work: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work().then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

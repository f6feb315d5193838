import type { SharedStates } from './shared-states.ts';

/** Carries shared states on every few seconds, one turn after the other. */
export function startCarryingOn(options: {
  readonly sharedStates: SharedStates;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  function schedule(): void {
    timer = setTimeout(() => {
      running = options.sharedStates
        .carryOn()
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

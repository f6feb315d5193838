import type { Projector } from '#db/projector.ts';

/**
 * Keeps derived topics up to date. Every node tries, and needs no leader for it: whoever comes second finds the
 * projection taken.
 */
export function startProjections(options: {
  readonly projector: Projector;
  readonly everyMs: number;
  /** Called after a round that appended events. */
  readonly onAppended: () => void;
  readonly onFault: (error: unknown) => void;
}): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    if ((await options.projector.round()) > 0) options.onAppended();
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

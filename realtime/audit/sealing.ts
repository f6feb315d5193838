import type { SealRound } from '#db/audit/sealer.ts';

/**
 * Seals what there is to seal, again and again. Every node does, and needs no leader for it: whoever comes while another
 * is at it leaves it to that one, and comes again.
 */
export function startSealing(options: {
  readonly round: () => Promise<SealRound>;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function turn(): Promise<void> {
    for (;;) {
      const round = await options.round();
      if (stopped || round === 'taken' || !round.more) return;
    }
  }

  function schedule(): void {
    timer = setTimeout(() => {
      running = turn()
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

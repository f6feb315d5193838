import type { SealRound } from '#db/audit/sealer.ts';
import { type Rounds, startRounds } from '../rounds.ts';

/**
 * Seals what there is to seal, again and again. Every node does, and needs no leader for it: whoever comes while another
 * is at it leaves it to that one, and comes again.
 */
export function startSealing(options: {
  readonly round: () => Promise<SealRound>;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}): Rounds {
  const { everyMs, onFault } = options;
  return startRounds({
    everyMs,
    onFault,
    async round(stopping) {
      for (;;) {
        const round = await options.round();
        if (stopping() || round === 'taken' || !round.more) return;
      }
    },
  });
}

import type { Projector } from '#db/projector.ts';
import { type Rounds, startRounds } from './rounds.ts';

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
}): Rounds {
  const { projector, everyMs, onAppended, onFault } = options;
  return startRounds({
    everyMs,
    onFault,
    async round() {
      if ((await projector.round()) > 0) onAppended();
    },
  });
}

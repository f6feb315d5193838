/** Work that comes round again and again. */
export interface Rounds {
  /** Begins no further round, and waits for the one that is under way. */
  stop(): Promise<void>;
}

export interface RoundsOptions {
  /** One round. A long one asks between its steps whether it is to end. */
  readonly round: (stopping: () => boolean) => Promise<void>;
  /** From the end of one round to the beginning of the next, so that two never overlap. */
  readonly everyMs: number;
  /** The first is begun at once, and not only after `everyMs`. */
  readonly atOnce?: boolean;
  /** Told of a round that failed; the next comes all the same. */
  readonly onFault: (error: unknown) => void;
}

/** Goes round until stopped. */
export function startRounds({ round, everyMs, atOnce = false, onFault }: RoundsOptions): Rounds {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  function begin(): void {
    running = round(() => stopped)
      .catch(onFault)
      .finally(() => {
        if (!stopped) schedule();
      });
  }

  function schedule(): void {
    timer = setTimeout(begin, everyMs);
  }

  if (atOnce) begin();
  else schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

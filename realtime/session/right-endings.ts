/** The moments at which rights of sessions end by themselves, as this node knows them. */
export interface RightEndings {
  /** A right of a session ends in so many milliseconds. Of several words about one session the newest counts. */
  expect(session: string, principal: string, inMs: number): void;
  stop(): void;
}

/** The longest that a timer runs: what ends later is read again by then. */
const longestMs = 3_600_000;
/** By the database's clock it must be over when it is looked at again. */
const marginMs = 5;

/**
 * Says when a right has ended by itself. Nobody has to write that down first: a node whose own clock goes on takes its
 * sockets out of their rooms in time, whatever has become of those who carry out what is due.
 */
export function createRightEndings(options: {
  /** Never rejects. */
  readonly onEnd: (session: string, principal: string) => Promise<void>;
}): RightEndings {
  const timers = new Map<string, NodeJS.Timeout>();
  let stopped = false;

  return {
    expect(session, principal, inMs) {
      clearTimeout(timers.get(session));
      if (stopped) return;
      const timer = setTimeout(
        () => {
          timers.delete(session);
          void options.onEnd(session, principal);
        },
        Math.min(longestMs, Math.max(0, Math.ceil(inMs)) + marginMs),
      );
      timer.unref();
      timers.set(session, timer);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

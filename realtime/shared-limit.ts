import { type AttemptPolicy, beginAttempt } from '#db/attempts.ts';
import type { Database } from '#db/connect.ts';
import type { KeyRing } from '#db/key-ring.ts';

/** A limit that all nodes keep together, because it is counted in the database. */
export interface SharedLimit {
  /** Takes one for a key. Gives for how long to wait, in milliseconds, where there is none. */
  take(key: string): Promise<number | undefined>;
}

export interface SharedLimitOptions {
  readonly sql: Database;
  readonly ring: KeyRing;
  /** What is limited: the same key is another's in another limit. */
  readonly name: string;
  readonly atOnce: number;
  /** One more comes about in this time. */
  readonly everyMs: number;
  /** The database's, where it is left out. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Lets so many through at once and one more in each span of time, on all nodes together. Who asked stands in the
 * database as a keyed fingerprint alone.
 */
export function createSharedLimit({
  sql,
  ring,
  name,
  atOnce,
  everyMs,
  clock,
}: SharedLimitOptions): SharedLimit {
  // The last of those at once is charged with the wait for the next.
  const policy: AttemptPolicy = {
    free: atOnce - 1,
    firstWaitMs: everyMs,
    longestWaitMs: everyMs,
    forgetMs: everyMs,
  };
  return {
    async take(key) {
      const bucket = { key: ring.fingerprint(JSON.stringify(['limit', name, key])), ...policy };
      return (await beginAttempt(sql, [bucket], clock?.()))?.waitMs;
    },
  };
}

/** How many failures are free, and how the wait grows after them. */
export interface AttemptPolicy {
  readonly free: number;
  /** The wait after the first failure that is not free; each that follows doubles it. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** One failure is forgotten in this time. */
  readonly forgetMs: number;
}

/** Why an attempt may not be made. */
export interface Blocked {
  readonly waitMs: number;
  /** Whether it is the first attempt that is turned away since the last that was let in. */
  readonly first: boolean;
}

/** Counts attempts by key: a bucket that leaks, and a wait that grows while it is over its brim. */
export interface AttemptLimiter {
  /** Why this key may not try now; undefined where it may. */
  blocked(key: string): Blocked | undefined;
  /** Counts an attempt as failed, before it is known how it ends: attempts at once must not pass for one. */
  charge(key: string): void;
  /** Takes one attempt back: it did not fail. */
  refund(key: string): void;
  /** Forgets all that this key has failed. */
  clear(key: string): void;
}

interface Bucket {
  failures: number;
  at: number;
  notBefore: number;
  told: boolean;
}

/** A limiter in memory. It keeps `most` keys, and forgets the one that has been quiet for longest. */
export function createAttemptLimiter(
  policy: AttemptPolicy,
  options: { readonly most: number; readonly clock: () => number },
): AttemptLimiter {
  const buckets = new Map<string, Bucket>();
  const { clock, most } = options;

  function waitAfter(failures: number): number {
    const over = Math.ceil(failures - policy.free);
    return over <= 0 ? 0 : Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** (over - 1));
  }

  /** What is left of the failures at this moment. */
  function leaked({ failures, at }: Bucket, now: number): number {
    return Math.max(0, failures - Math.max(0, now - at) / policy.forgetMs);
  }

  return {
    blocked(key) {
      const bucket = buckets.get(key);
      if (bucket === undefined) return undefined;
      // Where the clock was put back, nobody waits for it to catch up.
      const waitMs = Math.min(bucket.notBefore - clock(), policy.longestWaitMs);
      if (waitMs <= 0) return undefined;
      const first = !bucket.told;
      bucket.told = true;
      return { waitMs, first };
    },
    charge(key) {
      const now = clock();
      const bucket = buckets.get(key);
      const failures = (bucket === undefined ? 0 : leaked(bucket, now)) + 1;
      // Written anew so that the order of the map is the order of use.
      buckets.delete(key);
      buckets.set(key, { failures, at: now, notBefore: now + waitAfter(failures), told: false });
      if (buckets.size > most) {
        const oldest = buckets.keys().next();
        if (!oldest.done) buckets.delete(oldest.value);
      }
    },
    refund(key) {
      const bucket = buckets.get(key);
      if (bucket === undefined) return;
      const now = clock();
      bucket.failures = Math.max(0, leaked(bucket, now) - 1);
      bucket.at = now;
      bucket.notBefore = Math.min(bucket.notBefore, now + waitAfter(bucket.failures));
    },
    clear: (key) => {
      buckets.delete(key);
    },
  };
}
